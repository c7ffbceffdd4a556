"""Queue webhook events for partners: each public change is queued once, and survives crashes.

Diffs the public view with what was queued before, so only public data can be sent. Reads incidents and alerts through
the public view. Writes partners. Called after each publication.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from corredor.flows.publish.json import describe_alert, describe_incident, format_time
from corredor.flows.publish.view import PublicView
from corredor.partners import actions, queries
from corredor.partners.enums import HookKind


@dataclass(frozen=True, slots=True)
class _Event:
    subject: str
    kind: HookKind
    data: dict[str, Any]

    @property
    def digest(self) -> str:
        """Digest of kind and content; changes with either."""
        return hashlib.sha256(json.dumps([self.kind, self.data], sort_keys=True).encode()).hexdigest()


def queue_events(view: PublicView, *, now: datetime) -> int:
    """Queue a call to each partner for everything that changed since it was last told; returns how many."""
    news = list(_list_events(view))
    told = queries.get_announced(subjects=(one.subject for one in news))
    fresh = [one for one in news if told.get(one.subject) != one.digest]
    if not fresh:
        return 0
    with transaction.atomic():
        partners = queries.list_listening()
        count = 0
        for one in fresh:
            if not actions.record_announcement(
                subject=one.subject, digest=one.digest, before=told.get(one.subject), now=now
            ):
                continue
            body = write_body(one.kind, one.data, now)
            for partner in partners:
                actions.queue_hook(partner=partner, kind=one.kind, subject=one.subject, body=body, now=now)
                count += 1
    return count


def subjects_of(view: PublicView) -> frozenset[str]:
    """Return the subjects in the view."""
    return frozenset(one.subject for one in _list_events(view))


def write_body(kind: HookKind, data: dict[str, Any], now: datetime) -> str:
    """Return the body of a call."""
    return json.dumps({"type": kind.value, "timestamp": format_time(now), "data": data}, ensure_ascii=False)


def _list_events(view: PublicView) -> Iterator[_Event]:
    for row in (*view.confirmed, *view.denied, *view.ended):
        yield _Event(f"incident:{row.slug}", HookKind.INCIDENT_CHANGED, describe_incident(row))
        for alert in reversed(row.alerts):
            kind = HookKind.ALERT_STOPPED if alert.is_stopped else HookKind.ALERT_PUBLISHED
            yield _Event(f"alert:{alert.slug}", kind, describe_alert(alert, row))
