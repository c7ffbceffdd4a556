"""The send forecast for the approver: channels, languages, segments, cost, and seconds to the last phone."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import ngettext

from corredor.delivery.forecast import LanePlan, SendPlan
from corredor.kit.languages import in_order
from corredor.subscriptions.enums import Channel
from corredor.web.delivery_words import say_cost, say_pace, say_seconds


@dataclass(frozen=True, slots=True)
class LaneShown:
    """One channel of the forecast. ``details`` are languages, segments, cost and messages delayed by quiet hours."""

    channel: str
    messages: int
    details: tuple[str, ...]
    ahead: int
    last: str
    pace: str
    is_learnt: bool


@dataclass(frozen=True, slots=True)
class PlanShown:
    """The whole forecast, in words."""

    lanes: tuple[LaneShown, ...]
    messages: int
    details: tuple[str, ...]
    last: str
    is_guessed: bool  # some channel has sent too little to measure its rate


def show_plan(plan: SendPlan) -> PlanShown:
    """Return a forecast in words."""
    return PlanShown(
        lanes=tuple(_show(lane, plan.currency) for lane in plan.lanes),
        messages=plan.messages,
        details=_say_price(plan.segments, plan.cost, plan.currency),
        last=say_seconds(plan.last_s),
        is_guessed=any(not lane.is_learnt for lane in plan.lanes),
    )


def _show(lane: LanePlan, currency: str) -> LaneShown:
    languages = [(code, lane.by_language[code]) for code in in_order(lane.by_language)]
    later = ngettext("%(count)s later", "%(count)s later", lane.held) % {"count": lane.held}
    return LaneShown(
        channel=str(Channel(lane.channel).label),
        messages=lane.messages + lane.held,
        details=(
            *(f"{code} {count}" for code, count in languages if count),
            *_say_price(lane.segments, lane.cost, currency),
            *((later,) if lane.held else ()),
        ),
        ahead=lane.ahead,
        last=say_seconds(lane.last_s) if lane.messages else "",
        pace=say_pace(lane.per_s, is_text=lane.channel == Channel.SMS),
        is_learnt=lane.is_learnt,
    )


def _say_price(segments: int, cost: float | None, currency: str) -> tuple[str, ...]:
    parts = ngettext("%(count)s SMS part", "%(count)s SMS parts", segments) % {"count": segments}
    return (*((parts,) if segments else ()), *((say_cost(cost, currency),) if cost is not None else ()))
