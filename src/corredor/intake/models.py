"""Raw reports, later notes, and photos."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from corredor.kit.languages import FIRST
from corredor.people.models import Address

from .enums import NoteKind, ReportState, Source


class Report(models.Model):
    """One report exactly as received. A trigger freezes the raw columns (see guards.py)."""

    # immutable
    source = models.CharField(max_length=8, choices=Source.choices)
    raw = models.BinaryField()  # the request body or form fields as received
    raw_digest = models.CharField(max_length=64)  # SHA-256, hex
    received_at = models.DateTimeField()
    provider_reference = models.CharField(max_length=80, blank=True)  # the provider's message id
    is_drill = models.BooleanField(default=False)
    # read from raw; an operator on the phone writes them down
    language = models.CharField(max_length=5, default=FIRST)
    text = models.TextField(blank=True)  # what is happening, in the sender's words
    where_words = models.TextField(blank=True)
    size_words = models.TextField(blank=True)
    uniform_words = models.TextField(blank=True)
    equipment_words = models.TextField(blank=True)
    heading_words = models.TextField(blank=True)
    seen_at = models.DateTimeField(null=True)
    seen_by_sender = models.BooleanField(null=True)  # saw it, or heard of it
    is_there_now = models.BooleanField(null=True)
    someone_hurt = models.BooleanField(null=True)
    irritant_used = models.BooleanField(null=True)
    children_near = models.BooleanField(null=True)
    offered_lat = models.FloatField(null=True)  # a tap on the map or "near me", rounded on the phone
    offered_lon = models.FloatField(null=True)
    # handling
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.NEW)
    state_reason = models.CharField(max_length=120, blank=True)
    tracking_digest = models.CharField(max_length=64, unique=True)
    reply_to = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True, related_name="+")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # the operator who took the call

    class Meta:
        db_table = "intake_report"
        indexes = [models.Index(fields=["is_drill", "state", "received_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "provider_reference"],
                condition=~Q(provider_reference=""),
                name="a_replayed_message_is_no_new_report",
            )
        ]

    @property
    def number(self) -> str:
        """Display number at the desk."""
        return f"R{self.pk}"


class Note(models.Model):
    """A later note on a report: from its sender (authenticated by tracking code), or from the desk to them."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=8, choices=NoteKind.choices)
    text = models.TextField(blank=True)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # null: the sender

    class Meta:
        db_table = "intake_note"
        ordering = ["said_at", "pk"]


class Photo(models.Model):
    """A photo of a report: the untouched original, and a display copy without metadata."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="photos")
    original = models.CharField(max_length=120)  # path below PHOTO_ROOT
    display = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)  # SHA-256 of the original, hex
    size = models.PositiveIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "intake_photo"
