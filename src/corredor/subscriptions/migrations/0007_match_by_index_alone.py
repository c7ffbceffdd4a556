"""On PostgreSQL too, whom an incident concerns is read from the index and no row is looked at."""

from django.db import migrations, models

_FIELDS = [
    "zone",
    "state",
    "is_drill",
    "wants_enforcement",
    "wants_hazard",
    "wants_rumour",
    "language",
    "quiet_from",
    "quiet_until",
    "id",
]


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0006_more_ways")]

    operations = [
        migrations.RemoveIndex(model_name="subscription", name="subscriptions_to_match"),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(fields=_FIELDS, name="subscriptions_to_match"),
        ),
    ]
