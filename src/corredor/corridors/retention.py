"""Retention of the corridors stage."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corredor.kit.retention import Form, Stored

from .models import (
    Attendance,
    ChildrenInCell,
    ChildrenOfAge,
    Count,
    Following,
    GuardianCode,
    Outline,
)

ATTENDANCE_KEPT = timedelta(days=30)  # counts and decisions stay


@transaction.atomic
def erase_attendance(now: datetime) -> int:
    """Erase attendance ATTENDANCE_KEPT after the bell."""
    return Attendance.objects.filter(dismissal__bell_at__lt=now - ATTENDANCE_KEPT).delete()[0]


STORED = [
    Stored(
        code="attendance",
        rows=lambda: Attendance.objects.filter(dismissal__is_drill=False),
        words=_("Who stood at which post on which day"),
        kept_for=ATTENDANCE_KEPT,
        erase=erase_attendance,
    ),
    Stored(
        code="children",
        rows=lambda: ChildrenInCell.objects.filter(school__is_drill=False),
        words=_("How many children live in a coarse cell: numbers only"),
    ),
    Stored(
        code="ages",
        rows=lambda: ChildrenOfAge.objects.filter(school__is_drill=False),
        words=_("How many children of three age groups walk: numbers only"),
    ),
    Stored(
        code="outlines",
        rows=lambda: Outline.objects.filter(school__is_drill=False),
        since="drawn_at",
        words=_("Where a school's children come from: corners of an area"),
    ),
    Stored(
        code="counts",
        rows=lambda: Count.objects.filter(dismissal__is_drill=False),
        since="counted_at",
        words=_("How many children passed a post: numbers only"),
    ),
    Stored(
        code="followings",
        rows=lambda: Following.objects.filter(school__is_drill=False),
        words=_("Which subscription follows which school"),
    ),
    Stored(
        code="guardian_codes",
        rows=lambda: GuardianCode.objects.filter(school__is_drill=False, withdrawn_at=None),
        since="made_at",
        words=_("Guardians' codes at schools"),
        form=Form.DIGEST,
    ),
]
