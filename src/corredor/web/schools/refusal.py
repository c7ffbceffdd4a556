"""Maps refusals of flows to messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from corredor.corridors import errors as corridors
from corredor.corridors.models import Alarm, Message, Plan, Proposal
from corredor.corridors.words import say_state, word
from corredor.delivery.errors import SendingHalted
from corredor.flows.school.watch import render_directions
from corredor.incidents.errors import OutsideCity
from corredor.kit.time_of_day import format_hour
from corredor.people.errors import WrongAddress
from corredor.subscriptions.errors import Suppressed
from corredor.volunteers import errors as volunteers


def _moved(error: corridors.DismissalChanged, language: str) -> str:
    return _("Since %(time)s: %(state)s; %(who)s was faster. Nothing was changed; look again and decide.") % {
        "who": error.alias or _("Somebody else"),
        "state": say_state(error.state, language),
        "time": format_hour(timezone.localtime(error.at), language=language),
    }


def _wrong_step(error: corridors.WrongStep, language: str) -> str:
    return _("That does not go from here. It stands at: %(state)s.") % {"state": say_state(error.state, language)}


def _missing(error: corridors.ChildrenMissing, language: str) -> str:
    if error.missing < 0:
        return _(
            "More children are counted home than went out. Look at the counts, then say that all are accounted for."
        )
    return ngettext(
        "%(count)d child who went out is not counted home yet. Look first; then say that all are accounted for.",
        "%(count)d children who went out are not counted home yet. Look first; then say that all are accounted for.",
        error.missing,
    ) % {"count": error.missing}


def _fewer_by_age(error: corridors.FewerByAge, language: str) -> str:
    return _(
        "%(by_cell)d children are entered by where they live, but only %(by_age)d by age. One of the two is wrong; "
        "nothing was changed."
    ) % {"by_cell": error.by_cell, "by_age": error.by_age}


def say_no_plan(error: corridors.NoSafePlan, language: str) -> str:
    """Return why there is no plan, and which directions are closed."""
    words = _NO_PLAN.get(error.reason, lambda: _("The planner found no way that adults could guard."))()
    if error.directions:
        words += f" {word('reason', 'no_way', language)} {render_directions(error.directions, language)}."
    return words


_NO_PLAN: dict[str, Callable[[], str]] = {
    "off_network": lambda: _("The gate is too far from any street of the map. Set the gate first."),
    "gate_in_hazard": lambda: _("The gate itself lies within a danger. Hold at school."),
    "no_posts": lambda: _("A plan needs at least one person who can stand at a post."),
    "nobody_to_walk": lambda: _("No children are entered within walking distance. Enter how many live where."),
    "no_way_out": lambda: _("There is no safe way out of the gate. Hold at school."),
    "too_few_posts": lambda: _("With so few posts no stretch of the way can be kept in sight. Ask for more people."),
    "contradiction": lambda: _("What was entered contradicts itself. Look at the children and the gate again."),
}

_TABLE: dict[type[Exception], Callable[[Any, str], str]] = {
    corridors.DismissalChanged: _moved,
    corridors.WrongStep: _wrong_step,
    corridors.ChildrenMissing: _missing,
    corridors.NoSafePlan: say_no_plan,
    corridors.NotALead: lambda e, x: _("Only a lead of this school can do that."),
    corridors.WrongBell: lambda e, x: _("A last bell rings between 9:00 and 18:30, and not in the past."),
    corridors.WrongCount: lambda e, x: _("Write a number of children, such as 12. To take back, write -12."),
    corridors.WrongAges: lambda e, x: _(
        "Write how many children of each age walk, from 0 to 3000, and how many of them one adult walks with, "
        "from 1 to 30."
    ),
    corridors.RuleUnnamed: lambda e, x: _(
        "You changed how many children walk with one adult. Say whose rule that is, so that others can trust it."
    ),
    corridors.FewerByAge: _fewer_by_age,
    corridors.NoPosts: lambda e, x: _("Write how many people can stand at posts, from 1 to 60."),
    corridors.NoPlanChosen: lambda e, x: _("No plan is in use yet. Make one and choose it."),
    corridors.EmptyOutline: lambda e, x: _(
        "No street corner that children walk to lies inside. Look at its corners again."
    ),
    corridors.NoSchoolThatDay: lambda e, x: _("No bell is known for today."),
    corridors.UnknownPost: lambda e, x: _("The plan has no such post."),
    volunteers.NotAccepted: lambda e, x: _("A lead must accept this person first."),
    corridors.DangerNear: lambda e, x: _(
        "A danger near the corridor has not been cleared. Decide on what is proposed, or have the desk clear it first."
    ),
    corridors.AlreadyDecided: lambda e, x: _("Somebody else has decided in the meantime."),
    corridors.MessageTooOld: lambda e, x: _("This message says what was two hours ago. Write a new one."),
    corridors.SamePerson: lambda e, x: _("You asked for this message. Another person must send it."),
    volunteers.TooManyApplications: lambda e, x: _(
        "Many people wait for the lead's yes already. Speak with the school's lead."
    ),
    corridors.AlreadySetUp: lambda e, x: _("This school has a page already."),
    corridors.UnknownSchool: lambda e, x: _("There is no such school."),
    corridors.UnknownCode: lambda e, x: _("This code does not fit. Your lead and the desk have been told."),
    corridors.WorldsMixed: lambda e, x: _("A drill and the real world never mix."),
    SendingHalted: lambda e, x: _("Sending is stopped for everything. Let it go on first."),
    OutsideCity: lambda e, x: _("That is too far from the school."),
    WrongAddress: lambda e, x: _("This is not a telephone number we can use. Check it, or leave it empty."),
    Suppressed: lambda e, x: _("This number has said STOP. Its owner can text START to our number to undo that."),
    Alarm.DoesNotExist: lambda e, x: _("That is gone."),
    Message.DoesNotExist: lambda e, x: _("That is gone."),
    Plan.DoesNotExist: lambda e, x: _("That is gone."),
    Proposal.DoesNotExist: lambda e, x: _("That is gone."),
}

REFUSALS: tuple[type[Exception], ...] = tuple(_TABLE)


def refuse(error: Exception, language: str) -> str:
    """Return the message for one of REFUSALS. NotAllowed is handled by the error pages."""
    return _TABLE[type(error)](error, language)
