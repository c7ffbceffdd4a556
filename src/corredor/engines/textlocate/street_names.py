"""Index of street names: canonical words to lines, with a cost for each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import NamedTuple

from .gazetteer import StreetTable
from .lines import Lines
from .numerals import other_ordinal
from .tokens import key_words
from .vocabulary import COMMON_WORDS, DIRECTIONS, STREET_KINDS

_TITLES = frozenset("dr jr sr rev hon honorable".split())
_TOO_PLAIN = frozenset("park island grove shore lake old new the hill valley ridge river drive view point".split())
_MINOR_KINDS = frozenset("pl ct ln ter cir way row trl plz".split())
JOINED_COST = 0.1
ALIAS_COST = 0.05
TITLE_COST = 0.2
PART_COST = 1.2
HIDDEN_TITLE_COST = 0.8
HIDDEN_ALIAS_COST = 1.5
HIDDEN_PART_COST = 2.6
"""Cost of a part of a name that is another street's whole name ("Central" for Central Park Ave)."""


class Name(NamedTuple):
    """One line that a key can mean.

    ``kinds`` are the kinds that go with this name ("st" with "39"); ``rarity`` is the cost of meaning this line when
    its kind is omitted (63rd Pl next to 63rd St).
    """

    line: int
    kinds: tuple[str, ...]
    cost: float
    rarity: float


@dataclass(slots=True)
class StreetNames:
    """``names`` maps canonical words to lines, cheapest first; ``longest`` a first word to its longest key's length."""

    names: dict[str, tuple[Name, ...]]
    longest: dict[str, int]


def build_street_names(lines: Lines, streets: StreetTable) -> StreetNames:
    """Return the index of all names of all walkable lines."""
    found: dict[str, dict[int, tuple[set[str], float]]] = {}
    walkable = [line for line in range(len(lines.base)) if not lines.ramp[line] and lines.base[line]]
    for line in walkable:
        _add(found, lines.base[line], line, lines.kind[line], 0.0)
    official = {lines.base[line] for line in walkable if lines.kind[line] not in _MINOR_KINDS}
    for line in walkable:
        for words, cost in _shorter(lines.base[line].split()):
            _add(found, words, line, lines.kind[line], _hidden_cost(cost) if words in official else cost)
    for row, aliases in enumerate(streets.aliases):
        for alias in aliases:
            add_alias(found, alias, lines.of_street[row], official)
    return _finish(found, lines)


def add_alias(
    found: dict[str, dict[int, tuple[set[str], float]]], alias: str, line: int, official: Set[str] = frozenset()
) -> None:
    """Add one more name of a line, split into name and kind; costlier if it is another street's own name."""
    words = key_words(alias)
    kind = words.pop() if len(words) > 1 and words[-1] in STREET_KINDS else ""
    everyday = len(words) == 2 and words[1] in COMMON_WORDS  # "South Park Way" is no "park"
    if len(words) > 1 and words[0] in DIRECTIONS and not everyday:
        words = words[1:]
    if not words:
        return
    taken = " ".join(words) in official
    _add(found, " ".join(words), line, kind, ALIAS_COST + (HIDDEN_ALIAS_COST if taken else 0.0))
    if len(words) > 1:
        _add(found, "".join(words), line, kind, ALIAS_COST + JOINED_COST)


def replace_cost(name: Name, more: float) -> Name:
    """Return a copy of *name* with *more* cost."""
    return name._replace(cost=name.cost + more)


def _add(found: dict[str, dict[int, tuple[set[str], float]]], key: str, line: int, kind: str, cost: float) -> None:
    known = found.setdefault(key, {}).get(line)
    kinds = known[0] | {kind} if known else {kind}
    found[key][line] = (kinds, min(cost, known[1]) if known else cost)


def _shorter(words: list[str]) -> Iterable[tuple[str, float]]:
    """Return the common short forms of an official name, each with its cost."""
    if len(words) == 1:
        other = other_ordinal(words[0])
        if other:
            yield other, ALIAS_COST
        return
    yield "".join(words), JOINED_COST
    core = [word for word in words if word not in _TITLES] or words
    if len(core) < len(words):
        yield " ".join(core), TITLE_COST
    if len(core) >= 3:
        initials = "".join(word[0] for word in core)
        yield initials, TITLE_COST
        if words[-1] == "jr":
            yield f"{initials} jr", TITLE_COST
            yield f"{core[-1]} jr", TITLE_COST
            yield f"{' '.join(core)} jr", TITLE_COST
        if not any(word in STREET_KINDS or word in DIRECTIONS or word.isdigit() for word in core[1:]):
            yield " ".join(core[1:]), PART_COST
    for word in (core[-1], core[0]) if len(core) > 1 or len(core) < len(words) else ():
        if len(word) >= 4 and not word.isdigit() and word not in _TOO_PLAIN and word not in STREET_KINDS:
            cost = TITLE_COST if len(core) < len(words) and word == core[-1] else PART_COST
            yield word, cost + (1.0 if word in COMMON_WORDS else 0.0)


def _hidden_cost(cost: float) -> float:
    """Return the cost of a shortened name that is another street's whole name."""
    return HIDDEN_PART_COST if cost > TITLE_COST else cost + HIDDEN_TITLE_COST


def _finish(found: dict[str, dict[int, tuple[set[str], float]]], lines: Lines) -> StreetNames:
    names: dict[str, tuple[Name, ...]] = {}
    longest: dict[str, int] = {}
    for key, entries in found.items():
        whole = [line for line, (_, cost) in entries.items() if cost <= ALIAS_COST + JOINED_COST] or list(entries)
        main = max(whole, key=lambda line: (lines.weight[line], -line))
        names[key] = tuple(
            sorted(
                (
                    Name(line, tuple(sorted(kinds)), cost, _rarity(lines, main, line))
                    for line, (kinds, cost) in entries.items()
                ),
                key=lambda name: (name.cost + name.rarity, name.line),
            )
        )
        first, _, rest = key.partition(" ")
        length = rest.count(" ") + 2 if rest else 1
        if longest.get(first, 0) < length:
            longest[first] = length
    return StreetNames(names, longest)


def _rarity(lines: Lines, main: int, line: int) -> float:
    """Return the cost of meaning *line* if *main* is the greater street of that name."""
    if lines.weight[line] >= lines.weight[main]:
        return 0.0
    ratio = math.log(lines.weight[main] / max(1, lines.weight[line]))
    if lines.kind[line] in _MINOR_KINDS and lines.kind[main] not in _MINOR_KINDS:
        return min(4.0, 2.0 + 0.7 * ratio)
    return min(4.0, 0.5 + ratio)
