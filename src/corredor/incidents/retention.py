"""What the incidents stage keeps for good, and which reports it keeps from being erased."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from corredor.kit.retention import Stored

from .models import Incident, Membership, TimelineEntry


def of_open_incident() -> Exists:
    """Return the clause that is true for a report which belongs to an incident that is still open."""
    # One row that is both current and open: two conditions in an exclude() may be met by two different rows.
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
