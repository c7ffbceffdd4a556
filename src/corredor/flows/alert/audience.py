"""Audience of a message: subscribers by H3 cells around a place, or recipients of earlier messages.

Reads alerts, incidents, subscriptions, delivery. Writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Q, QuerySet, When

from corredor.alerts.enums import TO_EARLIER_RECIPIENTS, AlertKind
from corredor.alerts.history import History, get_history
from corredor.alerts.models import Alert
from corredor.delivery.actions import list_reached
from corredor.delivery.forecast import Share
from corredor.engines import hexgrid
from corredor.incidents.models import Incident, IncidentPlace
from corredor.incidents.queries import get_incident
from corredor.incidents.rules import check_radius
from corredor.people.models import Network
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
class AreaMethods:
    """Contact methods that a message to an area concerns, and which of them quiet hours hold now."""

    cells: list[int]
    methods: QuerySet[ContactMethod]
    is_held: Q
    local: datetime  # now, in the network's time zone

    def held_until(self, *ends: time) -> QuerySet[ContactMethod]:
        """Return the methods whose quiet hours hold them until one of these times."""
        return self.methods.filter(self.is_held, subscription__quiet_until__in=ends)

    def not_held_until(self, *ends: time) -> QuerySet[ContactMethod]:
        """Return all others: whoever changes their quiet hours after ``ends`` were read is told now, not left out."""
        return self.methods.exclude(pk__in=self.held_until(*ends).values("pk")) if ends else self.methods


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
    quiet_ends: tuple[time, ...] = ()  # when the quiet hours of held messages end


def preview_alert(*, alert_id: int, now: datetime) -> Audience:
    """Return the audience of a written alert, for its approver."""
    alert = Alert.objects.select_related("incident", "place").get(pk=alert_id)
    return count_alert(alert, get_history(alert.incident), now=now)


def count_alert(alert: Alert, history: History, *, now: datetime) -> Audience:
    """The same, with the incident's history already read."""
    kind = AlertKind(alert.kind)
    if kind in TO_EARLIER_RECIPIENTS:
        return count_earlier_recipients(alert, history)
    return count_area(find_area_methods(alert.incident, alert.place, kind, alert.radius_m, now=now))


def count_audience(*, incident_id: int, kind: AlertKind, radius_m: int, now: datetime) -> Audience:
    """Return the audience that a message of this kind would have. Raise WrongRadius."""
    check_radius(radius_m)
    incident = get_incident(incident_id=incident_id)
    assert incident.place is not None, "every incident has a pin"
    if kind not in TO_EARLIER_RECIPIENTS:
        return count_area(find_area_methods(incident, incident.place, kind, radius_m, now=now))
    history = get_history(incident)
    left = next((alert.place for alert in history.alerts if alert.place_id != incident.place_id), None)
    place = left if kind == AlertKind.MOVED_AWAY and left else incident.place
    return _count_reached(incident, place, kind, history)


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


def find_area_methods(
    incident: Incident,
    place: IncidentPlace,
    kind: AlertKind,
    radius_m: int,
    *,
    now: datetime,
    network: Network | None = None,
) -> AreaMethods:
    """Find whom a message to an area concerns. Near the place quiet hours hold none, except for denials.

    ``network`` is read unless the caller has it.
    """
    cells = cells_for(incident=incident, place=place, kind=kind, radius_m=radius_m)
    local = now.astimezone(ZoneInfo((network or get_network()).time_zone))
    is_held = in_quiet_hours(local=local.time().replace(microsecond=0))
    if kind != AlertKind.DENIAL:
        near = hexgrid.with_ancestors(hexgrid.cells_in_circle(place.lat, place.lon, NEVER_SILENT_M))
        close = list_methods_in_cells(cells=near, kind=KIND_WANTED[kind], is_drill=incident.is_drill)
        is_held &= ~Q(pk__in=close.values("pk"))
    return AreaMethods(cells, methods_for(cells=cells, kind=kind, is_drill=incident.is_drill), is_held, local)


def count_area(area: AreaMethods) -> Audience:
    """Count the people and messages of an area."""
    rows = (
        area.methods.order_by()
        .annotate(is_held=Case(When(area.is_held, then=True), default=False))
        .values_list("kind", "subscription__language", "is_held", "subscription__quiet_until")
        .annotate(n=Count("pk"))
    )
    all_of, held, ends = Counter[tuple[str, str]](), Counter[tuple[str, str]](), set[time]()
    for channel, language, is_held, until, count in rows:
        all_of[channel, language] += count
        if is_held:
            held[channel, language] += count
            ends.add(until)
    people = area.methods.order_by().values("subscription_id").distinct().count() if all_of else 0
    shares = [Share(*key, count, held[key]) for key, count in all_of.items()]
    return replace(_add_up(people, shares, cells=area.cells), quiet_ends=tuple(sorted(ends)))


def next_summary(now: datetime) -> datetime:
    """Return the next full or half hour. A later update supersedes one that still waits."""
    since_hour = timedelta(minutes=now.minute, seconds=now.second, microseconds=now.microsecond)
    return now - since_hour + SUMMARY_EACH * (since_hour // SUMMARY_EACH + 1)


def count_earlier_recipients(alert: Alert, history: History) -> Audience:
    """Return the audience of an update, an ending or a correction."""
    audience = _count_reached(alert.incident, alert.place, AlertKind(alert.kind), history)
    if not (repeated := history.list_same_content(alert)):
        return audience
    reached = list_reached(incident_id=alert.incident_id)
    return replace(audience, told_already=reached.filter(alert__in=repeated).count())


def _count_reached(incident: Incident, place: IncidentPlace, kind: AlertKind, history: History) -> Audience:
    rows = list_reached(
        incident_id=incident.pk,
        place_id=place.pk if kind == AlertKind.MOVED_AWAY else None,
        since=history.get_last_ending(kind),
    ).order_by()
    keys = rows.values("channel", "language", "address_id", "subscription_id").distinct()
    counted = Counter((row["channel"], row["language"]) for row in keys)
    people = len({row["subscription_id"] for row in keys})
    return _add_up(people, [Share(*key, count) for key, count in counted.items()], cells=[])


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
