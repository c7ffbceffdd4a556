"""The queue's indexes in the very order in which rows are claimed."""

from django.db import migrations, models
from django.db.models import Q


def in_order(model: str, name: str) -> list[object]:
    index = models.Index(fields=["way", "due_at", "id"], condition=Q(state="DUE"), name=name)
    return [migrations.RemoveIndex(model, name), migrations.AddIndex(model, index)]


class Migration(migrations.Migration):
    dependencies = [("delivery", "0006_more_ways")]

    operations = [*in_order("delivery", "deliveries_due"), *in_order("notice", "notices_due")]
