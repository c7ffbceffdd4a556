"""Who may do what: a role counts only while the training behind it is current."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from .enums import COURSE_FOR_ROLE
from .errors import NotAllowed

if TYPE_CHECKING:
    from .models import Training, User


def has_role(user: User, role: str, *, today: date) -> bool:
    """True while the person is active, holds the role, and its course has not expired."""
    if not user.is_active or not user.grants.filter(role=role, revoked_at=None).exists():
        return False
    return role not in COURSE_FOR_ROLE or current_training(user, role, today=today) is not None


def current_training(user: User, role: str, *, today: date) -> Training | None:
    """The course record behind the role that stays valid longest, or None."""
    course = COURSE_FOR_ROLE.get(role)
    return user.trainings.filter(course=course, expires_on__gte=today).order_by("-expires_on").first()


def require_role(user: User, *roles: str, today: date) -> str:
    """The first of ``roles`` that the person may act in; NotAllowed naming the first otherwise."""
    for role in roles:
        if has_role(user, role, today=today):
            return role
    raise NotAllowed(roles[0])
