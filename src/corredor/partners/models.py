"""Partners, queued webhooks, announced states, and received messages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from corredor.intake.models import Report

from .enums import HookKind, HookState, OffReason


class Partner(models.Model):
    """An organisation: we call its ``url`` with news, it calls us with a token. Either may be missing."""

    name = models.CharField(max_length=60)
    url = models.CharField(max_length=500, blank=True)
    sealed_secret = models.BinaryField(null=True)  # signs webhooks
    sealed_older_secret = models.BinaryField(null=True)  # also signs until older_until
    older_until = models.DateTimeField(null=True)
    is_on = models.BooleanField(default=True)
    off_reason = models.CharField(max_length=12, choices=OffReason.choices, blank=True)
    failing_since = models.DateTimeField(null=True)
    last_accepted_at = models.DateTimeField(null=True)
    last_code = models.CharField(max_length=20, blank=True)
    token_digest = models.CharField(max_length=64, blank=True)  # for /hooks/cap; the token itself is not stored
    last_call_at = models.DateTimeField(null=True)
    last_call_result = models.CharField(max_length=20, blank=True)  # result of the newest call
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "partners_partner"
        constraints = [
            models.UniqueConstraint(
                fields=["token_digest"], condition=~Q(token_digest=""), name="one_partner_per_token"
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(sealed_secret__isnull=False), name="partner_webhooks_are_signed"
            ),
        ]


class Hook(models.Model):
    """One webhook to a partner, with its body as signed. Contains only public data."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="hooks")
    message_id = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=HookKind.choices)
    subject = models.CharField(max_length=40, blank=True)  # what it is about; newer news of it supersedes pending ones
    body = models.TextField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=HookState.choices, default=HookState.DUE)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=20, blank=True)

    class Meta:
        db_table = "partners_hook"
        indexes = [models.Index(fields=["state", "due_at"])]


class Announcement(models.Model):
    """The newest public state of a subject that has been announced to partners."""

    subject = models.CharField(max_length=40, unique=True)
    digest = models.CharField(max_length=64)
    announced_at = models.DateTimeField()

    class Meta:
        db_table = "partners_announcement"


class ReceivedMessage(models.Model):
    """A received message by its keyed digest, and the report that it created or was added to."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="received_messages")
    reference = models.CharField(max_length=64)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        db_table = "partners_received_message"
        constraints = [
            models.UniqueConstraint(fields=["partner", "reference"], name="partner_message_is_received_once")
        ]
