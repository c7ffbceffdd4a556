"""The queue: one row per alert, person and channel, and one per single notice."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from corredor.alerts.models import Alert
from corredor.people.models import Address
from corredor.subscriptions.enums import WayKind
from corredor.subscriptions.models import Subscription

from .enums import NoticeKind, SendState


class Route(models.Model):
    """Which transport carries a kind of way; ``blackhole`` until a steward turns a channel on."""

    way = models.CharField(max_length=8, choices=WayKind.choices, primary_key=True)
    transport = models.CharField(max_length=20, default="blackhole")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery_route"


class Halt(models.Model):
    """The kill switch: while a row is open nothing but drills leaves this server."""

    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "delivery_halt"


class Sendable(models.Model):
    """What a delivery and a notice share: whose, by which way, and how far it has come."""

    way = models.CharField(max_length=8, choices=WayKind.choices)
    address = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=5)
    state = models.CharField(max_length=10, choices=SendState.choices, default=SendState.DUE)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=40, blank=True)
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    in_doubt = models.BooleanField(default=False)  # an attempt may have arrived although its answer did not
    transport = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    segments = models.PositiveSmallIntegerField(default=1)

    class Meta:
        abstract = True


class Delivery(Sendable):
    """One alert to one address."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.SET_NULL, null=True, related_name="deliveries")

    class Meta:
        db_table = "delivery_delivery"
        constraints = [models.UniqueConstraint(fields=["alert", "address", "way"], name="one_row_per_person_and_way")]
        indexes = [
            # the queue itself: small, because settled rows are not in it
            models.Index(fields=["way", "due_at"], condition=Q(state="DUE"), name="deliveries_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="CLAIMED"), name="deliveries_claimed"),
        ]


class Notice(Sendable):
    """One message to one person that is no alert: a code, an outcome, an answer."""

    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    title = models.CharField(max_length=60)
    text = models.TextField()  # as to be sent; emptied once settled, it may hold a code
    link = models.CharField(max_length=200, blank=True)
    is_drill = models.BooleanField(default=False)

    class Meta:
        db_table = "delivery_notice"
        indexes = [
            models.Index(fields=["way", "due_at"], condition=Q(state="DUE"), name="notices_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="CLAIMED"), name="notices_claimed"),
        ]
