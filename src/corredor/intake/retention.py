"""Retention of the intake stage."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from corredor.kit.retention import CHUNK, Form, Stored, without_held

from .models import Note, Photo, Report
from .photos import KeptPhoto, remove_photos

REPORTS_KEPT = timedelta(days=90)  # the raw text; the outcome stays on the timeline as codes
CONTACT_KEPT = timedelta(days=7)  # to ask the sender a question and to report the outcome


@transaction.atomic
def erase_reports(now: datetime) -> int:
    """Erase raw reports past their time, with notes and photos, except those under a retention hold."""
    old = without_held(Report.objects.filter(received_at__lt=now - REPORTS_KEPT))
    ids = list(old.values_list("pk", flat=True)[:CHUNK])
    photos = [
        KeptPhoto(original=photo.original, display=photo.display, digest=photo.digest, size=photo.size)
        for photo in Photo.objects.filter(report_id__in=ids)
    ]
    Report.objects.filter(pk__in=ids).delete()
    transaction.on_commit(lambda: remove_photos(photos, root=settings.PHOTO_ROOT))
    return len(ids)


def forget_contacts(now: datetime) -> int:
    """Unlink senders' addresses past their time; unused addresses are then erased by the people stage."""
    return Report.objects.filter(reply_to__isnull=False, received_at__lt=now - CONTACT_KEPT).update(reply_to=None)


def _reports() -> QuerySet[Model]:
    return Report.objects.filter(is_drill=False)


STORED = [
    Stored(
        code="contacts",
        rows=lambda: Report.objects.filter(is_drill=False, reply_to__isnull=False),
        since="received_at",
        words=_("Reports whose sender left a number or address"),
        kept_for=CONTACT_KEPT,
        erase=forget_contacts,
    ),
    Stored(
        code="reports",
        rows=_reports,
        since="received_at",
        words=_("Reports in people's own words, with place and time"),
        kept_for=REPORTS_KEPT,
        erase=erase_reports,
    ),
    Stored(
        code="notes",
        rows=lambda: Note.objects.filter(report__is_drill=False),
        since="said_at",
        words=_("What was added to a report or asked about it"),
        kept_for=REPORTS_KEPT,
    ),
    Stored(
        code="photos",
        rows=lambda: Photo.objects.filter(report__is_drill=False),
        since="received_at",
        words=_("Photos as sent, with what the camera wrote into them"),
        kept_for=REPORTS_KEPT,
    ),
    Stored(
        code="tracking_codes",
        rows=_reports,
        since="received_at",
        words=_("Receipt codes of reports"),
        form=Form.DIGEST,
        kept_for=REPORTS_KEPT,
    ),
]
