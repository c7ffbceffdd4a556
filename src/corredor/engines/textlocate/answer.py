"""Turn drafts into answers: weigh the context, compute the confidence, list the alternatives."""

from __future__ import annotations

from . import confidence, wording
from .atlas import Atlas
from .draft import Choice, Draft
from .result import Alternative, Context, Kind, Located, Text
from .scan import Item
from .sentence import is_near_area
from .tokens import Tokens

_CONTEXT_GAIN = 1.5
_CONTEXT_REACH_M = 1200.0
_DROP_BELOW = 0.1
_ASK_BELOW = 0.6


def answer(atlas: Atlas, draft: Draft, items: list[Item], tokens: Tokens, context: Context | None) -> Located:
    """Return the answer for a draft."""
    start, end = tokens.start[items[draft.first].start], tokens.end[items[draft.last - 1].end - 1]
    return finish(atlas, draft, tokens.text[start:end], (start, end), context)


def finish(atlas: Atlas, draft: Draft, words: str, span: tuple[int, int], context: Context | None) -> Located:
    """Return the answer for a draft read from *words* at *span* of the text."""
    label = draft.label
    if not draft.choices:
        return Located(
            draft.kind, None, None, 0.0, 0.0, label, words, span, question=draft.question, outside=draft.outside
        )
    if context is not None and len(draft.choices) > 1:
        _weigh(atlas, draft, context)
        label = draft.label
    best = draft.choices[0]
    sure = confidence.from_costs([choice.cost for choice in draft.choices], draft.extra + best.doubt)
    return Located(
        draft.kind,
        best.lat,
        best.lon,
        best.radius_m,
        sure,
        label,
        words,
        span,
        _alternatives(draft, sure),
        _question(draft, label, sure),
        draft.because,
        draft.outside,
        draft.movement,
    )


def is_above_noise(located: Located) -> bool:
    """Return whether an answer is above the noise threshold."""
    return not located.has_point or located.confidence >= _DROP_BELOW


def _question(draft: Draft, label: Text, sure: float) -> Text | None:
    if draft.question is not None:
        return draft.question
    return wording.ask_mean(label) if sure < _ASK_BELOW else None


def _alternatives(draft: Draft, sure: float) -> tuple[Alternative, ...]:
    if len(draft.choices) < 2:
        return ()
    costs = [choice.cost for choice in draft.choices]
    rest = max(0.0, 1.0 - sure)
    return tuple(
        Alternative(c.lat, c.lon, c.label, min(rest, confidence.share_of(costs, n)), c.why_not)
        for n, c in enumerate(draft.choices[1:], start=1)
    )


def _weigh(atlas: Atlas, draft: Draft, context: Context) -> None:
    """Lower the cost of choices that fit the context; note the reason if that changed the order."""
    first = draft.choices[0]
    reasons = {id(choice): _fits(atlas, choice, context) for choice in draft.choices}
    for choice in draft.choices:
        if reasons[id(choice)] is not None:
            choice.cost -= _CONTEXT_GAIN
    draft.choices.sort(key=lambda choice: choice.cost)
    best = draft.choices[0]
    if reasons[id(best)] is not None and any(reason is None for reason in reasons.values()):
        draft.because = reasons[id(best)]
    if best is not first and draft.kind is not Kind.MOVEMENT:
        draft.label = best.label
    if draft.choices[1].cost > best.cost + 1.6:
        draft.question = None
    floor = max(0.0, -best.cost)
    for choice in draft.choices:
        choice.cost += floor


def _fits(atlas: Atlas, choice: Choice, context: Context) -> Text | None:
    here = (choice.lat, choice.lon)
    for spot in context.open_spots:
        if atlas.plane.distance_m(here, (spot.lat, spot.lon)) <= _CONTEXT_REACH_M:
            return wording.because_open(spot.name)
    if context.point is not None and atlas.plane.distance_m(here, context.point) <= 2 * _CONTEXT_REACH_M:
        return wording.BECAUSE_POINT
    if context.area is not None:
        row = atlas.find_area(context.area)
        if row is not None and is_near_area(atlas, row, choice):
            return wording.BECAUSE_AREA
    return None
