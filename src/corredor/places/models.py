"""What the network itself has added to the city pack: places and other names."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AddedPlace(models.Model):
    """A shop, a site or a meeting point that people here know by a name."""

    city = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    other_names = models.JSONField(default=list)
    lat = models.FloatField()
    lon = models.FloatField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "places_added_place"


class StreetAlias(models.Model):
    """Another name of a street: old, honorary, or just what people say."""

    city = models.CharField(max_length=40)
    street = models.CharField(max_length=80)  # as in the pack, such as "PERSHING RD"
    alias = models.CharField(max_length=80)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "places_street_alias"
