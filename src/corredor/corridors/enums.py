"""Fixed words of the corridors stage."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DismissalState(models.TextChoices):
    """How a school's corridors stand on one day."""

    PLANNED = "PLANNED", _("Planned")
    OPEN = "OPEN", _("Open")
    HELD = "HELD", _("Held at school")
    DIVERTED = "DIVERTED", _("Another way")
    CLOSED = "CLOSED", _("Over for today")


# From which state a day may go to which. What is over stays over.
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
    """Days of the week as Python counts them; on the last two there is school only where a special day says so."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


SCHOOL_DAYS = tuple(Weekday)[:5]


class CountAt(models.TextChoices):
    """Where children are counted. Nobody is named anywhere."""

    GATE = "GATE", _("Out of the gate")
    POST = "POST", _("Passed a post")
    HOME = "HOME", _("Left the corridor for home")


class AlarmKind(models.TextChoices):
    """What the lead and the desk must look at."""

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
    """A proposal is taken, declined, or overtaken by a newer one."""

    WAITING = "WAITING", _("Waiting for a decision")
    TAKEN = "TAKEN", _("Done")
    DECLINED = "DECLINED", _("Declined")
    SUPERSEDED = "SUPERSEDED", _("Overtaken")


class MessageKind(models.TextChoices):
    """What parents who follow a school are told."""

    HELD = "HELD", _("Held at school")
    DIVERTED = "DIVERTED", _("Another way")
    SAFE_PLACE = "SAFE_PLACE", _("At a safe place")
    KEPT_BACK = "KEPT_BACK", _("Some wait at school")
    REOPENED = "REOPENED", _("Open again")


class MessageState(models.TextChoices):
    """A message to parents is asked for by one person and sent by another."""

    WAITING = "WAITING", _("Waiting for a second person")
    APPROVED = "APPROVED", _("Sent")
    STOPPED = "STOPPED", _("Not sent")


class AgeGroup(models.TextChoices):
    """Ages as schools count them."""

    K_2 = "K_2", _("Kindergarten to grade 2")
    G3_5 = "G3_5", _("Grades 3 to 5")
    G6_8 = "G6_8", _("Grades 6 to 8")


# How many children one adult walks with, where a school says nothing else. Published for walking groups: 3 aged 4 to 6,
# 6 aged 7 to 9 (CDC 2000, read where others quote it). Kindergarten to grade 2 are 5 to 8: the stricter one counts.
# For grades 6 to 8 no published figure was found: chosen.
CHILDREN_AN_ADULT: dict[str, int] = {AgeGroup.K_2: 3, AgeGroup.G3_5: 6, AgeGroup.G6_8: 12}
