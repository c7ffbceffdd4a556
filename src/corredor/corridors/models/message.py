"""Messages to parents, and the subscriptions that follow a school."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from corredor.corridors.enums import MessageKind, MessageState
from corredor.subscriptions.models import Subscription

from .dismissal import Dismissal, Proposal
from .school import School

USER = settings.AUTH_USER_MODEL


class Message(models.Model):
    """One text to the parents who follow a school: written by one person, sent by another."""

    dismissal = models.ForeignKey(Dismissal, on_delete=models.CASCADE, related_name="messages")
    proposal = models.ForeignKey(Proposal, on_delete=models.RESTRICT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    texts = models.JSONField()  # language to words, filled from fixed wording
    state = models.CharField(max_length=8, choices=MessageState.choices, default=MessageState.WAITING)
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    approved_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    is_drill = models.BooleanField(default=False)

    class Meta:
        db_table = "corridors_message"
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("written_by")),
                name="two_people_tell_parents",
            ),
            models.CheckConstraint(
                condition=~Q(state="APPROVED") | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="somebody_sent_it_to_parents",
            ),
        ]


class Following(models.Model):
    """A subscription that follows a school; erased with the subscription."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="followings")
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "corridors_following"
        constraints = [models.UniqueConstraint(fields=["school", "subscription"], name="a_school_followed_once")]
