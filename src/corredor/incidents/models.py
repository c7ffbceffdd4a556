"""Incidents, their path, reports, hazards, verifications and the hash-chained timeline."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from corredor.intake.models import Report
from corredor.people.models import Training

from .enums import RADIUS_LEAST_M, RADIUS_MOST_M, Agency, HazardKind, Method, Outcome, PlaceKind, Status, WindTo

USER = settings.AUTH_USER_MODEL


class Incident(models.Model):
    """One event, from its first report until the last all-clear or correction."""

    slug = models.CharField(max_length=12, unique=True)  # its name in public addresses
    city = models.CharField(max_length=40)
    is_drill = models.BooleanField(default=False)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.BEING_CHECKED)
    agency = models.CharField(max_length=16, choices=Agency.choices, default=Agency.UNKNOWN)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    last_seen_at = models.DateTimeField()  # last sighting; confidence decays from here
    checked_at = models.DateTimeField(null=True)  # last verification
    ended_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    place = models.ForeignKey("IncidentPlace", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "incidents_incident"
        indexes = [models.Index(fields=["is_drill", "closed_at", "status"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(claimed_by=None, claimed_at=None) | Q(claimed_at__isnull=False),
                name="a_claim_has_its_time",
            )
        ]


class IncidentPlace(models.Model):
    """One place on an incident's path, confirmed by a person, with its time span."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="path")
    kind = models.CharField(max_length=10, choices=PlaceKind.choices)
    lat = models.FloatField()
    lon = models.FloatField()
    cell = models.BigIntegerField()  # H3 cell of resolution 9 (engines.hexgrid)
    labels = models.JSONField()  # "Pershing Rd and Kedzie Ave, Brighton Park"
    area_code = models.CharField(max_length=40, blank=True)
    area_names = models.JSONField()  # {language: name}; the only place the public map shows
    confirmed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "incidents_place"
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["incident"], condition=Q(until=None), name="one_current_place_per_incident")
        ]


class Membership(models.Model):
    """A report joined to an incident, with the reason. A split sets ``left_at``; the row stays."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="memberships")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="memberships")
    reason = models.CharField(max_length=160)
    joined_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "incidents_membership"
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=Q(left_at=None), name="a_report_is_in_one_incident")
        ]


class Verification(models.Model):
    """A trained verifier's outcome, immutable; a later one adds a row."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="verifications")
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    agency = models.CharField(max_length=16, choices=Agency.choices)
    method = models.CharField(max_length=16, choices=Method.choices)
    verifier = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    training = models.ForeignKey(Training, on_delete=models.PROTECT, related_name="+")
    size_low = models.PositiveSmallIntegerField(null=True)
    size_high = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(blank=True)  # for the desk only; never sent or published
    seen_at = models.DateTimeField()
    checked_at = models.DateTimeField()

    class Meta:
        db_table = "incidents_verification"
        ordering = ["checked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(seen_at__lte=F("checked_at")), name="seen_before_checked"),
            models.CheckConstraint(
                condition=Q(size_low=None) | Q(size_high__gte=F("size_low")), name="size_low_to_high"
            ),
        ]


class Hazard(models.Model):
    """Tear gas or another danger in an area, with a reminder time for the next check.

    It never expires: only a person clears it.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="hazards")
    kind = models.CharField(max_length=10, choices=HazardKind.choices)
    lat = models.FloatField()
    lon = models.FloatField()
    radius_m = models.PositiveIntegerField()
    wind_to = models.CharField(max_length=2, choices=WindTo.choices, blank=True, default="")  # empty: not known
    labels = models.JSONField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    look_again_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(USER, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "incidents_hazard"
        constraints = [
            models.CheckConstraint(
                condition=Q(cleared_at=None) | Q(cleared_by__isnull=False), name="a_person_clears_a_hazard"
            ),
            models.CheckConstraint(
                condition=Q(radius_m__range=(RADIUS_LEAST_M, RADIUS_MOST_M)), name="a_hazard_has_a_possible_radius"
            ),
            models.CheckConstraint(condition=Q(wind_to__in=WindTo.values), name="a_wind_blows_one_of_eight_ways"),
        ]


class TimelineEntry(models.Model):
    """One change, chained by hash to the previous one. Holds codes and ids, never personal text."""

    seq = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="timeline")
    actor = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")  # null: the system
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "incidents_timeline"
        ordering = ["seq"]
        indexes = [models.Index(fields=["incident", "seq"])]


class ChainHead(models.Model):
    """Position and digest of the last entry, in a single row that serialises writers."""

    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        db_table = "incidents_chain_head"
