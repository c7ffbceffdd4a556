"""Read two street items as a corner."""

from __future__ import annotations

from . import wording
from .atlas import Atlas
from .crossing import Meeting, Reading, find_approaches, find_readings, keep_distinct
from .draft import Choice, Draft
from .grid import find_on_grid
from .result import Kind, Text
from .scan import Item

_RADIUS_M = {Meeting.KNOWN: 25.0, Meeting.BETWEEN: 60.0, Meeting.BEYOND: 120.0, Meeting.APART: 250.0}
_WEAK_COST = {"s": 0.9, "z": 0.3}
_CLOSE = 4.0
_MAX_CHOICES = 4


def read_corner(atlas: Atlas, items: list[Item], first: int, last: int, loose: bool) -> Draft | None:
    """Return the corner of street items *first* and *last*, or None.

    ``loose`` allows the nearest approach of streets that do not meet.
    """
    a, b = items[first], items[last]
    readings = find_readings(atlas.lines, atlas.plane, a, b)
    if loose and (not readings or readings[0].cost > 2.0):
        near = find_approaches(atlas.lines, atlas.plane, a, b)
        if not near or near[0].meeting is Meeting.APART:
            near += find_on_grid(atlas, a, b)
        readings = keep_distinct(sorted([*readings, *near], key=lambda r: r.cost), atlas.plane)
    if not readings:
        return None
    return draft_corner(atlas, readings, a, b, (first, last + 1))


def draft_corner(atlas: Atlas, readings: list[Reading], a: Item, b: Item, span: tuple[int, int]) -> Draft:
    """Return the draft of a corner from its readings, cheapest first."""
    best = readings[0]
    close = [reading for reading in readings[:_MAX_CHOICES] if reading.cost <= best.cost + _CLOSE]
    draft = Draft(Kind.CROSSING, *span, _choices(atlas, close, is_corrected="z" in (a.code, b.code)))
    draft.lines = (best.line_a, best.line_b)
    if not (a.said and b.said):
        draft.extra = _WEAK_COST.get(a.code, 0.0) + _WEAK_COST.get(b.code, 0.0)
    draft.label = draft.choices[0].label
    draft.question = ask(atlas, draft, best, a, b)
    return draft


def ask(atlas: Atlas, draft: Draft, best: Reading, a: Item, b: Item) -> Text | None:
    """Return the question that would settle the best reading, or None if it needs none."""
    if best.meeting is Meeting.APART:
        return wording.ask_no_meeting(atlas.title(best.line_a), atlas.title(best.line_b))
    if len(draft.choices) > 1 and draft.choices[1].cost < best.cost + 1.6:
        return wording.ask_which(draft.choices[0].label, draft.choices[1].label)
    if best.cost > 2.5 or best.meeting is Meeting.BEYOND:
        return wording.ask_mean(draft.label)
    return None


def _choices(atlas: Atlas, readings: list[Reading], *, is_corrected: bool) -> list[Choice]:
    titles = atlas.titles
    labels = [wording.corner(titles[r.line_a], titles[r.line_b]) for r in readings]
    if len(labels) > 1:
        labels = [_distinguish(atlas, r, n, labels) for n, r in enumerate(readings)]
    best = readings[0]
    return [
        Choice(
            r.cost,
            r.lat,
            r.lon,
            _RADIUS_M[r.meeting] + r.gap_m / 2,
            label,
            _why(r, best, is_corrected=is_corrected),
            r.doubt,
        )
        for r, label in zip(readings, labels, strict=True)
    ]


def _distinguish(atlas: Atlas, reading: Reading, n: int, labels: list[Text]) -> Text:
    """Return the label of a reading, with the next street if another reading has the same two."""
    if labels.count(labels[n]) == 1:
        return labels[n]
    next_street = atlas.name_next_to(reading.line_a, reading.line_b, reading.lat, reading.lon)
    return wording.with_next(labels[n], next_street) if next_street else labels[n]


def _why(reading: Reading, best: Reading, *, is_corrected: bool) -> Text:
    if reading.meeting >= Meeting.BEYOND:
        return wording.NEAREST
    if (reading.line_a, reading.line_b) == (best.line_a, best.line_b):
        return wording.OTHER_CORNER
    return wording.OTHER_SPELLING if is_corrected else wording.OTHER_KIND
