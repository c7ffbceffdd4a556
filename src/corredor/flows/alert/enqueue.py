"""Enqueue an approved alert: for the subscribers of an area, or for recipients of earlier messages.

Reads subscriptions, routes. Writes delivery. Called by ``approve``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from django.db.models import Q, QuerySet

from corredor.alerts.enums import AlertKind
from corredor.alerts.history import History
from corredor.alerts.models import Alert
from corredor.delivery import actions as delivery
from corredor.delivery.clock import cap_at_database_now
from corredor.delivery.queue import text_fallback
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import ContactMethod
from corredor.subscriptions.queries import next_local_time

from .audience import AreaMethods, next_summary


def queue_for_earlier(alert: Alert, history: History, *, now: datetime) -> int:
    """Enqueue an update. Recipients of the same content get it with the next summary instead of at once."""
    at_once, since = _at_once(alert, now), history.get_last_ending(alert.kind)
    if not (repeated := history.list_same_content(alert)):
        return delivery.queue_for_earlier_recipients(alert=alert, since=since, due_at=at_once)
    already_told = Q(delivery.has_reached(alert_ids=repeated))
    count = delivery.queue_for_earlier_recipients(alert=alert, since=since, due_at=at_once, audience=~already_told)
    if (summary := next_summary(now)) < alert.expires_at:
        count += delivery.queue_for_earlier_recipients(alert=alert, since=since, due_at=summary, audience=already_told)
    delivery.supersede_repeats(of=repeated, by=alert, now=now)
    return count


def queue_for_area(
    alert: Alert, area: AreaMethods, *, quiet_ends: Sequence[time], routes: Mapping[str, str], now: datetime
) -> int:
    """Enqueue a message to an area; ``quiet_ends`` are the times at which held methods may be used."""
    count = _queue(alert, area.not_held_until(*quiet_ends), due_at=_at_once(alert, now), routes=routes)
    for until in quiet_ends:
        due_at = next_local_time(at=until, now_local=area.local)
        if due_at < alert.expires_at:  # skip a warning that would arrive after its expiry
            count += _queue(alert, area.held_until(until), due_at=due_at, routes=routes)
    return count


def _queue(alert: Alert, methods: QuerySet[ContactMethod], *, due_at: datetime, routes: Mapping[str, str]) -> int:
    """Enqueue rows; SMS that are only a text fallback are held for urgent kinds and left out for others."""
    if "null" in (routes[Channel.PUSH], routes[Channel.SMS]):
        return delivery.queue_for_methods(alert=alert, methods=methods, due_at=due_at)
    count = delivery.queue_for_methods(alert=alert, methods=text_fallback.sent_immediately(methods), due_at=due_at)
    if text_fallback.is_urgent(AlertKind(alert.kind)):
        held, look_at = text_fallback.held_texts(methods), due_at + text_fallback.receipt_timeout()
        count += delivery.queue_for_methods(alert=alert, methods=held, due_at=look_at, after_push=True)
    return count


def _at_once(alert: Alert, now: datetime) -> datetime:
    """Return the due time of immediate rows: drills use their own clock, others a time capped at the database's."""
    return now if alert.is_drill else cap_at_database_now(now)
