"""Fuzzy name matching: typing errors by symmetric deletion, phonetic errors by sound key."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from .sound import sound_key

MIN_SOUND = 4
SLIP_COST = 1.6
SOUND_COST = 1.4


@dataclass(slots=True)
class NearNames:
    """``by_deletion`` maps a name less one letter (and whole) to names; ``by_sound`` a sound key to names."""

    by_deletion: dict[str, tuple[str, ...]] = field(default_factory=dict)
    by_sound: dict[str, tuple[str, ...]] = field(default_factory=dict)
    prefixes: list[str] = field(default_factory=list)


def build_near_names(joined: Iterable[str]) -> NearNames:
    """Return the index of names given without spaces ("cottagegrove", "63rd")."""
    deletion: dict[str, list[str]] = defaultdict(list)
    sound: dict[str, list[str]] = defaultdict(list)
    names = sorted(set(joined))
    for name in names:
        for form in _deletions(name):
            deletion[form].append(name)
        if len(name) >= MIN_SOUND and not name[0].isdigit():
            sound[sound_key(name)].append(name)
    return NearNames(
        {form: tuple(found) for form, found in deletion.items()},
        {key: tuple(found) for key, found in sound.items()},
        [name for name in names if not name[0].isdigit()],
    )


def find_near(near: NearNames, written: str, limit: int) -> list[tuple[str, float]]:
    """Return (name, cost) for names within *limit* edits of *written* or sounding like it, best first."""
    found: dict[str, float] = {}
    seen: set[str] = set()
    for form in _deletions(written):
        for name in near.by_deletion.get(form, ()):
            if name in seen:
                continue
            seen.add(name)
            slips = OSA.distance(written, name, score_cutoff=limit)
            if slips <= limit:
                found[name] = _edit_cost(written, name, slips)
    if len(written) >= MIN_SOUND:
        for name in near.by_sound.get(sound_key(written), ()):
            apart = OSA.distance(written, name)
            found[name] = min(found.get(name, 9.0), _sound_cost(written, name, apart))
    return sorted(found.items(), key=lambda item: (item[1], item[0]))


def find_longer(near: NearNames, written: str, most: int) -> list[str]:
    """Return the longer names that start with *written*, or none if there are more than *most*."""
    start = bisect_right(near.prefixes, written)
    end = bisect_left(near.prefixes, written + "{", lo=start)
    return near.prefixes[start:end] if end - start <= most else []


def _edit_cost(written: str, name: str, slips: int) -> float:
    """Return the cost of the edits: higher in short names and if the first letter differs."""
    if slips == 0:
        return 0.0
    cost = SLIP_COST * slips + max(0, 6 - len(name)) * 0.25
    return cost + (0.2 if written[:1] != name[:1] else 0.0)


def _sound_cost(written: str, name: str, apart: int) -> float:
    if apart == 0:
        return 0.0
    return SOUND_COST + 0.5 * (apart - 1) + (0.4 if written[:1] != name[:1] else 0.0)


def _deletions(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
