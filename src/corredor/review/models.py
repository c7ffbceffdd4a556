"""Drill runs, their ground truth, and their measures."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from corredor.incidents.models import Incident
from corredor.intake.models import Report

from .enums import Joining, Pinning


class DrillRun(models.Model):
    """One replay of a scenario through the real code, with recipients that exist only for it."""

    scenario = models.CharField(max_length=60)
    speed = models.FloatField(null=True)  # times real time; null: as fast as possible
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    step = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    says = models.CharField(max_length=1000, blank=True)  # description of the current step
    clock_at = models.DateTimeField(null=True)  # time inside the drill
    beat_at = models.DateTimeField(null=True)  # last heartbeat of the runner, real time
    ended_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)  # ended before its last step
    failed_with = models.CharField(max_length=80, blank=True)  # class of the exception that ended it
    erased_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    lane = models.PositiveSmallIntegerField(null=True, unique=True)  # 1 while running: the unique column allows one run

    class Meta:
        db_table = "review_drill_run"


class DrillIncident(models.Model):
    """An incident of a run, and its scenario event."""

    run = models.ForeignKey(DrillRun, on_delete=models.CASCADE, related_name="incidents")
    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)

    class Meta:
        db_table = "review_drill_incident"


class DrillReport(models.Model):
    """Ground truth of a drill report, and the desk's pin. The product never reads it."""

    run = models.ForeignKey(DrillRun, on_delete=models.CASCADE, related_name="reports")
    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)  # such as "saturday-12"
    true_incident = models.CharField(max_length=40, blank=True)
    true_lat = models.FloatField(null=True)
    true_lon = models.FloatField(null=True)
    pin_lat = models.FloatField(null=True)
    pin_lon = models.FloatField(null=True)
    pinned_by = models.CharField(max_length=10, choices=Pinning.choices, blank=True)
    confidence = models.FloatField(null=True)  # confidence of the suggestion that was taken
    joined_by = models.CharField(max_length=10, choices=Joining.choices, blank=True)

    class Meta:
        db_table = "review_drill_report"
