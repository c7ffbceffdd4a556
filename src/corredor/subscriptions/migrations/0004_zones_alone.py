"""Zones take the place of each person's own cells: the old table goes, and matching gets its indexes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
        ('subscriptions', '0003_fill_zones'),
    ]

    operations = [
        migrations.AlterField(
            model_name='subscription',
            name='zone',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='subscriptions.zone'),
        ),
        migrations.AlterField(
            model_name='way',
            name='subscription',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ways', to='subscriptions.subscription'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(fields=['zone', 'state', 'is_drill', 'wants_enforcement', 'wants_hazard', 'wants_rumour', 'language', 'quiet_from', 'quiet_until'], name='subscriptions_to_match'),
        ),
        migrations.AddIndex(
            model_name='way',
            index=models.Index(fields=['subscription', 'confirmed_at', 'kind'], name='ways_to_match'),
        ),
        migrations.DeleteModel(
            name='SubscriptionCell',
        ),
    ]
