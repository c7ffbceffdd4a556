"""Apply the sentence around a drafted place: blocks away from it, behind it, from it, toward it, in an area."""

from __future__ import annotations

import math

from corredor.engines.geo.polygon import contains

from . import wording
from .atlas import Atlas
from .draft import Choice, Draft
from .grammar import (
    BLOCKS_BEFORE,
    FROM_BEFORE,
    HEADING_AFTER,
    HEADING_BEFORE,
    RELATIVE_BEFORE,
    TOWARD_BEFORE,
)
from .numerals import lone_unit
from .place_names import CUES
from .result import Kind, Movement
from .scan import Item
from .tokens import Tokens
from .vocabulary import BOUND_WORDS

BLOCK_M = 160.0
_POINTED = (Kind.CROSSING, Kind.HOUSE, Kind.BLOCK, Kind.STRETCH, Kind.PLACE, Kind.RELATIVE, Kind.MOVEMENT)
_COUNT_WORDS = {"a": 1, "un": 1, "una": 1, "couple": 2, "par": 2, "few": 3, "unas": 3}
_NEAR_WORDS = frozenset("near by close cerca cerquita around alrededor junto".split())
_TOWARD_WORDS = frozenset("hacia toward towards".split())
_AGREE_M = 350.0
_SAME_M = 60.0
_SENTENCE_REACH = 6
_LOOK_BACK = 14
_VECTOR = {
    "n": (0, 1),
    "s": (0, -1),
    "e": (1, 0),
    "w": (-1, 0),
    "ne": (0.7, 0.7),
    "nw": (-0.7, 0.7),
    "se": (0.7, -0.7),
    "sw": (-0.7, -0.7),
}


def connect(atlas: Atlas, items: list[Item], tokens: Tokens, drafts: list[Draft]) -> list[Draft]:
    """Return the drafts with their context applied and duplicates merged."""
    codes = "".join(item.code for item in items)
    for n, draft in enumerate(drafts):
        start = max(drafts[n - 1].last if n else 0, draft.first - _LOOK_BACK)
        begin = _before_kind_words(items, tokens, start, draft.first)
        stop = drafts[n + 1].first if n + 1 < len(drafts) else len(items)
        if draft.choices and draft.kind in _POINTED:
            _read_before(atlas, items, tokens, draft, codes[start:begin], start)
            _read_after(items, tokens, draft, codes[draft.last : stop])
    drafts = _join_movements(items, tokens, drafts, codes)
    drafts = _place_in_areas(atlas, drafts, codes)
    drafts = _mark_outside(drafts, codes)
    return _drop_repeats(atlas, drafts)


def _before_kind_words(items: list[Item], tokens: Tokens, start: int, first: int) -> int:
    """Return where the words before a place end, less those that only name its kind ("la escuela")."""
    while first > start and items[first - 1].code == "w" and tokens.plain[items[first - 1].start] in CUES:
        first -= 1
    return first


def _read_before(atlas: Atlas, items: list[Item], tokens: Tokens, draft: Draft, before: str, start: int) -> None:
    if draft.kind is Kind.MOVEMENT:
        return
    blocks = BLOCKS_BEFORE.search(before)
    if blocks:
        _shift(
            atlas,
            items,
            tokens,
            draft,
            start + blocks.start(),
            items[start + blocks.start("d")] if blocks["d"] else None,
        )
        return
    heading = HEADING_BEFORE.search(before)
    if heading:
        _set_heading(draft, items[start + heading.start("d")].direction)
        draft.first = start + heading.start()
        return
    relative = RELATIVE_BEFORE.search(before)
    if relative:
        _set_relative(items, tokens, draft, start + relative.start("r"))


def _shift(atlas: Atlas, items: list[Item], tokens: Tokens, draft: Draft, at: int, heading: Item | None) -> None:
    """Move a draft some blocks in the stated heading, or only widen its radius."""
    count = count_before(tokens, items[at].start)
    if count == 0 or draft.kind in (Kind.BLOCK, Kind.STRETCH):
        return
    move_blocks(atlas, draft, count, heading.direction if heading else "")
    draft.first = max(0, at - 1)


def move_blocks(atlas: Atlas, draft: Draft, count: float, way: str) -> None:
    """Move all choices of *draft* by *count* blocks; without a direction, only widen the radius."""
    label = draft.label
    dx, dy = _VECTOR.get(way, (0.0, 0.0))
    far = count * BLOCK_M
    for choice in draft.choices:
        x, y = atlas.plane.to_xy(choice.lat, choice.lon)
        choice.lat, choice.lon = atlas.plane.to_degrees(x + dx * far, y + dy * far)
        choice.radius_m += 60 + (0.35 if way else 1.0) * far
        choice.label = wording.blocks_from(count, way, choice.label)
    draft.kind = Kind.RELATIVE
    draft.label = wording.blocks_from(count, way, label)
    draft.extra += 0.4 if way else 0.8
    draft.question = draft.question or wording.ask_how_far(label)


def count_before(tokens: Tokens, at: int) -> float:
    """Return the number of blocks: the number just before the word, 1 for "a block", 0 for none."""
    if at == 0:
        return 0
    value, plain = tokens.value[at - 1], tokens.plain[at - 1]
    if value < 0:
        value = _COUNT_WORDS.get(plain, lone_unit(plain))
    if "half" in tokens.plain[max(0, at - 2) : at] or plain == "media":
        return 0.5
    if plain in ("of", "de") and at >= 2 and tokens.plain[at - 2] in ("couple", "par"):
        value = 2
    return value if 1 <= value <= 12 else 0


def _set_relative(items: list[Item], tokens: Tokens, draft: Draft, at: int) -> None:
    item = items[at]
    if item.code == "a" and tokens.plain[item.start] not in _NEAR_WORDS:
        return
    if draft.kind in (Kind.BLOCK, Kind.STRETCH):
        return
    draft.kind, draft.first = Kind.RELATIVE, at
    draft.extra += 0.1
    for choice in draft.choices:
        choice.radius_m += 80.0
    if item.code == "a":
        draft.label = wording.near(draft.label)


def _set_heading(draft: Draft, heading: str) -> None:
    draft.movement = Movement(start=draft.point, heading=heading.upper())
    draft.kind = Kind.MOVEMENT
    draft.label = wording.moving(draft.label, heading, None)
    for choice in draft.choices:
        choice.radius_m += 150.0


def _read_after(items: list[Item], tokens: Tokens, draft: Draft, after: str) -> None:
    match = HEADING_AFTER.match(after)
    if match is None or draft.kind is Kind.MOVEMENT:
        return
    item = items[draft.last + match.start("d")]
    if match["h"] or tokens.plain[item.start] in BOUND_WORDS:
        _set_heading(draft, item.direction)
        draft.last += match.end()


def _join_movements(items: list[Item], tokens: Tokens, drafts: list[Draft], codes: str) -> list[Draft]:
    """Make "from A to B" one movement, and "toward B" a movement with an unknown start."""
    joined: list[Draft] = []
    for draft in drafts:
        last = joined[-1] if joined else None
        if last is not None and _leads_to(last, draft, items, tokens, codes):
            _join(last, draft)
            continue
        joined.append(draft)
        before = codes[max(last.last if last else 0, draft.first - _LOOK_BACK) : draft.first]
        toward = TOWARD_BEFORE.search(before)
        if toward and draft.choices and draft.kind in (Kind.CROSSING, Kind.PLACE, Kind.HOUSE):
            word = items[draft.first - len(before) + toward.start("t")]
            if toward["h"] or tokens.plain[word.start] in _TOWARD_WORDS:
                _set_toward(draft)
    return joined


def _leads_to(first: Draft, second: Draft, items: list[Item], tokens: Tokens, codes: str) -> bool:
    between = codes[first.last : second.first]
    if not (first.choices and second.choices) or "." in between or len(between) > _SENTENCE_REACH:
        return False
    if second.kind is Kind.AREA or first.kind is Kind.AREA:
        return False
    to = TOWARD_BEFORE.search(between)
    came = (
        FROM_BEFORE.search(codes[max(0, first.first - _LOOK_BACK) : first.first])
        or first.kind is Kind.MOVEMENT
        or "h" in between
    )
    return bool(to) and (bool(came) or bool(to and to["h"]))


def _join(first: Draft, second: Draft) -> None:
    heading = first.movement.heading if first.movement else ""
    start, end = first.choices[0], second.choices[0]
    first.kind = Kind.MOVEMENT
    first.movement = Movement((start.lat, start.lon), (end.lat, end.lon), heading, second.label)
    first.label = wording.moving(start.label, heading.lower(), second.label)
    first.last = second.last
    first.extra += second.extra / 2
    first.lines = (*first.lines, *second.lines)
    first.question = None


def _set_toward(draft: Draft) -> None:
    draft.kind = Kind.MOVEMENT
    draft.movement = Movement(end=draft.point, end_label=draft.label)
    draft.label = wording.moving(None, "", draft.label)
    draft.extra += 0.8
    for choice in draft.choices:
        choice.radius_m += 400.0


def _is_toward(codes: str, partner: Draft, area: Draft) -> bool:
    """Take an area that follows a toward word as the end of the movement; return whether it was one."""
    between = codes[partner.last : area.first]
    if partner.last > area.first or not area.choices or not TOWARD_BEFORE.search(between) or "." in between:
        return False
    heading = partner.movement.heading if partner.movement else ""
    partner.movement = Movement(partner.point, area.point, heading, area.label)
    partner.kind = Kind.MOVEMENT
    partner.label = wording.moving(partner.choices[0].label, heading.lower(), area.label)
    return True


def _place_in_areas(atlas: Atlas, drafts: list[Draft], codes: str) -> list[Draft]:
    """Let an area named next to a point choose between its readings, and drop the area."""
    result: list[Draft] = []
    pointed = [draft for draft in drafts if draft.choices and draft.kind is not Kind.AREA]
    for draft in drafts:
        if draft.kind is not Kind.AREA or not pointed:
            result.append(draft)
            continue
        partner = min(pointed, key=lambda other: min(abs(other.first - draft.last), abs(draft.first - other.last)))
        if _is_toward(codes, partner, draft):
            continue
        if not _settle(atlas, draft.area_row, partner):
            far = min(abs(partner.first - draft.last), abs(draft.first - partner.last)) > _SENTENCE_REACH
            if far or partner.kind is Kind.MOVEMENT:
                result.append(draft)
            else:
                partner.extra += 1.5
                partner.question = partner.question or wording.ask_where_in(draft.label)
    return result


def _settle(atlas: Atlas, area: int, draft: Draft) -> bool:
    """Prefer the choices of *draft* that lie in an area; return whether any does."""
    inside = [choice for choice in draft.choices if is_near_area(atlas, area, choice)]
    if not inside:
        return False
    for choice in draft.choices:
        choice.cost += -1.0 if choice in inside else 1.5
    if draft.choices[0] not in inside or len(inside) < len(draft.choices):
        draft.because = wording.BECAUSE_NAMED_AREA
    _reorder(draft)
    return True


def _reorder(draft: Draft) -> None:
    first = draft.choices[0]
    draft.choices.sort(key=lambda choice: choice.cost)
    if draft.choices[0] is not first:
        draft.label = draft.choices[0].label
    if len(draft.choices) > 1 and draft.choices[1].cost > draft.choices[0].cost + 1.6:
        draft.question = None


def is_near_area(atlas: Atlas, area: int, choice: Choice) -> bool:
    """Return whether a choice lies in an area or within a few blocks of it."""
    rings = atlas.gazetteer.areas.rings[area]
    if contains(rings, choice.lat, choice.lon):
        return True
    x, y = atlas.plane.to_xy(choice.lat, choice.lon)
    steps = ((math.cos(k) * 450.0, math.sin(k) * 450.0) for k in (math.pi * n / 4 for n in range(8)))
    return any(contains(rings, *atlas.plane.to_degrees(x + dx, y + dy)) for dx, dy in steps)


def _mark_outside(drafts: list[Draft], codes: str) -> list[Draft]:
    """Mark a corner as outside the city if a town is named right next to it."""
    towns = [draft for draft in drafts if draft.kind is Kind.OUTSIDE]
    if not towns or len(drafts) == len(towns):
        return drafts
    result = [draft for draft in drafts if draft.kind is not Kind.OUTSIDE]
    for town in towns:
        adjacent = [
            draft
            for draft in result
            if set(codes[draft.last : town.first]) <= set(",o") and set(codes[town.last : draft.first]) <= set(",oa")
        ]
        for draft in adjacent:
            draft.outside, draft.question = town.outside, town.question
            draft.extra += 2.0
            if not draft.choices or draft.choices[0].cost > 0.5 or draft.kind is not Kind.CROSSING:
                draft.kind, draft.choices = Kind.OUTSIDE, []
        if not adjacent:
            result.append(town)
    return sorted(result, key=lambda draft: draft.first)


def _drop_repeats(atlas: Atlas, drafts: list[Draft]) -> list[Draft]:
    """Return one draft for each point, and single streets only if nothing gave a point."""
    pointed = [draft for draft in drafts if draft.choices and draft.kind is not Kind.AREA]
    result: list[Draft] = []
    for draft in drafts:
        if draft.kind is Kind.STREET and (pointed or any(draft.lines == other.lines for other in result)):
            continue
        if draft.kind is Kind.AREA and any(
            draft.area_row == other.area_row for other in result if other.kind is Kind.AREA
        ):
            continue
        twin = next((other for other in result if _is_same(atlas, draft, other)), None)
        if twin is None:
            result.append(draft)
        else:
            _absorb(result, twin, draft)
    return result


def _is_same(atlas: Atlas, one: Draft, other: Draft) -> bool:
    a, b = one.point, other.point
    if a is None or b is None or Kind.AREA in (one.kind, other.kind):
        return False
    apart = atlas.plane.distance_m(a, b)
    if apart <= _SAME_M:
        return True
    loosely = (Kind.PLACE, Kind.RELATIVE, Kind.STRETCH, Kind.HOUSE, Kind.BLOCK)
    return apart <= _AGREE_M and (one.kind in loosely or other.kind in loosely)


def _absorb(result: list[Draft], twin: Draft, draft: Draft) -> None:
    """Merge two drafts of one place: the more precise stays, with a note that the other agrees."""
    sharper, other = (twin, draft) if twin.choices[0].radius_m <= draft.choices[0].radius_m else (draft, twin)
    if draft.lines != twin.lines:
        sharper.because = sharper.because or wording.BECAUSE_PLACE
        sharper.extra = max(0.0, sharper.extra - 0.5)
    if other.movement is not None and sharper.movement is None:
        sharper.movement, sharper.kind, sharper.label = other.movement, other.kind, other.label
    result[result.index(twin)] = sharper
