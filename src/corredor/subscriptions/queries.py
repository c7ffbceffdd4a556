"""Reads of the subscriptions stage: match subscribers by cell and kind, and pending contact methods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import F, Q, QuerySet

from .enums import Kind, SubscriptionState
from .models import ContactMethod, CoverageCell, Subscription, Suppression

_WANTS = {
    Kind.ENFORCEMENT: "wants_enforcement",
    Kind.HAZARD: "wants_hazard",
    Kind.RUMOUR: "wants_rumour",
}


def list_methods_in_cells(*, cells: Sequence[int], kind: Kind, is_drill: bool) -> QuerySet[ContactMethod]:
    """Return confirmed contact methods of subscribers to this kind in any of the cells.

    ``cells`` must hold the incident's cells and all their ancestors (hexgrid.with_ancestors), because coverage areas
    are stored compacted.
    """
    return ContactMethod.objects.filter(
        subscription__coverage_area__in=list_coverage_areas(cells),
        subscription__state=SubscriptionState.ACTIVE,
        subscription__is_drill=is_drill,
        confirmed_at__isnull=False,
        **{f"subscription__{_WANTS[kind]}": True},
    )


def list_people_in_cells(*, cells: Sequence[int], kind: Kind, is_drill: bool) -> QuerySet[Subscription]:
    """Return subscriptions to this kind in any of the cells (see list_methods_in_cells)."""
    wants = {_WANTS[kind]: True}
    return Subscription.objects.filter(
        coverage_area__in=list_coverage_areas(cells), state=SubscriptionState.ACTIVE, is_drill=is_drill, **wants
    )


def list_coverage_areas(cells: Sequence[int]) -> list[int]:
    """Return ids of coverage areas that hold any of the cells: some hundreds at most, as literals for a better plan."""
    return list(
        CoverageCell.objects.filter(cell__in=list(cells))
        .order_by()
        .values_list("coverage_area_id", flat=True)
        .distinct()
    )


def in_quiet_hours(*, local: time, prefix: str = "subscription__") -> Q:
    """Return the condition for quiet hours now; they may span midnight."""
    start, end = f"{prefix}quiet_from", f"{prefix}quiet_until"
    by_day = Q(**{f"{start}__lt": F(end)}) & Q(**{f"{start}__lte": local}) & Q(**{f"{end}__gt": local})
    over_midnight = Q(**{f"{start}__gt": F(end)}) & (Q(**{f"{start}__lte": local}) | Q(**{f"{end}__gt": local}))
    return by_day | over_midnight


def next_local_time(*, at: time, now_local: datetime) -> datetime:
    """Return the next moment when local clocks show ``at`` (aware, same zone as ``now_local``)."""
    today = now_local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return today if today > now_local else today + timedelta(days=1)


def list_pending_methods(*, address_id: int) -> QuerySet[ContactMethod]:
    """Return pending contact methods of this address, newest first."""
    return (
        ContactMethod.objects.filter(address_id=address_id, confirmed_at=None)
        .select_related("subscription")
        .order_by("-pk")
    )


def is_suppressed(*, lookup: bytes) -> bool:
    """Return whether this address is on the suppression list."""
    return Suppression.objects.filter(lookup=lookup).exists()
