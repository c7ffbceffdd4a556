"""Check the audience of a drill's alerts by plain geometry: nobody nearby missed, nobody elsewhere warned.

Independent of the production matching: distances in metres to each coverage area, no joins on cells.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection
from zoneinfo import ZoneInfo

from corredor.alerts.enums import TO_EARLIER_RECIPIENTS, AlertKind
from corredor.alerts.models import Alert
from corredor.delivery.models import Delivery
from corredor.engines import hexgrid
from corredor.engines.geo.earth import distance_m
from corredor.flows.alert.audience import KIND_WANTED
from corredor.people.queries import get_network
from corredor.subscriptions.enums import Kind, SubscriptionState
from corredor.subscriptions.models import CoverageCell, Subscription

# Coverage areas are cells about 200 m wide: subscribers of a cell that the circle only touches may be warned.
TOUCHES_M = 260.0

Spot = tuple[float, float, float]
"""Latitude, longitude, radius in metres."""
Ground = tuple[int, ...]
"""Finest cells of a coverage area."""


def find_misdirected(*, incident_ids: Collection[int]) -> tuple[list[int], list[int]]:
    """Return (subscriptions nearby without a row, deliveries to people elsewhere), over all alerts to an area.

    People in quiet hours at approval are not expected to have a row: a warning that would come too late is not sent.
    """
    missed: list[int] = []
    strayed: list[int] = []
    people = _people_by_ground()
    for alert in Alert.objects.filter(incident_id__in=incident_ids, approved_at__isnull=False).select_related(
        "place", "incident"
    ):
        if alert.kind in TO_EARLIER_RECIPIENTS:
            continue
        spots = _spots(alert)
        rows = dict(Delivery.objects.filter(alert=alert).values_list("subscription_id", "pk"))
        for ground, subscriptions in people.items():
            off_m = _how_far_outside_m(ground, spots)
            if off_m <= 0:
                missed += [row.pk for row in subscriptions if row.pk not in rows and _expects(row, alert)]
            elif off_m > TOUCHES_M:
                strayed += [rows[row.pk] for row in subscriptions if row.pk in rows]
    return missed, strayed


def _people_by_ground() -> dict[Ground, list[Subscription]]:
    people: dict[int, list[Subscription]] = defaultdict(list)
    for row in Subscription.objects.filter(is_drill=True, state=SubscriptionState.ACTIVE):
        people[row.coverage_area_id].append(row)
    cells: dict[int, list[int]] = defaultdict(list)
    for coverage_area_id, cell in CoverageCell.objects.filter(coverage_area__in=list(people)).values_list(
        "coverage_area_id", "cell"
    ):
        cells[coverage_area_id].append(cell)
    return {tuple(hexgrid.expand(cells[coverage_area_id])): rows for coverage_area_id, rows in people.items()}


def _spots(alert: Alert) -> list[Spot]:
    """Return an alert's target circles; for a hazard alert, all hazards open at its approval."""
    place = alert.place
    if alert.kind == AlertKind.HAZARD:
        open_then = alert.incident.hazards.filter(noted_at__lte=alert.approved_at).exclude(
            cleared_at__lte=alert.approved_at
        )
        return [(row.lat, row.lon, row.radius_m + alert.radius_m) for row in open_then]
    return [(place.lat, place.lon, alert.radius_m)]


def _how_far_outside_m(ground: Ground, spots: list[Spot]) -> float:
    """Return the distance from the nearest cell centre to the nearest circle; 0 or less inside one.

    Infinite for followers of a school without a coverage area.
    """
    return min(
        (distance_m((lat, lon), hexgrid.centre_of(cell)) - radius_m for cell in ground for lat, lon, radius_m in spots),
        default=math.inf,
    )


def _expects(row: Subscription, alert: Alert) -> bool:
    wants = {
        Kind.ENFORCEMENT: row.wants_enforcement,
        Kind.HAZARD: row.wants_hazard,
        Kind.RUMOUR: row.wants_rumour,
    }[KIND_WANTED[alert.kind]]
    if row.quiet_from is None or row.quiet_until is None or alert.approved_at is None:
        return wants
    local = alert.approved_at.astimezone(ZoneInfo(get_network().time_zone)).time()
    if row.quiet_from < row.quiet_until:
        sleeps = row.quiet_from <= local < row.quiet_until
    else:
        sleeps = local >= row.quiet_from or local < row.quiet_until
    return wants and not sleeps
