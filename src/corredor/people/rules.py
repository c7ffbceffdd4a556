"""Authorisation: a role is effective only while its training is current."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from .enums import COURSE_FOR_ROLE
from .errors import NotAllowed

if TYPE_CHECKING:
    from .models import Training, User


def has_role(user: User, role: str, *, today: date) -> bool:
    """Return whether the person is active, holds the role, and its course has not expired."""
    if not user.is_active:
        return False
    grants = user.grants.filter(role=role, revoked_at=None)
    if course := COURSE_FOR_ROLE.get(role):
        grants = grants.filter(user__trainings__course=course, user__trainings__expires_on__gte=today)
    return grants.exists()


def current_training(user: User, role: str, *, today: date) -> Training | None:
    """Return the role's course record with the latest expiry, or None."""
    course = COURSE_FOR_ROLE.get(role)
    return user.trainings.filter(course=course, expires_on__gte=today).order_by("-expires_on").first()


def require_role(user: User, *roles: str, today: date) -> str:
    """Return the first of ``roles`` that the person may act in. Raise NotAllowed, naming the first, if none."""
    for role in roles:
        if has_role(user, role, today=today):
            return role
    raise NotAllowed(roles[0])
