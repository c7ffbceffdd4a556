"""Access rules shared by the incident flows."""

from __future__ import annotations

from datetime import datetime

from corredor.incidents.errors import DrillMixed
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import local_today
from corredor.people.rules import require_role

DESK = (Role.OPERATOR, Role.VERIFIER, Role.DISPATCHER, Role.APPROVER)


def require_desk(by: User, *, now: datetime) -> None:
    require_role(by, *DESK, today=local_today(now))


def reject_drill_mix(is_drill: bool, by: User) -> None:
    """Raise DrillMixed if a drill account touches real data. Real people may act in drills."""
    if by.is_drill and not is_drill:
        raise DrillMixed
