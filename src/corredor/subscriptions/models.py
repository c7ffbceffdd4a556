"""Subscriptions: H3 cells instead of addresses, language, kinds, quiet hours, and contact methods."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from corredor.people.models import Address

from .enums import SubscriptionState


class CoverageArea(models.Model):
    """A set of H3 cells, shared by all subscribers who chose the same area.

    Most people choose a city area or one of few circles, so a million subscribers share some thousands of coverage
    areas, and matching an incident reads those instead of each subscriber's cells.
    """

    digest = models.BinaryField(max_length=16, unique=True)  # of the cells, to find the same area

    class Meta:
        db_table = "subscriptions_coverage_area"


class CoverageCell(models.Model):
    """One H3 cell of a coverage area (resolution 6 to 9, compacted)."""

    coverage_area = models.ForeignKey(CoverageArea, on_delete=models.CASCADE, related_name="cells")
    cell = models.BigIntegerField()

    class Meta:
        db_table = "subscriptions_coverage_cell"
        indexes = [models.Index(fields=["cell", "coverage_area"], name="coverage_by_cell")]


class Subscription(models.Model):
    """One person's preferences. Erased whole when they unsubscribe."""

    coverage_area = models.ForeignKey(
        CoverageArea, on_delete=models.PROTECT, related_name="subscriptions", db_index=False
    )
    language = models.CharField(max_length=5)
    wants_enforcement = models.BooleanField(default=True)
    wants_hazard = models.BooleanField(default=True)
    wants_rumour = models.BooleanField(default=False)
    # Text fallback: with push and SMS, the SMS is sent only if the push does not arrive.
    text_if_needed = models.BooleanField(default=True, db_default=True)
    quiet_from = models.TimeField(null=True)  # local time of the network
    quiet_until = models.TimeField(null=True)
    areas = models.JSONField(default=list)  # area codes as chosen, to prefill the form
    state = models.CharField(max_length=8, choices=SubscriptionState.choices, default="PENDING")
    is_drill = models.BooleanField(default=False)
    unsubscribe_digest = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    asked_again = models.BooleanField(default=False)  # the same sign-up came twice, perhaps from two people
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "subscriptions_subscription"
        indexes = [
            models.Index(fields=["state", "asked_at"]),
            # covering index for matching
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
    """One contact method of a subscription, confirmed or pending."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="methods", db_index=False)
    kind = models.CharField(max_length=16)
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="+")
    code_digest = models.CharField(max_length=64, blank=True)  # of the confirmation code
    code_tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)  # set for a method added later
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "subscriptions_contact_method"
        constraints = [
            models.UniqueConstraint(fields=["subscription", "address"], name="a_method_once"),
        ]
        indexes = [
            models.Index(fields=["subscription", "confirmed_at", "kind"], name="methods_to_match"),
            # few subscriptions have a second method: found without reading the others
            models.Index(fields=["subscription"], condition=Q(asked_at__isnull=False), name="methods_added_later"),
        ]


class Suppression(models.Model):
    """Suppression list (STOP): keyed digests, so that nobody can sign the address up again."""

    lookup = models.BinaryField(max_length=16, unique=True)
    refused_at = models.DateTimeField()

    class Meta:
        db_table = "subscriptions_suppression"
