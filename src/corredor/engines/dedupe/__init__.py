"""Duplicate detection: score how likely two reports are about the same event, with reasons a person can check."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from corredor.kit.languages import collect

# Stop words: found in nearly every report, so they do not identify an event.
_COMMON = frozenset(collect("dedupe", "common"))

REACH_M = 1200.0  # beyond it two pins are two events unless one of them moved
WINDOW_S = 3 * 3600.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Features compared: a point (or None if unknown), a time in seconds, and words."""

    point: tuple[float, float] | None
    time_s: float
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Similarity:
    """Similarity of two samples. ``score`` is 0 to 1; the rest is the reason."""

    score: float
    distance_m: float | None
    apart_s: float
    shared: tuple[str, ...]


def words_of(text: str) -> frozenset[str]:
    """Return the lower-case words without accents that distinguish events; at most 200 are read."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text[:4000].casefold()) if not unicodedata.combining(c))
    tokens = "".join(c if c.isalnum() else " " for c in plain).split()[:200]
    return frozenset(t for t in tokens if t not in _COMMON and (len(t) > 2 or t.isdigit()))


def compare(a: Sample, b: Sample, *, distance_m: float | None) -> Similarity:
    """Return the similarity of two samples. ``distance_m`` (metres) is None if either point is unknown.

    Place weighs most (half lost at 300 m), time next (half lost at an hour), words last; without a
    place, words must carry the decision and the score is at most 0.6.
    """
    apart = abs(a.time_s - b.time_s)
    shared = tuple(sorted(a.words & b.words))
    wording = 2 * len(shared) / (len(a.words) + len(b.words)) if a.words and b.words else 0.0
    timing = math.exp2(-apart / 3600)
    if apart > WINDOW_S or (distance_m is not None and distance_m > REACH_M):
        return Similarity(0.0, distance_m, apart, shared)
    if distance_m is None:
        return Similarity(0.6 * wording * timing, None, apart, shared)
    nearness = math.exp2(-distance_m / 300)
    return Similarity(nearness * (0.6 + 0.4 * timing) * (0.8 + 0.2 * wording), distance_m, apart, shared)


def find_flood(texts: Iterable[tuple[int, str]], *, least: int = 5, alike: float = 0.8) -> list[list[int]]:
    """Return groups of at least ``least`` report ids whose words are nearly the same (Jaccard >= ``alike``).

    Words are compared as sets, so that shuffled copies of one text match. Bounded: callers
    pass the last few hundred reports.
    """
    groups: list[tuple[frozenset[str], list[int]]] = []
    for key, text in texts:
        words = words_of(text)
        if len(words) < 3:
            continue
        for group_words, members in groups:
            if len(group_words & words) >= alike * len(group_words | words):
                members.append(key)
                break
        else:
            groups.append((words, [key]))
    return [members for _, members in groups if len(members) >= least]
