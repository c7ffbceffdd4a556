"""Retention of the volunteers stage."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from corredor.kit.retention import Form, Stored

from .models import Member, Volunteer

APPLICATIONS_KEPT = timedelta(days=30)


@transaction.atomic
def erase_applications(now: datetime) -> int:
    """Erase applications that nobody accepted for APPLICATIONS_KEPT, and volunteers who have no other membership."""
    old = Member.objects.filter(accepted_at=None, asked_at__lt=now - APPLICATIONS_KEPT)
    people = list(old.values_list("volunteer_id", flat=True))
    erased = old.delete()[0]
    Volunteer.objects.filter(pk__in=people, memberships=None).delete()
    return erased


def _current() -> QuerySet[Model]:
    return Volunteer.objects.filter(is_drill=False, left_at=None)


STORED = [
    Stored(
        code="volunteers",
        rows=_current,
        since="asked_at",
        words=_("People at schools' posts: alias, vest, posts taken"),
    ),
    Stored(
        code="applications",
        rows=lambda: Member.objects.waiting().filter(volunteer__is_drill=False),
        since="asked_at",
        words=_("People who asked to help at a school and wait for its lead"),
        kept_for=APPLICATIONS_KEPT,
        erase=erase_applications,
    ),
    Stored(
        code="links",
        rows=_current,
        since="asked_at",
        words=_("Links of volunteers to their own page"),
        form=Form.DIGEST,
    ),
]
