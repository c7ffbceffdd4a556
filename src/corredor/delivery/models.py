"""Tables of the send queue: deliveries, transactional messages, routes, provider health, heartbeats, forecasts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from corredor.alerts.models import Alert
from corredor.people.models import Address
from corredor.subscriptions.models import Subscription

from .enums import ReceiptState, SendState, TransactionalKind


class Route(models.Model):
    """Provider of a channel; ``null`` until a steward turns the channel on."""

    channel = models.CharField(max_length=16, primary_key=True)
    provider = models.CharField(max_length=20, default="null")
    failover = models.CharField(max_length=20, blank=True, db_default="")  # used while the circuit of the first is open
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery_route"


class ProviderHealth(models.Model):
    """Circuit breaker record of a provider. Workers update it; counts restart every 15 minutes."""

    provider = models.CharField(max_length=20, primary_key=True)
    counted_from = models.DateTimeField()
    answers = models.PositiveIntegerField(default=0)  # accepted or rejected
    faults = models.PositiveIntegerField(default=0)  # time-outs, 5xx, "retry later"
    answered_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)  # only faults since then
    fault_code = models.CharField(max_length=20, blank=True)
    try_again_at = models.DateTimeField(null=True)  # next probe while the circuit is open

    class Meta:
        db_table = "delivery_health"


class Halt(models.Model):
    """The halt (kill switch): while a row is open, only drills are sent."""

    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "delivery_halt"


class Sendable(models.Model):
    """Columns shared by deliveries and transactional messages: recipient, channel, queue state, outcome, receipt."""

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
    # an attempt may have arrived, but the provider's response was lost
    outcome_unknown = models.BooleanField(default=False)
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

    Without foreign key constraints: up to 100,000 rows are inserted by one statement from existing rows, and the guard
    ``only_approved_alerts_are_delivered`` checks them as a set; constraints would look each row up three more times.
    Referenced rows are deleted only through the ORM, which sets the references to NULL.
    """

    alert = models.ForeignKey(
        Alert, on_delete=models.PROTECT, related_name="deliveries", db_index=False, db_constraint=False
    )
    subscription = models.ForeignKey(
        Subscription, on_delete=models.SET_NULL, null=True, related_name="deliveries", db_constraint=False
    )
    address = models.ForeignKey(Address, on_delete=models.SET_NULL, null=True, related_name="+", db_constraint=False)
    after_push = models.BooleanField(db_default=False)  # text fallback: sent only without a push receipt

    class Meta:
        db_table = "delivery_delivery"
        constraints = [
            models.UniqueConstraint(fields=["alert", "address", "channel"], name="one_row_per_person_and_way")
        ]
        indexes = [
            # The queue index: partial, so that settled rows are not in it, and in claim order, or each claim would sort
            # all rows that a fan-out makes due at one moment.
            models.Index(fields=["channel", "due_at", "id"], condition=Q(state="DUE"), name="deliveries_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="CLAIMED"), name="deliveries_claimed"),
            models.Index(fields=["due_at"], condition=Q(state="WAITING"), name="deliveries_waiting"),
            models.Index(fields=["alert", "due_at"], condition=Q(after_push=True), name="deliveries_after_push"),
        ]


class TransactionalMessage(Sendable):
    """One transactional message: a code, an outcome, an answer."""

    kind = models.CharField(max_length=10, choices=TransactionalKind.choices)
    title = models.CharField(max_length=60)
    text = models.TextField()  # as sent; emptied once settled, it may hold a code
    link = models.CharField(max_length=200, blank=True)
    about = models.BigIntegerField(null=True)  # row of another stage that a database guard looks up
    is_drill = models.BooleanField(default=False)

    class Meta:
        db_table = "delivery_transactional_message"
        indexes = [
            models.Index(fields=["channel", "due_at", "id"], condition=Q(state="DUE"), name="notices_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="CLAIMED"), name="notices_claimed"),
        ]


class WorkerHeartbeat(models.Model):
    """Heartbeat of a sending process. Times are the database's."""

    name = models.CharField(max_length=40, primary_key=True)  # prefix of the names under which it claims rows
    host = models.CharField(max_length=60)
    channels = models.CharField(max_length=200)  # separated by commas
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ahead_ms = models.IntegerField(default=0)  # how far its machine's clock is ahead of the database's

    class Meta:
        db_table = "delivery_worker_heartbeat"


class LeaderLease(models.Model):
    """Leader lease of a periodic job, so that one process runs it. Times are the database's."""

    name = models.CharField(max_length=20, primary_key=True)
    holder = models.CharField(max_length=40, blank=True)
    until = models.DateTimeField()  # no other process may acquire it before

    class Meta:
        db_table = "delivery_leader_lease"


class Plan(models.Model):
    """Send forecast stored when the alert was approved, for comparison with the real curve."""

    alert = models.OneToOneField(Alert, on_delete=models.CASCADE, related_name="plan")
    made_at = models.DateTimeField()
    people = models.PositiveIntegerField()
    messages = models.PositiveIntegerField()
    lanes = models.JSONField(default=list)  # one object per channel, see delivery.forecast.LanePlan
    curve = models.JSONField(default=list)  # [[seconds since approval, messages sent], ...]
    last_s = models.FloatField()  # seconds to the last message that is not held
    rows_made_s = models.FloatField(default=0.0)  # seconds spent inserting the delivery rows
    learned_at = models.DateTimeField(null=True)  # when its real times entered the send rates

    class Meta:
        db_table = "delivery_plan"
        indexes = [models.Index(fields=["made_at"], condition=Q(learned_at=None), name="plans_to_learn_from")]


class SendRate(models.Model):
    """Send rate of a provider learnt from settled rows; ``rows`` is the rate of inserting delivery rows."""

    provider = models.CharField(max_length=20, primary_key=True)
    per_s = models.FloatField()  # segments for text messages, messages for all others
    start_s = models.FloatField()  # from insertion to the first response of the provider
    units = models.FloatField()  # weight: units observed
    learned_at = models.DateTimeField()

    class Meta:
        db_table = "delivery_pace"
