"""Who may do what at a school, and when what is known of it has grown too old."""

from __future__ import annotations

from datetime import date, timedelta

from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.rules import has_role, require_role

from .enums import NEXT_STATES
from .errors import NotALead, WorldsMixed, WrongStep
from .models import Dismissal, School

BELLS_GOOD_FOR = timedelta(days=120)  # about a term; then a person must say again that they are right
MAY_HOLD = (Role.DISPATCHER, Role.VERIFIER, Role.OPERATOR, Role.APPROVER)
MAY_SEND = (Role.APPROVER,)


def is_lead(user: User, school: School) -> bool:
    """Whether the person leads at this school, trained or not."""
    return school.leads.filter(user=user, until=None).exists()


def require_lead(user: User, school: School, *, today: date) -> None:
    """Raises NotALead, NotAllowed (the course behind the role has run out), WorldsMixed."""
    if user.is_drill and not school.is_drill:
        raise WorldsMixed
    if not is_lead(user, school):
        raise NotALead
    require_role(user, Role.SCHOOL_LEAD, today=today)


def require_lead_or(user: User, school: School, *roles: str, today: date) -> None:
    """A trained lead of the school, or somebody at the desk in one of ``roles``."""
    if not (is_lead(user, school) and has_role(user, Role.SCHOOL_LEAD, today=today)):
        if user.is_drill and not school.is_drill:
            raise WorldsMixed
        require_role(user, *roles, today=today)


def require_step(dismissal: Dismissal, wanted: str) -> None:
    """Raises WrongStep."""
    if wanted not in NEXT_STATES[dismissal.state]:
        raise WrongStep(dismissal.state, wanted)


def are_bells_stale(school: School, *, today: date) -> bool:
    """Whether nobody has said for a term that the bells are right, or nobody ever has."""
    checked = school.bells_checked_on
    return checked is None or today - checked > BELLS_GOOD_FOR
