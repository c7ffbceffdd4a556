"""Retention of the incidents stage, and its retention hold on reports."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from corredor.kit.retention import Stored

from .models import Incident, Membership, TimelineEntry


def of_open_incident() -> Exists:
    """Return the clause for reports that belong to an open incident."""
    # One Exists with both conditions: in an exclude() two different rows could satisfy them.
    return Exists(Membership.objects.filter(report_id=OuterRef("pk"), left_at=None, incident__closed_at=None))


STORED = [
    Stored(
        code="incidents",
        rows=lambda: Incident.objects.filter(is_drill=False),
        since="opened_at",
        words=_("Incidents: where, when, what verifiers established"),
    ),
    Stored(
        code="timeline",
        rows=TimelineEntry.objects.all,
        since="at",
        words=_("Who of the staff did what and when, as codes"),
    ),
]
