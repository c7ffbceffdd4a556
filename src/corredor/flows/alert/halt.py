"""Halt (kill switch): stop all sending except drills, and end the halt.

Writes delivery. Called by the desk and by `corredor halt`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.delivery import actions as delivery
from corredor.delivery import halt_file
from corredor.delivery.queries import get_halt
from corredor.flows.after_commit import after_change
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import local_today
from corredor.people.rules import require_role

MAY_STOP = (Role.APPROVER, Role.OPERATOR, Role.DISPATCHER, Role.VERIFIER, Role.STEWARD)


@transaction.atomic
def halt_everything(*, reason: str, by: User | None, now: datetime) -> None:
    """Halt all sending except drills; ``by`` is None for the server's operator. Raise NotAllowed."""
    if by is not None:
        require_role(by, *MAY_STOP, today=local_today(now))
    if get_halt() is None:
        delivery.begin_halt(reason=reason, by=by, now=now)
    transaction.on_commit(halt_file.remove)
    after_change(now=now)


@transaction.atomic
def end_halt(*, by: User | None, now: datetime) -> None:
    """End the halt. Raise NotAllowed."""
    if by is not None:
        require_role(by, Role.STEWARD, Role.APPROVER, today=local_today(now))
    delivery.end_halt(by=by, now=now)
    transaction.on_commit(halt_file.remove)
    after_change(now=now)
