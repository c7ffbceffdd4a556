"""Public incidents and alerts as JSON values: times in UTC and no ages, so that bytes change only with the data."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from django.conf import settings

from .view import PublicAlert, PublicIncident, PublicView


def describe_view(view: PublicView) -> dict[str, Any]:
    """Return the front page."""
    return {
        "version": 1,
        "being_checked": view.being_checked,
        "confirmed": [describe_incident(row) for row in view.confirmed],
        "denied": [describe_incident(row) for row in view.denied],
        "ended": [describe_incident(row) for row in view.ended],
    }


def describe_incident(row: PublicIncident) -> dict[str, Any]:
    """Return one incident."""
    return {
        "slug": row.slug,
        "url": f"{settings.BASE_URL}/i/{row.slug}",
        "status": row.status,
        "agency": row.agency,
        "area": {"code": row.area_code, **row.area_names},
        "seen_at": format_time(row.seen_at),
        "checked_at": format_time(row.checked_at),
        "ended_at": format_time(row.ended_at) if row.ended_at else None,
    }


def describe_alert(row: PublicAlert, incident: PublicIncident) -> dict[str, Any]:
    """Return one message, verbatim."""
    return {
        "slug": row.slug,
        "url": f"{settings.BASE_URL}/a/{row.slug}",
        "cap": f"{settings.BASE_URL}/feeds/cap/{row.slug}.xml",
        "incident": incident.slug,
        "is_drill": incident.is_drill,
        "kind": row.kind,
        "sent_at": format_time(row.sent_at),
        "expires_at": format_time(row.expires_at),
        "is_stopped": row.is_stopped,
        "area": {"code": row.area_code, **row.area_names},
        "texts": {
            language: {"title": row.titles[language], "standard": row.standards[language], "long": row.texts[language]}
            for language in sorted(row.texts)
        },
    }


def describe_story(row: PublicIncident) -> list[dict[str, Any]]:
    """Return an incident's statuses and areas, oldest first."""
    return [
        {
            "at": format_time(step.at),
            "status": step.status,
            "area": dict(step.area_names) or None,
        }
        for step in row.timeline
    ]


def format_time(moment: datetime) -> str:
    """Return a time as RFC 3339 in UTC, whole seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", moment.utctimetuple())
