"""Enumerations of the corridors stage."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DismissalState(models.TextChoices):
    """State of a school's corridors on one day."""

    PLANNED = "PLANNED", _("Planned")
    OPEN = "OPEN", _("Open")
    HELD = "HELD", _("Held at school")
    DIVERTED = "DIVERTED", _("Another way")
    CLOSED = "CLOSED", _("Over for today")


# Allowed transitions of a dismissal's state. CLOSED is final.
NEXT_STATES: dict[str, frozenset[str]] = {
    DismissalState.PLANNED: frozenset(
        {DismissalState.OPEN, DismissalState.HELD, DismissalState.DIVERTED, DismissalState.CLOSED}
    ),
    DismissalState.OPEN: frozenset({DismissalState.HELD, DismissalState.DIVERTED, DismissalState.CLOSED}),
    DismissalState.HELD: frozenset({DismissalState.OPEN, DismissalState.DIVERTED, DismissalState.CLOSED}),
    DismissalState.DIVERTED: frozenset({DismissalState.OPEN, DismissalState.HELD, DismissalState.CLOSED}),
    DismissalState.CLOSED: frozenset(),
}
UNDER_WAY = (DismissalState.OPEN, DismissalState.HELD, DismissalState.DIVERTED)


class Weekday(models.IntegerChoices):
    """Weekdays as in Python's ``date.weekday``; Saturday and Sunday have school only on special days."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


SCHOOL_DAYS = tuple(Weekday)[:5]


class CountAt(models.TextChoices):
    """Where children are counted. No child is named."""

    GATE = "GATE", _("Out of the gate")
    POST = "POST", _("Passed a post")
    HOME = "HOME", _("Left the corridor for home")


class AlarmKind(models.TextChoices):
    """Why a lead and the desk must look."""

    MORE_HOME_THAN_OUT = "MORE_HOME", _("More children arrived than went out")
    FEWER_HOME_THAN_OUT = "FEWER_HOME", _("Fewer children arrived than went out")
    MORE_FURTHER_OUT = "MORE_FURTHER", _("More children at a post than at the one before it")
    CODE_UNKNOWN = "CODE_UNKNOWN", _("A pick-up code that does not fit")
    POST_ASKS = "POST_ASKS", _("A post asks for help")


class ProposalKind(models.TextChoices):
    """What the planner proposes when something happens; a person decides."""

    HOLD = "HOLD", _("Hold at school")
    DIVERT = "DIVERT", _("Take another way")
    SAFE_PLACE = "SAFE_PLACE", _("Go to the nearest safe place")
    KEEP_BACK = "KEEP_BACK", _("Keep back the children who live there")
    REOPEN = "REOPEN", _("Open again")


class ProposalState(models.TextChoices):
    """State of a proposal: waiting, accepted, declined, or superseded by a newer one."""

    WAITING = "WAITING", _("Waiting for a decision")
    TAKEN = "TAKEN", _("Done")
    DECLINED = "DECLINED", _("Declined")
    SUPERSEDED = "SUPERSEDED", _("Overtaken")


class MessageKind(models.TextChoices):
    """Subject of a message to the parents who follow a school."""

    HELD = "HELD", _("Held at school")
    DIVERTED = "DIVERTED", _("Another way")
    SAFE_PLACE = "SAFE_PLACE", _("At a safe place")
    KEPT_BACK = "KEPT_BACK", _("Some wait at school")
    REOPENED = "REOPENED", _("Open again")


class MessageState(models.TextChoices):
    """State of a message to parents: one person writes it, another sends it."""

    WAITING = "WAITING", _("Waiting for a second person")
    APPROVED = "APPROVED", _("Sent")
    STOPPED = "STOPPED", _("Not sent")


class AgeGroup(models.TextChoices):
    """Age groups as schools count them."""

    K_2 = "K_2", _("Kindergarten to grade 2")
    G3_5 = "G3_5", _("Grades 3 to 5")
    G6_8 = "G6_8", _("Grades 6 to 8")


# Default number of children per adult. Published for walking groups: 3 aged 4 to 6, 6 aged 7 to 9 (CDC 2000, quoted
# second-hand). Kindergarten to grade 2 are aged 5 to 8, so the stricter figure applies. For grades 6 to 8 no published
# figure was found: 12 is our own choice.
CHILDREN_AN_ADULT: dict[str, int] = {AgeGroup.K_2: 3, AgeGroup.G3_5: 6, AgeGroup.G6_8: 12}
