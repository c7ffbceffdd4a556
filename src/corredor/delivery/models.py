"""The queue: one row per alert, person and channel, and one per single notice."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from corredor.alerts.models import Alert
from corredor.people.models import Address
from corredor.subscriptions.models import Subscription

from .enums import ReceiptState, SendState, TransactionalKind


class Route(models.Model):
    """Which provider carries a kind of way; ``null`` until a steward turns a channel on."""

    channel = models.CharField(max_length=16, primary_key=True)
    provider = models.CharField(max_length=20, default="null")
    failover = models.CharField(max_length=20, blank=True, db_default="")  # carries it while the first cannot
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery_route"


class ProviderHealth(models.Model):
    """How a provider has answered lately. Kept by the senders; counts begin anew every few minutes."""

    provider = models.CharField(max_length=20, primary_key=True)
    counted_from = models.DateTimeField()
    answers = models.PositiveIntegerField(default=0)  # it said yes or no
    faults = models.PositiveIntegerField(default=0)  # no answer, or "not now"
    answered_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)  # nothing but faults since then
    fault_code = models.CharField(max_length=20, blank=True)
    try_again_at = models.DateTimeField(null=True)  # while it is passed over

    class Meta:
        db_table = "delivery_health"


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

    channel = models.CharField(max_length=16)
    address = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=5)
    state = models.CharField(max_length=16, choices=SendState.choices, default=SendState.DUE)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=40, blank=True)
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome_unknown = models.BooleanField(default=False)  # an attempt may have arrived although its answer did not
    provider = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    segments = models.PositiveSmallIntegerField(default=1)
    receipt = models.CharField(max_length=12, choices=ReceiptState.choices, blank=True, db_default="")
    receipt_at = models.DateTimeField(null=True)
    receipt_code = models.CharField(max_length=20, blank=True, db_default="")
    receipt_reason = models.CharField(max_length=14, blank=True, db_default="")  # channels.inbound.Reason

    class Meta:
        abstract = True


class Delivery(Sendable):
    """One alert to one address.

    A hundred thousand rows are made at once, from rows that exist, by a statement whose result the guard
    ``only_approved_alerts_are_delivered`` checks as a whole; a foreign key would look each of them up three
    times more. What they point to is only ever deleted through the ORM, which empties the pointers.
    """

    alert = models.ForeignKey(
        Alert, on_delete=models.PROTECT, related_name="deliveries", db_index=False, db_constraint=False
    )
    subscription = models.ForeignKey(
        Subscription, on_delete=models.SET_NULL, null=True, related_name="deliveries", db_constraint=False
    )
    address = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True, related_name="+", db_constraint=False)
    after_push = models.BooleanField(db_default=False)  # goes only if the same person's push does not arrive

    class Meta:
        db_table = "delivery_delivery"
        constraints = [
            models.UniqueConstraint(fields=["alert", "address", "channel"], name="one_row_per_person_and_way")
        ]
        indexes = [
            # The queue itself: small, because settled rows are not in it, and in the very order of claims, or each
            # claim would sort all that a fan-out has made due at one moment.
            models.Index(fields=["channel", "due_at", "id"], condition=Q(state="DUE"), name="deliveries_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="CLAIMED"), name="deliveries_claimed"),
            models.Index(fields=["due_at"], condition=Q(state="WAITING"), name="deliveries_waiting"),
            models.Index(fields=["alert", "due_at"], condition=Q(after_push=True), name="deliveries_after_push"),
        ]


class TransactionalMessage(Sendable):
    """One message to one person that is no alert: a code, an outcome, an answer."""

    kind = models.CharField(max_length=10, choices=TransactionalKind.choices)
    title = models.CharField(max_length=60)
    text = models.TextField()  # as to be sent; emptied once settled, it may hold a code
    link = models.CharField(max_length=200, blank=True)
    about = models.BigIntegerField(null=True)  # row of a later stage that a rule of the database looks up
    is_drill = models.BooleanField(default=False)

    class Meta:
        db_table = "delivery_transactional_message"
        indexes = [
            models.Index(fields=["channel", "due_at", "id"], condition=Q(state="DUE"), name="notices_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="CLAIMED"), name="notices_claimed"),
        ]


class WorkerHeartbeat(models.Model):
    """A process that sends, as it last said so. Times are the database's own."""

    name = models.CharField(max_length=40, primary_key=True)  # begins the names under which it claims
    host = models.CharField(max_length=60)
    channels = models.CharField(max_length=200)  # separated by commas
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ahead_ms = models.IntegerField(default=0)  # how far its machine's clock is ahead of the database's

    class Meta:
        db_table = "delivery_worker_heartbeat"


class LeaderLease(models.Model):
    """Whose turn a chore is, so that one process does it however many could. Times are the database's own."""

    name = models.CharField(max_length=20, primary_key=True)
    holder = models.CharField(max_length=40, blank=True)
    until = models.DateTimeField()  # nobody else begins before

    class Meta:
        db_table = "delivery_leader_lease"


class Plan(models.Model):
    """What was forecast of an alert when it was approved, kept so that the real curve is drawn beside it."""

    alert = models.OneToOneField(Alert, on_delete=models.CASCADE, related_name="plan")
    made_at = models.DateTimeField()
    people = models.PositiveIntegerField()
    messages = models.PositiveIntegerField()
    lanes = models.JSONField(default=list)  # one object per way, as delivery.plan.LanePlan
    curve = models.JSONField(default=list)  # [[seconds since approval, messages out], ...]
    last_s = models.FloatField()  # seconds to the last phone that is reached at once
    rows_made_s = models.FloatField(default=0.0)  # how long it took to make everyone's row
    learned_at = models.DateTimeField(null=True)  # when its real times went into the paces

    class Meta:
        db_table = "delivery_plan"
        indexes = [models.Index(fields=["made_at"], condition=Q(learned_at=None), name="plans_to_learn_from")]


class SendRate(models.Model):
    """How fast a provider has really been, learnt from settled rows; ``rows`` is the making of rows itself."""

    provider = models.CharField(max_length=20, primary_key=True)
    per_s = models.FloatField()  # segments for text messages, messages for all others
    start_s = models.FloatField()  # from the rows to the first answer of a provider
    units = models.FloatField()  # how much it rests on
    learned_at = models.DateTimeField()

    class Meta:
        db_table = "delivery_pace"
