"""Zones take the place of each person's own cells: then everyone's ground."""

from hashlib import sha256

from django.db import migrations


def fill_zones(apps, schema_editor):
    Subscription = apps.get_model("subscriptions", "Subscription")
    SubscriptionCell = apps.get_model("subscriptions", "SubscriptionCell")
    Zone = apps.get_model("subscriptions", "Zone")
    ZoneCell = apps.get_model("subscriptions", "ZoneCell")
    known = {}
    for subscription in Subscription.objects.filter(zone=None).iterator(chunk_size=1000):
        cells = SubscriptionCell.objects.filter(subscription=subscription).values_list("cell", flat=True)
        ground = tuple(sorted(set(cells)))
        if ground not in known:
            digest = sha256(",".join(map(str, ground)).encode()).digest()[:16]
            known[ground], is_new = Zone.objects.get_or_create(digest=digest)
            if is_new:
                ZoneCell.objects.bulk_create([ZoneCell(zone=known[ground], cell=cell) for cell in ground])
        Subscription.objects.filter(pk=subscription.pk).update(zone=known[ground])


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0002_zones")]

    operations = [migrations.RunPython(fill_zones, migrations.RunPython.noop)]
