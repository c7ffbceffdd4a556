"""Read places along one street: a house number, a hundred-block, a stretch between two others."""

from __future__ import annotations

from . import wording
from .atlas import Atlas
from .crossing import Reading, find_approaches, find_readings, name_cost
from .draft import Choice, Draft
from .house import Spot
from .result import Kind, Text
from .scan import Item
from .street_names import Name

_MAX_NAMES = 4
_NO_DIRECTION_COST = 0.3


def read_house(atlas: Atlas, number: int, street: Item, first: int, last: int, *, is_block: bool) -> Draft | None:
    """Return a house number (or hundred-block) on a street; without choices if the street lacks it."""
    names = sorted(street.names, key=lambda name: (name_cost(street, name), name.line))[:_MAX_NAMES]
    choices = [choice for name in names for choice in _on_line(atlas, number, street, name, is_block)]
    choices.sort(key=lambda choice: (choice.cost, choice.lat, choice.lon))
    draft = Draft(Kind.BLOCK if is_block else Kind.HOUSE, first, last, choices[:4])
    draft.lines = (names[0].line,) if names else ()
    if not choices:
        title = atlas.title(names[0].line) if names else ""
        draft.label = wording.house(number, title)
        draft.question = wording.ask_number(number, title)
        return draft if names else None
    draft.label = choices[0].label
    if len(choices) > 1 and choices[1].cost < choices[0].cost + 1.6:
        draft.question = wording.ask_which(choices[0].label, choices[1].label)
    return draft


def _on_line(atlas: Atlas, number: int, street: Item, name: Name, is_block: bool) -> list[Choice]:
    spots = atlas.houses.find(name.line, street.direction, number + 50 if is_block else number)
    cost = name_cost(street, name)
    if not street.direction and len(spots) > 1:
        cost += _NO_DIRECTION_COST
    return [_house_choice(atlas, number, spot, cost, street, is_block) for spot in spots]


def _house_choice(atlas: Atlas, number: int, spot: Spot, cost: float, street: Item, is_block: bool) -> Choice:
    streets = atlas.gazetteer.streets
    title = f"{streets.direction[spot.row]} {streets.title[spot.row]}".strip()
    if street.direction and atlas.lines.direction[spot.row] != street.direction:
        cost += 1.5
    if spot.past:
        cost += 0.5 + spot.past / 100
    radius = 110.0 if is_block else 30.0 + spot.step / 8 + spot.past
    label = wording.block(number, title) if is_block else wording.house(number, title)
    return Choice(cost, spot.lat, spot.lon, radius, label, wording.OTHER_SIDE)


def read_stretch(
    atlas: Atlas, items: list[Item], street: int, ends: tuple[int, int], span: tuple[int, int]
) -> Draft | None:
    """Return the middle of a street between two others."""
    pairs = [
        (a, b) for a in _ends(atlas, items[street], items[ends[0]]) for b in _ends(atlas, items[street], items[ends[1]])
    ]
    pairs = [(a, b) for a, b in pairs if a.line_a == b.line_a]
    if not pairs:
        return None
    a, b = min(pairs, key=lambda pair: (pair[0].cost + pair[1].cost + _length(atlas, *pair) / 2000, pair[0].lat))
    if _length(atlas, a, b) < 5:
        return None
    label = wording.stretch(atlas.title(a.line_a), atlas.title(a.line_b), atlas.title(b.line_b))
    lat, lon = _middle(atlas, a, b)
    radius = _length(atlas, a, b) / 2 + 30
    draft = Draft(Kind.STRETCH, *span, [Choice(a.cost + b.cost, lat, lon, radius, label, wording.OTHER_KIND)])
    draft.lines = (a.line_a, a.line_b, b.line_b)
    draft.label = label
    if radius > 800:
        draft.question = _ask_part(label)
    return draft


def _ends(atlas: Atlas, street: Item, other: Item) -> list[Reading]:
    found = find_readings(atlas.lines, atlas.plane, street, other)
    return found[:4] or find_approaches(atlas.lines, atlas.plane, street, other)[:2]


def _length(atlas: Atlas, a: Reading, b: Reading) -> float:
    return atlas.plane.distance_m((a.lat, a.lon), (b.lat, b.lon))


def _middle(atlas: Atlas, a: Reading, b: Reading) -> tuple[float, float]:
    """Return the known point of the street nearest the midpoint of its two ends, or the midpoint itself."""
    lat, lon = (a.lat + b.lat) / 2, (a.lon + b.lon) / 2
    x, y = atlas.plane.to_xy(lat, lon)
    points = atlas.lines.points(a.line_a)
    apart = ((points - (x, y)) ** 2).sum(axis=1)
    nearest = int(apart.argmin())
    if 60.0**2 < float(apart[nearest]) < (_length(atlas, a, b) / 2) ** 2:  # the street bends away from the chord
        return atlas.plane.to_degrees(float(points[nearest][0]), float(points[nearest][1]))
    return lat, lon


def _ask_part(label: Text) -> Text:
    return wording.ask_how_far(label)
