"""Read an item that names a school, a park, an area or a neighbouring town."""

from __future__ import annotations

from collections.abc import Set

from corredor.kit.languages import SOURCE

from . import wording
from .atlas import Atlas
from .draft import Choice, Draft
from .place_names import PlaceName, Sort
from .result import Kind, Text
from .scan import Item
from .tokens import fold

_RADIUS_M = {"park": 200.0, "station": 60.0, "hospital": 120.0, "school": 90.0, "landmark": 80.0}
_AREA_RADIUS_M = 1500.0
_MAX_CHOICES = 5
_WRONG_KIND_COST = 2.0
_WORD_GAIN = 0.8
_BARE_DOUBT = 4.6


def read_place(
    atlas: Atlas, item: Item, n: int, around: Set[str] = frozenset(), *, alone: bool = False
) -> Draft | None:
    """Return the place an item names, None if its words alone are not enough.

    ``around`` are the neighbouring words: those in a place's names ("orange", "line") support it.
    ``alone`` means that the text is nothing else: then a bare name ("Juárez") is taken, with doubt.
    """
    all_names = [name for name in item.places if name.sort is Sort.PLACE]
    names = [name for name in all_names if _is_believed(atlas, name, item.cue)]
    bare = not names and alone
    names = names or (all_names if alone else [])
    if not names:
        return None
    places = atlas.gazetteer.places
    choices = []
    for name in names:
        kind = places.kind[name.row]
        cost = name.cost + (_WRONG_KIND_COST if item.cue and item.cue != kind else 0.0)
        cost -= _WORD_GAIN * len(around & _words_of(atlas, name.row)) if len(names) > 1 else 0.0
        label = wording.both(places.name[name.row])
        lat, lon = float(places.lat[name.row]), float(places.lon[name.row])
        choices.append(Choice(cost, lat, lon, _RADIUS_M.get(kind, 50.0), label, wording.OTHER_PLACE))
    choices.sort(key=lambda choice: (choice.cost, choice.label[SOURCE], choice.lat))
    floor = min(0.0, choices[0].cost)
    for choice in choices:
        choice.cost -= floor
    draft = Draft(Kind.PLACE, n, n + 1, _drop_near_duplicates(atlas, choices)[:_MAX_CHOICES])
    draft.label = draft.choices[0].label
    draft.extra = 0.4 + (_BARE_DOUBT if bare else 0.0)
    draft.question = _ask(atlas, draft)
    return draft


def read_area(atlas: Atlas, item: Item, n: int, *, sure: bool) -> Draft | None:
    """Return the area an item names; *sure* if a word like "in" precedes it."""
    rows = [name.row for name in item.places if name.sort is Sort.AREA and (sure or not name.needs_cue)]
    if not rows:
        return None
    areas = atlas.gazetteer.areas
    row = min(rows, key=lambda r: (areas.rank[r], r))
    label = atlas.area_label(row)
    choice = Choice(1.2, float(areas.lat[row]), float(areas.lon[row]), _AREA_RADIUS_M, label, wording.OTHER_PLACE)
    draft = Draft(Kind.AREA, n, n + 1, [choice], label=label, area_row=row)
    draft.question = wording.ask_where_in(label)
    return draft


def read_town(atlas: Atlas, item: Item, n: int, *, sure: bool) -> Draft | None:
    """Return a mention of a neighbouring town: no point, but its name and a question."""
    rows = [name.row for name in item.places if name.sort is Sort.TOWN and (sure or not name.needs_cue)]
    if not rows:
        return None
    town = atlas.gazetteer.towns.name[rows[0]]
    draft = Draft(Kind.OUTSIDE, n, n + 1, [], label=wording.both(town), outside=town)
    draft.question = wording.ask_in_town(town, atlas.gazetteer.city)
    return draft


def _words_of(atlas: Atlas, row: int) -> set[str]:
    places = atlas.gazetteer.places
    return {word for name in (places.name[row], *places.aliases[row]) for word in fold(name).split()}


def _is_believed(atlas: Atlas, name: PlaceName, cue: str) -> bool:
    if not name.needs_cue:
        return True
    return bool(cue) and cue == atlas.gazetteer.places.kind[name.row]


def _drop_near_duplicates(atlas: Atlas, choices: list[Choice]) -> list[Choice]:
    """Drop choices at the same spot as a cheaper one (a school and its playground)."""
    distinct: list[Choice] = []
    for choice in choices:
        here = (choice.lat, choice.lon)
        if all(atlas.plane.distance_m(here, (other.lat, other.lon)) > 150 for other in distinct):
            distinct.append(choice)
    return distinct


def _ask(atlas: Atlas, draft: Draft) -> Text | None:
    if len(draft.choices) < 2 or draft.choices[1].cost > draft.choices[0].cost + 1.0:
        return None
    first, second = draft.choices[:2]
    return wording.ask_which(
        wording.with_area(first.label, atlas.area_name(first.lat, first.lon)),
        wording.with_area(second.label, atlas.area_name(second.lat, second.lon)),
    )
