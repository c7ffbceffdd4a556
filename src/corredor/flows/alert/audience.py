"""Audience of a message: subscribers by H3 cells around a place, or recipients of earlier messages.

Reads alerts, incidents, subscriptions, delivery. Writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from corredor.alerts.enums import TO_EARLIER_RECIPIENTS, AlertKind
from corredor.alerts.models import Alert
from corredor.alerts.queries import get_last_ending, list_same_content, list_sent_alerts
from corredor.delivery.actions import list_reached
from corredor.delivery.forecast import Share
from corredor.engines import hexgrid
from corredor.incidents.models import Incident, IncidentPlace
from corredor.incidents.queries import get_incident
from corredor.incidents.rules import check_radius
from corredor.people.queries import get_network
from corredor.subscriptions.enums import Kind
from corredor.subscriptions.models import ContactMethod
from corredor.subscriptions.queries import in_quiet_hours, list_methods_in_cells

NEVER_SILENT_M = 300  # within this radius a warning ignores quiet hours
SUMMARY_EACH = timedelta(minutes=30)  # interval at which recipients get repeated content

KIND_WANTED: dict[str, Kind] = {
    AlertKind.CONFIRMED: Kind.ENFORCEMENT,
    AlertKind.MOVED_HERE: Kind.ENFORCEMENT,
    AlertKind.RETURNED: Kind.ENFORCEMENT,
    AlertKind.HAZARD: Kind.HAZARD,
    AlertKind.DENIAL: Kind.RUMOUR,
}


@dataclass(frozen=True, slots=True)
class Audience:
    """Audience of a message. ``messages`` counts a person once per channel."""

    people: int
    messages: int
    by_channel: dict[str, int]
    by_language: dict[str, int]
    held_by_quiet_hours: int
    cells: list[int]
    told_already: int = 0  # got the same content for the same place, so this message waits for the next summary
    shares: tuple[Share, ...] = ()


def preview_alert(*, alert_id: int, now: datetime) -> Audience:
    """Return the audience of a written alert, for its approver."""
    alert = Alert.objects.select_related("incident", "place").get(pk=alert_id)
    audience = _count(alert.incident, alert.place, AlertKind(alert.kind), alert.radius_m, now=now)
    if not (repeated := list_same_content(alert=alert)):
        return audience
    return replace(
        audience, told_already=list_reached(incident_id=alert.incident_id).filter(alert__in=repeated).count()
    )


def count_audience(*, incident_id: int, kind: AlertKind, radius_m: int, now: datetime) -> Audience:
    """Return the audience that a message of this kind would have. Raise WrongRadius."""
    check_radius(radius_m)
    incident = get_incident(incident_id=incident_id)
    assert incident.place is not None, "every incident has a pin"
    left = list_sent_alerts(incident=incident).exclude(place=incident.place).first()
    place = left.place if kind == AlertKind.MOVED_AWAY and left else incident.place
    return _count(incident, place, kind, radius_m, now=now)


def cells_for(*, incident: Incident, place: IncidentPlace, kind: AlertKind, radius_m: int) -> list[int]:
    """Return the FINEST cells that a message targets; for a hazard, around all hazards not cleared."""
    points = [(place.lat, place.lon, radius_m)]
    if kind == AlertKind.HAZARD:
        rows = incident.hazards.filter(cleared_at=None)
        points = [(row.lat, row.lon, row.radius_m + radius_m) for row in rows] or points
    return sorted({cell for lat, lon, reach in points for cell in hexgrid.cells_in_circle(lat, lon, reach)})


def methods_for(*, cells: list[int], kind: AlertKind, is_drill: bool) -> QuerySet[ContactMethod]:
    """Return confirmed contact methods of subscribers in the cells to this kind of message."""
    return list_methods_in_cells(cells=hexgrid.with_ancestors(cells), kind=KIND_WANTED[kind], is_drill=is_drill)


def split_by_quiet_hours(
    methods: QuerySet[ContactMethod], *, place: IncidentPlace, kind: AlertKind, now: datetime
) -> tuple[QuerySet[ContactMethod], QuerySet[ContactMethod]]:
    """Return (methods to use now, methods held by quiet hours). Near the place none is held, except for denials."""
    local = now.astimezone(ZoneInfo(get_network().time_zone)).time().replace(microsecond=0)
    quiet = methods.filter(in_quiet_hours(local=local))
    if kind != AlertKind.DENIAL:
        near = hexgrid.with_ancestors(hexgrid.cells_in_circle(place.lat, place.lon, NEVER_SILENT_M))
        close = list_methods_in_cells(cells=near, kind=KIND_WANTED[kind], is_drill=place.incident.is_drill)
        quiet = quiet.exclude(pk__in=close.values("pk"))
    return methods.exclude(pk__in=quiet.values("pk")), quiet


def next_summary(now: datetime) -> datetime:
    """Return the next full or half hour. A later update supersedes one that still waits."""
    since_hour = timedelta(minutes=now.minute, seconds=now.second, microseconds=now.microsecond)
    return now - since_hour + SUMMARY_EACH * (since_hour // SUMMARY_EACH + 1)


def _count(incident: Incident, place: IncidentPlace, kind: AlertKind, radius_m: int, *, now: datetime) -> Audience:
    if kind in TO_EARLIER_RECIPIENTS:
        place_id = place.pk if kind == AlertKind.MOVED_AWAY else None
        rows = list_reached(
            incident_id=incident.pk,
            place_id=place_id,
            since=get_last_ending(incident=incident, kind=kind),
        ).order_by()
        keys = rows.values("channel", "language", "address_id", "subscription_id").distinct()
        counted = Counter((row["channel"], row["language"]) for row in keys)
        people = len({row["subscription_id"] for row in keys})
        return _add_up(people, [Share(*key, count) for key, count in counted.items()], cells=[])
    cells = cells_for(incident=incident, place=place, kind=kind, radius_m=radius_m)
    methods = methods_for(cells=cells, kind=kind, is_drill=incident.is_drill)
    _, quiet = split_by_quiet_hours(methods, place=place, kind=kind, now=now)
    held, all_of = _group(quiet), _group(methods)
    people = methods.order_by().values("subscription_id").distinct().count()
    return _add_up(people, [Share(*key, count, held.get(key, 0)) for key, count in all_of.items()], cells=cells)


def _group(methods: QuerySet[ContactMethod]) -> dict[tuple[str, str], int]:
    """Count methods by channel and language."""
    rows = methods.order_by().values_list("kind", "subscription__language").annotate(n=Count("pk"))
    return {(channel, language): count for channel, language, count in rows}


def _add_up(people: int, shares: Sequence[Share], *, cells: list[int]) -> Audience:
    by_channel, by_language = Counter[str](), Counter[str]()
    for share in shares:
        by_channel[share.channel] += share.messages
        by_language[share.language] += share.messages
    return Audience(
        people=people,
        messages=by_channel.total(),
        by_channel=dict(by_channel),
        by_language=dict(by_language),
        held_by_quiet_hours=sum(share.held for share in shares),
        cells=cells,
        shares=tuple(sorted(shares, key=lambda share: (share.channel, share.language))),
    )
