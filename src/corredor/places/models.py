"""The network's own additions to the city pack: places, aliases and unlit streets."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class AddedPlace(models.Model):
    """A shop, a site or a meeting point with a locally known name."""

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
    """An alias of a street: former, honorary, or colloquial."""

    city = models.CharField(max_length=40)
    street = models.CharField(max_length=80)  # as in the pack, such as "PERSHING RD"
    alias = models.CharField(max_length=80)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "places_street_alias"


class UnlitStreet(models.Model):
    """A stretch of a street without light, from corner to corner, as reported by a person who knows it.

    Stored by the positions of its ends and the street's name: both are matched again to a rebuilt pack, whose row
    numbers differ.
    """

    city = models.CharField(max_length=40)
    street = models.CharField(max_length=80, blank=True)  # "Talman Ave"; empty for an unnamed street
    start = models.CharField(max_length=80, blank=True)  # the cross street at its start; empty without one
    end = models.CharField(max_length=80, blank=True)
    start_lat = models.FloatField()
    start_lon = models.FloatField()
    end_lat = models.FloatField()
    end_lon = models.FloatField()
    length_m = models.FloatField()
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "places_unlit_street"
        constraints = [
            models.UniqueConstraint(
                fields=["city", "start_lat", "start_lon", "end_lat", "end_lon"],
                condition=Q(removed_at=None),
                name="a_stretch_is_unlit_once",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None) | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="a_person_takes_an_unlit_mark_back",
            ),
        ]
