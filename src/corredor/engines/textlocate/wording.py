"""Texts of the geocoder in every language: labels, reasons and questions, from wording/places.toml."""

from __future__ import annotations

from corredor.kit.languages import CODES, in_every, in_language

from .result import Text

_HEADINGS = ("n", "s", "e", "w", "ne", "nw", "se", "sw")


def say(*path: str, **slots: Text | str) -> Text:
    """Return a sentence in every language; a slot is one text for all of them, or one in each."""
    return in_every("places", *path, **slots)


def both(text: str) -> Text:
    """Return one name for all languages."""
    return dict.fromkeys(CODES, text)


def corner(a: str, b: str) -> Text:
    """Label a crossing: "Pershing Rd and Kedzie Ave"."""
    return say("corner", a=a, b=b)


def with_area(label: Text, area: Text | None) -> Text:
    """Add the area to a label: "..., Brighton Park"."""
    return say("with_area", label=label, area=area) if area else label


def with_next(label: Text, street: str) -> Text:
    """Add the next street along, to tell two corners of the same streets apart."""
    return say("with_next", label=label, street=street)


def house(number: int, street: str) -> Text:
    """Label a house number."""
    return both(f"{number} {street}")


def block(number: int, street: str) -> Text:
    """Label a hundred-block."""
    return say("block", number=str(number), street=street)


def stretch(street: str, a: str, b: str) -> Text:
    """Label a street between two others."""
    return say("stretch", street=street, a=a, b=b)


def blocks_from(count: float, heading: str, label: Text) -> Text:
    """Label a place some blocks from another; *heading* may be ""."""
    amount = {0.5: "half", 1: "one"}.get(count, "many")
    far = say("blocks_from", amount, count=f"{count:g}")
    if heading in _HEADINGS:
        return say("blocks_from", "from_heading", far=far, way=say("heading", heading), label=label)
    return say("blocks_from", "from", far=far, label=label)


def near(label: Text) -> Text:
    """Label a place near another."""
    return say("near", label=label)


def moving(start: Text | None, heading: str, end: Text | None) -> Text:
    """Label a movement by its known parts."""
    has_way = heading in _HEADINGS
    parts = []
    if start:
        parts.append(start if has_way else say("moving", "from", place=start))
    if has_way:
        parts.append(say("moving", "heading", way=say("heading", heading)))
    if end:
        parts.append(say("moving", "toward", place=end))
    joint = ", " if has_way else " "
    return {code: joint.join(in_language(part, code) for part in parts) for code in CODES}


def ask_cross_street(street: str) -> Text:
    """Ask for the cross street of a street named alone."""
    return say("ask", "cross_street", street=street)


def ask_no_meeting(a: str, b: str) -> Text:
    """Ask again about two streets that do not meet."""
    return say("ask", "no_meeting", a=a, b=b)


def ask_which(first: Text, second: Text) -> Text:
    """Ask which of two places is meant."""
    return say("ask", "which", first=first, second=second)


def ask_mean(label: Text) -> Text:
    """Ask whether a corrected name is right."""
    return say("ask", "mean", label=label)


def ask_where_in(area: Text) -> Text:
    """Ask for the corner inside an area."""
    return say("ask", "where_in", area=area)


def ask_in_town(town: str, city: str) -> Text:
    """Ask whether the place is really in another town."""
    return say("ask", "in_town", town=town, city=city)


def ask_number(number: int, street: str) -> Text:
    """Ask again for a house number that the street does not have."""
    return say("ask", "number", number=str(number), street=street)


def ask_how_far(label: Text) -> Text:
    """Ask for the exact corner of something known only as near."""
    return say("ask", "how_far", label=label)


OTHER_KIND = say("other", "kind")
OTHER_CORNER = say("other", "corner")
OTHER_SPELLING = say("other", "spelling")
OTHER_PLACE = say("other", "place")
OTHER_SIDE = say("other", "side")
NEAREST = say("other", "nearest")
BECAUSE_AREA = say("because", "area")
BECAUSE_NAMED_AREA = say("because", "named_area")
BECAUSE_POINT = say("because", "point")
BECAUSE_PLACE = say("because", "place")


def because_open(name: Text) -> Text:
    """Say that an open incident is close."""
    return say("because", "open", name=name)
