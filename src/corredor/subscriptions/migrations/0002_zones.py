"""Zones take the place of each person's own cells: first the new tables."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Zone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(max_length=16, unique=True)),
            ],
            options={"db_table": "subscriptions_zone"},
        ),
        migrations.CreateModel(
            name="ZoneCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cell", models.BigIntegerField()),
                (
                    "zone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cells", to="subscriptions.zone"
                    ),
                ),
            ],
            options={
                "db_table": "subscriptions_zone_cell",
                "indexes": [models.Index(fields=["cell", "zone"], name="zones_by_cell")],
            },
        ),
        migrations.AddField(
            model_name="subscription",
            name="zone",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="subscriptions",
                to="subscriptions.zone",
            ),
        ),
    ]
