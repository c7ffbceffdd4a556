"""Prepared diversions for a closed side of a school, in words: for the lead's page and for the posts' sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corredor.corridors.models import Post
from corredor.corridors.plan_geometry import Alternate, find_place, lines_of, list_alternates
from corredor.kit.languages import in_language

_SIDES: Mapping[str, Promise] = {
    "N": gettext_lazy("the north"),
    "E": gettext_lazy("the east"),
    "S": gettext_lazy("the south"),
    "W": gettext_lazy("the west"),
}
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ClosedSide:
    """One prepared diversion: its condition, the posts that move (number and destination), and those that stay."""

    closed: str
    title: str
    goes: tuple[tuple[int, str], ...]
    stays: tuple[int, ...]
    minutes: int

    @property
    def stays_words(self) -> str:
        """Return "1, 2, 5": the posts that stay."""
        return ", ".join(map(str, self.stays))


def make_table(data: Mapping[str, Any], posts: Sequence[Post], language: str) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of every post's location for every closed side; empty if nothing is prepared."""
    ways = list_alternates(dict(data))
    if not ways:
        return [], []
    heads = [_("If %(side)s is closed") % {"side": _SIDES[one["closed"]]} for one in ways]
    rows = [
        [
            str(post.number),
            in_language(post.labels, language),
            *(_name_place(one, post.number, language) for one in ways),
        ]
        for post in posts
    ]
    return [_("Post"), _("Every day"), *heads], rows


def list_sides(data: Mapping[str, Any], numbers: Sequence[int], language: str) -> list[ClosedSide]:
    """Return every prepared diversion of a plan with these post numbers, in the active language."""
    found = []
    for one in list_alternates(dict(data)):
        places = {number: _say_place(one, number, language) for number in numbers}
        found.append(
            ClosedSide(
                closed=one["closed"],
                title=_("If %(side)s is closed") % {"side": _SIDES[one["closed"]]},
                goes=tuple((number, words) for number, words in places.items() if words),
                stays=tuple(number for number, words in places.items() if not words),
                minutes=max(1, round(one["way"]["minutes"])),
            )
        )
    return found


def say_lines(data: Mapping[str, Any], number: int, language: str) -> list[str]:
    """Return what one post does per closed side, sides with the same answer in one line, in the active language."""
    sides: dict[str, list[str]] = {}
    for one in list_alternates(dict(data)):
        does = _say_place(one, number, language) or _("stay here")
        sides.setdefault(does, []).append(str(_SIDES[one["closed"]]))
    return [
        _("If %(side)s is closed: %(place)s.") % {"side": get_text_list(names, _("or")), "place": does}
        for does, names in sides.items()
    ]


def find_side(
    data: Mapping[str, Any], closed: str, posts: Sequence[Post]
) -> tuple[list[list[Point]], list[tuple[Point, str]]] | None:
    """Return one diversion's lines and its post locations, for its picture; None for an unknown side."""
    found = next((one for one in list_alternates(dict(data)) if one["closed"] == closed), None)
    if found is None:
        return None
    stand = []
    for post in posts:
        place = find_place(found, post.number)
        if place != "gate":
            at = (place["lat"], place["lon"]) if place else (post.lat, post.lon)
            stand.append((at, str(post.number)))
    return lines_of(dict(found["way"])), stand


def _name_place(alternate: Alternate, number: int, language: str) -> str:
    """Return the corner's name for a table; a dash if the post stays."""
    place = find_place(alternate, number)
    if place is None:
        return "–"
    if place == "gate":
        return _("the gate")
    return in_language(place["labels"], language)


def _say_place(alternate: Alternate, number: int, language: str) -> str:
    """Return "go to 39th & Kedzie" or "go back to the gate"; empty if the post stays."""
    place = find_place(alternate, number)
    if place is None:
        return ""
    if place == "gate":
        return _("go back to the gate")
    name = _name_place(alternate, number, language)
    if place["along"]:  # lower case "half a block before ..." within a sentence
        name = name[:1].lower() + name[1:]
    return _("go to %(place)s") % {"place": name}
