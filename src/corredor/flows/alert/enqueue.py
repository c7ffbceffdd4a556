"""Enqueue an approved alert: for the subscribers of an area, or for recipients of earlier messages.

Reads subscriptions, routes. Writes delivery. Called by ``approve``.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Alert
from corredor.alerts.queries import list_same_content
from corredor.delivery import actions as delivery
from corredor.delivery.clock import cap_at_database_now
from corredor.delivery.queries import get_routes
from corredor.delivery.queue import text_fallback
from corredor.people.queries import get_network
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import ContactMethod
from corredor.subscriptions.queries import next_local_time

from .audience import cells_for, methods_for, next_summary, split_by_quiet_hours


def queue_for_earlier(alert: Alert, since: datetime | None, *, now: datetime) -> int:
    """Enqueue an update. Recipients of the same content get it with the next summary instead of at once."""
    at_once = _at_once(alert, now)
    if not (repeated := list_same_content(alert=alert)):
        return delivery.queue_for_earlier_recipients(alert=alert, since=since, due_at=at_once)
    already_told = Q(delivery.has_reached(alert_ids=repeated))
    count = delivery.queue_for_earlier_recipients(alert=alert, since=since, due_at=at_once, audience=~already_told)
    if (summary := next_summary(now)) < alert.expires_at:
        count += delivery.queue_for_earlier_recipients(alert=alert, since=since, due_at=summary, audience=already_told)
    delivery.supersede_repeats(of=repeated, by=alert, now=now)
    return count


def queue_for_area(alert: Alert, kind: AlertKind, *, now: datetime) -> int:
    cells = cells_for(incident=alert.incident, place=alert.place, kind=kind, radius_m=alert.radius_m)
    methods = methods_for(cells=cells, kind=kind, is_drill=alert.is_drill)
    at_once, held = split_by_quiet_hours(methods, place=alert.place, kind=kind, now=now)
    count = _queue(alert, kind, at_once, due_at=_at_once(alert, now))
    local = now.astimezone(ZoneInfo(get_network().time_zone))
    for until in held.order_by().values_list("subscription__quiet_until", flat=True).distinct():
        assert until is not None, "both ends of quiet hours are kept, or none"
        due_at = next_local_time(at=until, now_local=local)
        if due_at < alert.expires_at:  # skip a warning that would arrive after its expiry
            some = held.filter(subscription__quiet_until=until)
            count += _queue(alert, kind, some, due_at=due_at)
    return count


def _queue(alert: Alert, kind: AlertKind, methods: QuerySet[ContactMethod], *, due_at: datetime) -> int:
    """Enqueue rows; SMS that are only a text fallback are held for urgent kinds and left out for others."""
    routes = get_routes()
    if "null" in (routes[Channel.PUSH], routes[Channel.SMS]):
        return delivery.queue_for_methods(alert=alert, methods=methods, due_at=due_at)
    count = delivery.queue_for_methods(alert=alert, methods=text_fallback.sent_immediately(methods), due_at=due_at)
    if text_fallback.is_urgent(kind):
        held, look_at = text_fallback.held_texts(methods), due_at + text_fallback.receipt_timeout()
        count += delivery.queue_for_methods(alert=alert, methods=held, due_at=look_at, after_push=True)
    return count


def _at_once(alert: Alert, now: datetime) -> datetime:
    """Return the due time of immediate rows: drills use their own clock, others a time capped at the database's."""
    return now if alert.is_drill else cap_at_database_now(now)
