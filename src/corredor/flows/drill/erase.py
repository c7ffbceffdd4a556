"""Erase drill data: every row about a made-up person. The timeline stays; it names nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from corredor.corridors.models import School
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.incidents.actions import close_incident
from corredor.incidents.models import Incident
from corredor.intake.models import Photo, Report
from corredor.people.models import Address
from corredor.review import actions as review
from corredor.review import queries
from corredor.review.models import DrillRun
from corredor.subscriptions.models import Subscription
from corredor.volunteers.models import Volunteer

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def erase_drill_rows(*, but: DrillRun | None = None) -> dict[str, int]:
    """Erase reports, recipients, addresses and messages of all drills and close their incidents.

    Return row counts by kind. Incidents, verifications, alerts and the timeline are immutable and stay; they hold no
    personal text. ``but`` is the run that is starting.
    """
    with transaction.atomic():
        counts = {
            "deliveries": _delete(Delivery.objects.filter(alert__is_drill=True)),
            "notices": _delete(TransactionalMessage.objects.filter(is_drill=True)),
            "volunteers": _delete(Volunteer.objects.filter(is_drill=True)),
            "schools": _delete(School.objects.filter(is_drill=True)),
            "subscriptions": _delete(Subscription.objects.filter(is_drill=True)),
            "photos": _erase_photos(),
            "reports": _delete(Report.objects.filter(is_drill=True)),
            "addresses": _delete(Address.objects.filter(is_drill=True)),
        }
        now = timezone.now()
        left = Incident.objects.filter(is_drill=True, closed_at=None).select_related("opened_by")
        counts["incidents_closed"] = len(left)
        for incident in left:
            close_incident(incident=incident, by=incident.opened_by, now=now)
        # Out of every "recently closed" list: a drill's days may lie in the future.
        Incident.objects.filter(is_drill=True).update(closed_at=_LONG_AGO)
        for run in queries.list_runs().filter(erased_at=None):
            if but is None or run.pk != but.pk:
                review.note_erased(run=run, now=now)
    return counts


def _delete(rows: QuerySet[Any]) -> int:
    """Delete rows; return their number, cascades not counted."""
    return int(rows.delete()[1].get(rows.model._meta.label, 0))


def _erase_photos() -> int:
    count = 0
    for photo in Photo.objects.filter(report__is_drill=True):
        for name in (photo.original, photo.display):
            (Path(settings.PHOTO_ROOT) / name).unlink(missing_ok=True)
        count += 1
    return count
