"""Alerts and their texts: two people, one verification, no change after approval."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from corredor.incidents.enums import RADIUS_LEAST_M, RADIUS_MOST_M
from corredor.incidents.models import Incident, IncidentPlace, Verification

from .enums import AlertKind, AlertState, HoldReason

USER = settings.AUTH_USER_MODEL


class Alert(models.Model):
    """One message in all its languages and lengths. Cannot exist without a verification."""

    slug = models.CharField(max_length=12, unique=True)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="alerts")
    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="alerts")
    place = models.ForeignKey(IncidentPlace, on_delete=models.PROTECT, related_name="alerts")
    kind = models.CharField(max_length=12, choices=AlertKind.choices)
    radius_m = models.PositiveIntegerField()
    advice = models.JSONField(default=list)  # Advice codes, most urgent first
    slots = models.JSONField(default=dict)  # what the template was filled with
    template_version = models.CharField(max_length=20)
    is_drill = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=AlertState.choices, default=AlertState.WAITING)
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    approved_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    held_for = models.CharField(max_length=12, choices=HoldReason.choices, blank=True)  # the newest reason
    held_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    is_prepared = models.BooleanField(default=False)  # written by the finding itself, word for word from its template
    sent_back_reason = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "alerts_alert"
        indexes = [models.Index(fields=["incident", "state", "approved_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("written_by")),
                name="writer_and_approver_differ",
            ),
            models.CheckConstraint(
                condition=Q(radius_m__range=(RADIUS_LEAST_M, RADIUS_MOST_M)), name="an_alert_has_a_possible_radius"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["WAITING", "SENT_BACK"], approved_by=None, approved_at=None)
                | Q(state="APPROVED", approved_by__isnull=False, approved_at__isnull=False)
                | Q(state="HELD", approved_by__isnull=False, held_at__isnull=False)
                | Q(state="STOPPED"),
                name="approved_by_somebody",
            ),
        ]


class AlertText(models.Model):
    """One language of an alert, in three lengths; frozen by the database once approved."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=5)
    title = models.CharField(max_length=60)
    short = models.CharField(max_length=90)
    standard = models.CharField(max_length=360)
    long = models.TextField()

    class Meta:
        db_table = "alerts_text"
        constraints = [models.UniqueConstraint(fields=["alert", "language"], name="one_text_per_language")]


class Signature(models.Model):
    """The network's signature under an approved alert; alerts/integrity.py says what is signed."""

    alert = models.OneToOneField(Alert, on_delete=models.CASCADE, related_name="signature")
    network = models.CharField(max_length=200)  # the public address it was signed for
    key = models.CharField(max_length=16)  # which public key checks it
    signature = models.CharField(max_length=88)  # base64 of 64 bytes
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "alerts_signature"


class Fingerprint(models.Model):
    """A digest of one form in which an alert's words reach people, so that pasted words are found at once."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="fingerprints")
    digest = models.CharField(max_length=32, db_index=True)

    class Meta:
        db_table = "alerts_fingerprint"
        constraints = [models.UniqueConstraint(fields=["alert", "digest"], name="one_fingerprint_per_form")]
