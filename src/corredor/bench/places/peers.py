"""Peers of `corredor bench locate`: a matcher of bare names, and usaddress with rapidfuzz."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Protocol

from corredor.engines.citypack.model import CityPack

Point = tuple[float, float]
_TYPES = frozenset(
    "ST AVE AV BLVD RD DR PL CT PKWY STREET AVENUE BOULEVARD ROAD DRIVE PLACE COURT PARKWAY TER LN".split()
)
_DIRECTIONS = frozenset("N S E W NE NW SE SW NORTH SOUTH EAST WEST".split())
_SHORT = {
    "STREET": "ST",
    "AVENUE": "AVE",
    "PLACE": "PL",
    "BOULEVARD": "BLVD",
    "ROAD": "RD",
    "DRIVE": "DR",
    "COURT": "CT",
}
_JOIN = re.compile(r"\s*(?:&|/|@)\s*|\s+(?:and|y|con)\s+", re.IGNORECASE)
_MOST_WORDS = 3


class Peer(Protocol):
    """A geocoder that returns at most one point for a text."""

    def find(self, text: str) -> Point | None:
        """Return the point that *text* names, or None."""


class BareNames:
    """Compare bare street names: upper case, no signs or spaces, direction and kind dropped, nothing else.

    If several corners have the same bare names, the one with the stated kinds wins, else streets and avenues.
    """

    def __init__(self, pack: CityPack) -> None:
        self.corners: dict[frozenset[str], list[tuple[str, Point]]] = defaultdict(list)
        rows, streets = pack.crossings, pack.streets
        bare = [bare_name(streets.full_name(row)) for row in range(len(streets))]
        for a, b, lat, lon in zip(rows.a.tolist(), rows.b.tolist(), rows.lat.tolist(), rows.lon.tolist(), strict=True):
            kinds = f"{streets.kind[a]} {streets.kind[b]}"
            self.corners[frozenset((bare[a], bare[b]))].append((kinds, (lat, lon)))
        for found in self.corners.values():
            found.sort(key=lambda corner: sum(kind not in ("ST", "AVE") for kind in corner[0].split(" ")))
        self.names = {name for pair in self.corners for name in pair}

    def find(self, text: str) -> Point | None:
        """Return the corner of the first two names around a joining word."""
        for match in _JOIN.finditer(text):
            left, right = text[: match.start()].split()[-_MOST_WORDS:], text[match.end() :].split()[:_MOST_WORDS]
            for start in range(len(left)):
                for end in range(len(right), 0, -1):
                    point = self.corner(" ".join(left[start:]), " ".join(right[:end]))
                    if point:
                        return point
        return None

    def corner(self, a: str, b: str) -> Point | None:
        """Return the corner of two names, or None."""
        found = self.corners.get(frozenset((bare_name(a), bare_name(b))))
        if not found:
            return None
        said = {_SHORT.get(word, word) for word in f"{a} {b}".upper().replace(".", "").split()} & _TYPES
        return max(found, key=lambda corner: len(said & set(corner[0].split())))[1]

    def knows(self, text: str) -> bool:
        """Return whether *text* is two names that are both streets of the city."""
        parts = _JOIN.split(text)
        return len(parts) == 2 and all(bare_name(part) in self.names for part in parts)


class ParsedAddresses:
    """usaddress parses an address, rapidfuzz finds the nearest street name for each part."""

    def __init__(self, pack: CityPack) -> None:
        import usaddress  # only the bench needs it; ImportError tells the caller to leave this peer out
        from rapidfuzz import fuzz, process

        self._usaddress, self._fuzz, self._process = usaddress, fuzz, process
        self._bare = BareNames(pack)
        self._names = sorted(self._bare.names)
        self._houses: dict[str, list[tuple[int, Point]]] = defaultdict(list)
        self._collect_numbers(pack)

    def find(self, text: str) -> Point | None:
        """Return the corner or the house number that usaddress finds in *text*."""
        try:
            parts, kind = self._usaddress.tag(text)
        except self._usaddress.RepeatedLabelError:
            return None
        first = self._nearest(parts.get("StreetName", ""))
        if kind == "Intersection":
            second = self._nearest(parts.get("SecondStreetName", ""))
            return self._bare.corner(first, second) if first and second else None
        number = parts.get("AddressNumber", "")
        if first and number.isdigit():
            corners = self._houses.get(first, [])
            return min(corners, key=lambda corner: abs(corner[0] - int(number)), default=(0, None))[1]
        return None

    def _nearest(self, name: str) -> str:
        found = self._process.extractOne(bare_name(name), self._names, scorer=self._fuzz.ratio, score_cutoff=75)
        return str(found[0]) if found else ""

    def _collect_numbers(self, pack: CityPack) -> None:
        rows = pack.crossings
        names = [bare_name(pack.streets.full_name(row)) for row in range(len(pack.streets))]
        for k in range(len(rows)):
            point = (float(rows.lat[k]), float(rows.lon[k]))
            self._houses[names[int(rows.a[k])]].append((int(rows.number_a[k]), point))
            self._houses[names[int(rows.b[k])]].append((int(rows.number_b[k]), point))


def bare_name(name: str) -> str:
    """Return a street's name without signs, spaces, direction and kind: "N KEDZIE AVE" is "KEDZIE"."""
    words = re.sub(r"[.']", "", name.upper()).split()
    if len(words) > 1 and words[0] in _DIRECTIONS and words[1] not in _TYPES:
        words = words[1:]
    while len(words) > 1 and (words[-1] in _TYPES or words[-1] in _DIRECTIONS):
        words = words[:-1]
    if len(words) > 1 and words[0] in _DIRECTIONS:
        words = words[1:]
    return "".join(words)
