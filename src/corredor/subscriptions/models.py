"""Who wants to be warned: cells instead of addresses, a language, kinds, quiet hours, and ways."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from corredor.people.models import Address

from .enums import SubscriptionState


class CoverageArea(models.Model):
    """A set of H3 cells in which people want to be warned: one row however many chose the same ground.

    Most people name an area of the city or a circle from a short list, so a million of them share some
    thousands of zones, and an incident meets those instead of everyone's own cells.
    """

    digest = models.BinaryField(max_length=16, unique=True)  # of the cells, to find the same ground again

    class Meta:
        db_table = "subscriptions_coverage_area"


class CoverageCell(models.Model):
    """One H3 cell of a zone (resolution 6 to 9, as large as fits)."""

    coverage_area = models.ForeignKey(CoverageArea, on_delete=models.CASCADE, related_name="cells")
    cell = models.BigIntegerField()

    class Meta:
        db_table = "subscriptions_coverage_cell"
        indexes = [models.Index(fields=["cell", "coverage_area"], name="coverage_by_cell")]


class Subscription(models.Model):
    """One person's wishes. Erased whole when they leave."""

    coverage_area = models.ForeignKey(
        CoverageArea, on_delete=models.PROTECT, related_name="subscriptions", db_index=False
    )
    language = models.CharField(max_length=5)
    wants_enforcement = models.BooleanField(default=True)
    wants_hazard = models.BooleanField(default=True)
    wants_rumour = models.BooleanField(default=False)
    # With a push and a text message both, the text comes only if the push does not.
    text_if_needed = models.BooleanField(default=True, db_default=True)
    quiet_from = models.TimeField(null=True)  # local time of the network
    quiet_until = models.TimeField(null=True)
    areas = models.JSONField(default=list)  # area codes as chosen, so that the form can show them again
    state = models.CharField(max_length=8, choices=SubscriptionState.choices, default="PENDING")
    is_drill = models.BooleanField(default=False)
    unsubscribe_digest = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    asked_again = models.BooleanField(default=False)  # the same was asked twice, nobody knows by whom
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "subscriptions_subscription"
        indexes = [
            models.Index(fields=["state", "asked_at"]),
            # all that matching asks of a subscription, so that it reads this index and no row
            models.Index(
                fields=[
                    "coverage_area",
                    "state",
                    "is_drill",
                    "wants_enforcement",
                    "wants_hazard",
                    "wants_rumour",
                    "language",
                    "quiet_from",
                    "quiet_until",
                    "id",
                ],
                name="subscriptions_to_match",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="PENDING") | Q(confirmed_at__isnull=False), name="active_was_confirmed"
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_have_both_ends",
            ),
        ]


class ContactMethod(models.Model):
    """One confirmed or waiting way to reach the person."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="methods", db_index=False)
    kind = models.CharField(max_length=16)
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="+")
    code_digest = models.CharField(max_length=64, blank=True)  # of the code that confirms it
    code_tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)  # of a way added later
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "subscriptions_contact_method"
        constraints = [
            models.UniqueConstraint(fields=["subscription", "address"], name="a_method_once"),
        ]
        indexes = [
            models.Index(fields=["subscription", "confirmed_at", "kind"], name="methods_to_match"),
            # few have a second way: found without looking at everybody's
            models.Index(fields=["subscription"], condition=Q(asked_at__isnull=False), name="methods_added_later"),
        ]


class Suppression(models.Model):
    """An address that said STOP: only its keyed digest, so that nobody can sign it up again unasked."""

    lookup = models.BinaryField(max_length=16, unique=True)
    refused_at = models.DateTimeField()

    class Meta:
        db_table = "subscriptions_suppression"
