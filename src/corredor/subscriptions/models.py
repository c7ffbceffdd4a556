"""Who wants to be warned: cells instead of addresses, a language, kinds, quiet hours, and ways."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from corredor.people.models import Address

from .enums import SubscriptionState, WayKind


class Subscription(models.Model):
    """One person's wishes. Erased whole when they leave."""

    language = models.CharField(max_length=5)
    wants_enforcement = models.BooleanField(default=True)
    wants_hazard = models.BooleanField(default=True)
    wants_rumour = models.BooleanField(default=False)
    quiet_from = models.TimeField(null=True)  # local time of the network
    quiet_until = models.TimeField(null=True)
    areas = models.JSONField(default=list)  # area codes as chosen, so that the form can show them again
    state = models.CharField(max_length=8, choices=SubscriptionState.choices, default="PENDING")
    is_drill = models.BooleanField(default=False)
    leave_digest = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    asked_again = models.BooleanField(default=False)  # the same was asked twice, nobody knows by whom
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "subscriptions_subscription"
        indexes = [models.Index(fields=["state", "asked_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="PENDING") | Q(confirmed_at__isnull=False), name="active_was_confirmed"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_have_both_ends",
            ),
        ]


class SubscriptionCell(models.Model):
    """One H3 cell (resolution 6 to 9, as large as fits) in which the person wants to be warned."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="cells", db_index=False)
    cell = models.BigIntegerField()

    class Meta:
        db_table = "subscriptions_cell"
        indexes = [
            models.Index(fields=["cell", "subscription"], name="cells_by_cell"),
            models.Index(fields=["subscription"], name="cells_by_subscription"),
        ]


class Way(models.Model):
    """One confirmed or waiting way to reach the person."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="ways")
    kind = models.CharField(max_length=8, choices=WayKind.choices)
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="+")
    code_digest = models.CharField(max_length=64, blank=True)  # of the code that confirms it
    code_tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "subscriptions_way"
        constraints = [
            models.UniqueConstraint(fields=["subscription", "address"], name="a_way_once"),
        ]


class Refusal(models.Model):
    """An address that said STOP: only its keyed digest, so that nobody can sign it up again unasked."""

    lookup = models.BinaryField(max_length=16, unique=True)
    refused_at = models.DateTimeField()

    class Meta:
        db_table = "subscriptions_refusal"
