"""Drill runs, what was truly the case in them, and what they measured."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from corredor.incidents.models import Incident
from corredor.intake.models import Report

from .enums import Joining, Pinning


class DrillRun(models.Model):
    """One replay of a scenario through the real code, on recipients who exist only for it."""

    scenario = models.CharField(max_length=60)
    speed = models.FloatField(null=True)  # times real time; null: as fast as possible
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    step = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    says = models.CharField(max_length=1000, blank=True)  # the step now being played
    clock_at = models.DateTimeField(null=True)  # what time it is inside the drill
    beat_at = models.DateTimeField(null=True)  # when the runner last gave a sign of life, real time
    ended_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)  # ended before its last step
    failed_with = models.CharField(max_length=80, blank=True)  # the class of the error that ended it
    erased_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    lane = models.PositiveSmallIntegerField(null=True, unique=True)  # 1 while it plays: one at a time

    class Meta:
        db_table = "review_drill_run"


class DrillIncident(models.Model):
    """An incident of a run, and which event of the scenario it is."""

    run = models.ForeignKey(DrillRun, on_delete=models.CASCADE, related_name="incidents")
    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)

    class Meta:
        db_table = "review_drill_incident"


class DrillReport(models.Model):
    """A report of a run: where it truly was and where the desk's pin fell. The product never reads it."""

    run = models.ForeignKey(DrillRun, on_delete=models.CASCADE, related_name="reports")
    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)  # such as "saturday-12"
    true_incident = models.CharField(max_length=40, blank=True)
    true_lat = models.FloatField(null=True)
    true_lon = models.FloatField(null=True)
    pin_lat = models.FloatField(null=True)
    pin_lon = models.FloatField(null=True)
    pinned_by = models.CharField(max_length=10, choices=Pinning.choices, blank=True)
    confidence = models.FloatField(null=True)  # what the product gave for the pin that was taken
    joined_by = models.CharField(max_length=10, choices=Joining.choices, blank=True)

    class Meta:
        db_table = "review_drill_report"
