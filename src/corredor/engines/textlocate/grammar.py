"""Grammar: the sentence patterns that name a place, as regular expressions over item codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_X = "[Ssmz]"
_N = "[nm]"
_JOIN = "(?P<join>w?[,(]?[caq][caqoftd]{0,4}|,[oq]?|o|df?|of|~)?"
_AND = ",?[ct][ofa]{0,4}"


class Shape(Enum):
    """What a pattern matches."""

    STRETCH = "stretch"
    MOVE = "move"
    SHIFTED = "shifted"
    BLOCK = "block"
    HOUSE = "house"
    CORNER = "corner"
    HOUSE_AFTER = "house after"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A shape, its possible first letters, and its expression; groups capture the relevant items."""

    shape: Shape
    firsts: str
    match: re.Pattern[str]


def _pattern(shape: Shape, firsts: str, expression: str) -> Pattern:
    return Pattern(shape, firsts, re.compile(expression))


_STREET = "Ssmz"
PATTERNS: tuple[Pattern, ...] = (
    # Kedzie between 38th and Pershing; Kedzie entre la 38 y la Pershing
    _pattern(Shape.STRETCH, _STREET, f"(?P<s>{_X}),?[oaf]{{0,4}}b[of]{{0,4}}(?P<a>{_X}){_AND}(?P<b>{_X})"),
    # between 38th and Pershing on Kedzie; entre la 38 y la Pershing en Kedzie
    _pattern(Shape.STRETCH, "b", f"b[of]{{0,4}}(?P<a>{_X}){_AND}(?P<b>{_X}),?[oafcq]{{1,4}}(?P<s>{_X})"),
    # on Kedzie from 38th (3800 S) to Pershing
    _pattern(Shape.STRETCH, _STREET, rf"(?P<s>{_X}),?f[of]{{0,4}}(?P<a>{_X})(?:\(nd?\))?d?t[of]{{0,4}}(?P<b>{_X})"),
    # from 38th to 40th on Kedzie
    _pattern(Shape.STRETCH, "f", f"f[of]{{0,4}}(?P<a>{_X})t[of]{{0,4}}(?P<b>{_X}),?[oa]{{1,4}}(?P<s>{_X})"),
    # Kedzie heading north from 38th
    _pattern(Shape.MOVE, _STREET, f"(?P<a>{_X}),?w?[hto]{{0,4}}(?P<d>d)[fo]{{1,4}}(?P<b>{_X})"),
    # north on Kedzie from 38th, northbound on Kedzie at 38th
    _pattern(Shape.MOVE, "d", f"(?P<d>d)[oatf]{{1,4}}(?P<a>{_X}),?[fat][ofat]{{0,4}}(?P<b>{_X})"),
    # Kedzie, a block south of 59th
    _pattern(Shape.SHIFTED, _STREET, f"(?P<a>{_X}),?[tnw]{{0,2}}(?P<k>k)[ta]?(?P<d>d)[fo]{{0,2}}(?P<b>{_X})"),
    # 4100 block of S Archer
    _pattern(Shape.BLOCK, "nm", f"(?P<n>{_N})(?P<d>d)?k[of]{{0,4}}(?P<s>{_X})"),
    # cuadra 4100 de Archer
    _pattern(Shape.BLOCK, "k", f"kf?(?P<n>{_N})(?P<d>d)?[fo,]{{0,4}}(?P<s>{_X})"),
    # Archer, cuadra 4100
    _pattern(Shape.BLOCK, _STREET, f"(?P<s>{_X}),?[of]{{0,4}}k(?P<n>{_N})(?P<d>d)?"),
    # 3900 S Kedzie, 2715-2717 W 83rd
    _pattern(Shape.HOUSE, "nm", f"(?P<n>{_N})(?:,{_N})?t?(?P<d>d)?[fo]{{0,2}}(?P<s>{_X})"),
    _pattern(Shape.CORNER, _STREET, rf"(?P<a>{_X})(?:\({_X}\))?{_JOIN}(?P<b>{_X})"),
    # Kedzie 3900, Kedzie #3900, en Kedzie al 3900
    _pattern(Shape.HOUSE_AFTER, _STREET, f"(?P<s>{_X}),?t?(?P<n>n)(?P<d>d)?"),
)

BLOCKS_BEFORE = re.compile("k[ta]?(?P<d>d?)[tfao]{0,5}$")
RELATIVE_BEFORE = re.compile("(?P<r>[ra])[fatod]{0,5}$")
HEADING_BEFORE = re.compile("h[tof]{0,4}(?P<d>d)[oat]{0,4}$")
TOWARD_BEFORE = re.compile("(?P<h>h)?[of]{0,4}(?P<t>t)[of]{0,4}$")
FROM_BEFORE = re.compile("f[of]{0,4}$")
HEADING_AFTER = re.compile(",?w{0,2}(?P<h>h)?[to]{0,4}(?P<d>d)")


def join_cost(join: str | None) -> float:
    """Return the cost of two streets joined by these letters."""
    if not join:
        return 0.6
    if join[-1] == "~" or join == "~":
        return 1.0
    if "c" in join or "q" in join or "a" in join:
        return 0.0
    return 0.7 if "," in join else 0.3
