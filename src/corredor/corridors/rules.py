"""Permissions at a school, allowed state changes, and staleness of bells."""

from __future__ import annotations

from datetime import date, timedelta

from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.rules import has_role, require_role

from .enums import NEXT_STATES
from .errors import NotALead, WorldsMixed, WrongStep
from .models import Dismissal, School

BELLS_GOOD_FOR = timedelta(days=120)  # about a term; then a person must confirm them again
MAY_HOLD = (Role.DISPATCHER, Role.VERIFIER, Role.OPERATOR, Role.APPROVER)
MAY_SEND = (Role.APPROVER,)


def is_lead(user: User, school: School) -> bool:
    """Return whether the person is a lead of this school, trained or not."""
    return school.leads.filter(user=user, until=None).exists()


def require_lead(user: User, school: School, *, today: date) -> None:
    """Raise NotALead, NotAllowed (training has expired) or WorldsMixed."""
    if user.is_drill and not school.is_drill:
        raise WorldsMixed
    if not is_lead(user, school):
        raise NotALead
    require_role(user, Role.SCHOOL_LEAD, today=today)


def require_lead_or(user: User, school: School, *roles: str, today: date) -> None:
    """Require a trained lead of the school, or a staff member with one of ``roles``.

    Raise NotAllowed, WorldsMixed.
    """
    if not (is_lead(user, school) and has_role(user, Role.SCHOOL_LEAD, today=today)):
        if user.is_drill and not school.is_drill:
            raise WorldsMixed
        require_role(user, *roles, today=today)


def require_step(dismissal: Dismissal, wanted: str) -> None:
    """Raise WrongStep if the dismissal cannot change to the wanted state."""
    if wanted not in NEXT_STATES[dismissal.state]:
        raise WrongStep(dismissal.state, wanted)


def are_bells_stale(school: School, *, today: date) -> bool:
    """Return whether nobody has confirmed the bells for BELLS_GOOD_FOR, or ever."""
    checked = school.bells_checked_on
    return checked is None or today - checked > BELLS_GOOD_FOR
