"""Maps refusals of flows to messages for the desk and HTTP statuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from corredor.alerts import errors as alerts
from corredor.alerts.wording import NoWordingFits
from corredor.delivery import errors as delivery
from corredor.incidents import errors as incidents
from corredor.incidents.enums import RADIUS_LEAST_M, RADIUS_MOST_M
from corredor.intake import errors as intake
from corredor.people import errors as people
from corredor.people.enums import COURSE_FOR_ROLE, Course, Role
from corredor.review import errors as review


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message for the user, and the matching HTTP status."""

    status: int
    words: str


class WatchOnly(Exception):
    """Drills are read-only at the desk: their script acts."""


def _not_allowed(error: people.NotAllowed) -> str:
    role = str(Role(error.role).label) if error.role in Role.values else error.role
    course = COURSE_FOR_ROLE.get(error.role)
    if course is None:
        return _("This needs the role “%(role)s”. Ask a steward.") % {"role": role}
    return _("This needs the role “%(role)s” with current training (%(course)s). Ask a steward.") % {
        "role": role,
        "course": Course(course).label,
    }


def _all_clear_missing(error: incidents.AllClearMissing) -> str:
    return ngettext(
        "%(people)s person was warned and has not been told that it is over. Send the all-clear first.",
        "%(people)s people were warned and have not been told that it is over. Send the all-clear first.",
        error.people,
    ) % {"people": error.people}


_TABLE: dict[type[Exception], tuple[int, Callable[[Any], str]]] = {
    people.NotAllowed: (403, _not_allowed),
    alerts.SamePerson: (403, lambda e: _("You wrote this alert. Another person must approve it.")),
    WatchOnly: (403, lambda e: _("This is a drill. Its script plays every part; here you can watch it.")),
    review.DrillAlreadyRunning: (409, lambda e: _("A drill is playing already. Stop it first.")),
    review.NoDrillRunning: (409, lambda e: _("No drill is playing any more.")),
    incidents.ClaimedByOther: (409, lambda e: _("%(alias)s is on it.") % {"alias": e.alias}),
    incidents.AlreadyJoined: (409, lambda e: _("Somebody else has just handled this report.")),
    incidents.NotJoined: (409, lambda e: _("This report is no longer part of the incident.")),
    incidents.IncidentClosed: (409, lambda e: _("This incident is closed. A new report opens a new one.")),
    incidents.HazardCleared: (409, lambda e: _("This danger has been cleared already. Nothing was changed.")),
    incidents.NotConfirmed: (409, lambda e: _("A trained verifier must confirm it first.")),
    incidents.AllClearMissing: (409, _all_clear_missing),
    incidents.DrillMixed: (
        409,
        lambda e: _("A drill and the real world never mix: this part of a drill is played by its script."),
    ),
    incidents.WrongRadius: (
        422,
        lambda e: (
            _("This distance is not possible: it can be %(least)d to %(most)d meters.")
            % {"least": RADIUS_LEAST_M, "most": RADIUS_MOST_M}
        ),
    ),
    incidents.OutsideCity: (422, lambda e: _("This point is outside the city this network covers.")),
    incidents.WrongTime: (422, lambda e: _("The time seen is later than now. Look at it again.")),
    alerts.AlreadyDecided: (409, lambda e: _("Somebody else has decided on this alert in the meantime.")),
    alerts.Superseded: (409, lambda e: _("What is verified has changed since this was written. Send it back.")),
    alerts.ThirdPersonNeeded: (403, lambda e: _("You wrote or approved this alert. A third person must release it.")),
    alerts.Altered: (409, lambda e: _("Its words are not those that were approved. Drop it and write it anew.")),
    alerts.TooLate: (409, lambda e: _("This alert is too old to be sent. Write it anew.")),
    alerts.NothingToSay: (409, lambda e: _("This kind of message no longer fits what is verified. Look again.")),
    alerts.TextDoesNotFit: (422, lambda e: _("Your words make the message too long. Shorten them.")),
    NoWordingFits: (422, lambda e: _("Your words make the message too long. Shorten them.")),
    delivery.SendingHalted: (409, lambda e: _("Sending is stopped for everything. Let it go on first.")),
    intake.EmptyReport: (422, lambda e: _("There is nothing in it yet. Write a few words.")),
    intake.ReportTooLong: (422, lambda e: _("Too long: at most %(limit)s characters.") % {"limit": e.limit}),
    intake.SeenInFuture: (422, lambda e: _("The time seen is later than now. Look at it again.")),
    intake.AlreadyWithdrawn: (409, lambda e: _("The sender has withdrawn this report.")),
    people.WrongAddress: (422, lambda e: _("This is not a telephone number we can use. Check it, or leave it empty.")),
}

REFUSALS: tuple[type[Exception], ...] = tuple(_TABLE)


def refuse(error: Exception) -> Refusal:
    """Return message and status for one of REFUSALS."""
    for kind in type(error).__mro__:
        if kind in _TABLE:
            status, say = _TABLE[kind]
            return Refusal(status=status, words=say(error))
    raise error
