"""Drill accounts: they act in drills only, have no password and can never sign in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from .enums import COURSE_FOR_ROLE, Role
from .models import RoleGrant, Training, User

_PREFIX = "drill-"


def save_drill_person(
    *,
    name: str,
    alias: str,
    language: str,
    roles: Iterable[str],
    passed_on: date,
    expires_on: date,
    now: datetime,
) -> User:
    """Get or create a drill account with these roles and the courses they need, valid until ``expires_on``.

    Created at the first run and never deleted: the timeline refers to it.
    """
    user, is_new = User.objects.get_or_create(
        username=f"{_PREFIX}{name}",
        defaults={"alias": alias, "language": language, "is_drill": True, "password": "!", "made_at": now},
    )
    if not is_new and (user.alias, user.language) != (alias, language):
        User.objects.filter(pk=user.pk).update(alias=alias, language=language)
    for role in roles:
        RoleGrant.objects.get_or_create(user=user, role=Role(role), revoked_at=None, defaults={"granted_at": now})
        course = COURSE_FOR_ROLE.get(role)
        if course:
            Training.objects.get_or_create(
                user=user, course=course, expires_on=expires_on, defaults={"passed_on": passed_on}
            )
    return user
