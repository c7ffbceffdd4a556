"""Who sends, and whose turn a chore is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0002_without_foreign_keys")]

    operations = [
        migrations.CreateModel(
            name="WorkerSeen",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("host", models.CharField(max_length=60)),
                ("ways", models.CharField(max_length=200)),
                ("began_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("ahead_ms", models.IntegerField(default=0)),
            ],
            options={"db_table": "delivery_worker_seen"},
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("holder", models.CharField(blank=True, max_length=40)),
                ("until", models.DateTimeField()),
            ],
            options={"db_table": "delivery_turn"},
        ),
    ]
