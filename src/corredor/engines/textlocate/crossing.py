"""Find where two named streets meet: every candidate corner with its cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

from corredor.engines.geo.plane import LocalPlane

from .lines import Lines, pair_key
from .scan import Item
from .street_names import HIDDEN_PART_COST, Name

SAME_CORNER_M = 190.0
_DISTINCT_M = 75.0
MAX_READINGS = 12
_KIND_AGREES = -0.3
_KIND_DIFFERS = 1.2
_DIRECTION_AGREES = -0.2
_DIRECTION_DIFFERS = 0.8
_WRONG_DIRECTION_DOUBT = 1.5
_WRONG_KIND_DOUBT = 3.2
_HIDDEN_PART_DOUBT = 2.5
_MAX_GAP_M = 1000.0
_APPROACHES = 4
_APPROACH_REACH = 2.0


class Meeting(IntEnum):
    """How certain it is that two streets meet at a point."""

    KNOWN = 0  # the city lists the crossing
    BETWEEN = 1  # not listed, but both streets run through the point
    BEYOND = 2  # one street ends before it would reach the other
    APART = 3  # only a nearest approach


@dataclass(slots=True)
class Reading:
    """One candidate corner for two mentions; ``cost`` grows with every deviation from the text."""

    cost: float
    line_a: int
    line_b: int
    lat: float
    lon: float
    meeting: Meeting
    gap_m: float = 0.0
    doubt: float = 0.0


def find_readings(lines: Lines, plane: LocalPlane, a: Item, b: Item) -> list[Reading]:
    """Return the candidate corners of streets *a* and *b*, cheapest first; listed crossings only."""
    found: list[Reading] = []
    for name_a in a.names:
        for name_b in b.names:
            spots = lines.pairs.get(pair_key(name_a.line, name_b.line))
            if spots is None or (name_a.line == name_b.line and a.direction == b.direction):
                continue
            cost = name_cost(a, name_a) + name_cost(b, name_b)
            doubt = _name_doubt(a, name_a) + _name_doubt(b, name_b)
            for cluster in _cluster(lines, plane, spots):
                reading = Reading(cost, name_a.line, name_b.line, 0, 0, Meeting.KNOWN, doubt=doubt)
                found.append(_known(lines, cluster, a, b, reading))
    found.sort(key=_order)
    return keep_distinct(found, plane)


def find_approaches(lines: Lines, plane: LocalPlane, a: Item, b: Item) -> list[Reading]:
    """Return where streets without a listed crossing come nearest, cheapest first."""
    wanted = sorted(
        (name_cost(a, x) + name_cost(b, y), x.line, y.line) for x in a.names for y in b.names if x.line != y.line
    )
    found: list[Reading] = []
    for cost, line_a, line_b in wanted[:_APPROACHES]:
        known = pair_key(line_a, line_b) in lines.pairs
        if known or cost > wanted[0][0] + _APPROACH_REACH or not _may_be_near(lines, line_a, line_b):
            continue
        near = lines.approach(line_a, line_b)
        if near.gap_m > _MAX_GAP_M:
            continue
        lat, lon = plane.to_degrees(near.x, near.y)
        meeting, dear, doubt = _judge(near.gap_m, near.beyond_m)
        gap_m = max(near.gap_m, near.beyond_m)
        found.append(Reading(cost + dear, line_a, line_b, lat, lon, meeting, gap_m, doubt))
    found.sort(key=_order)
    return keep_distinct(found, plane)


def _may_be_near(lines: Lines, a: int, b: int) -> bool:
    """Return whether the bounding boxes of two lines are near enough to look for an approach."""
    if not (len(lines.spots[a]) and len(lines.spots[b])):
        return False
    (x0, y0, x1, y1), (u0, v0, u1, v1) = lines.box(a), lines.box(b)
    return max(x0 - u1, u0 - x1, y0 - v1, v0 - y1) <= _MAX_GAP_M


def name_cost(item: Item, name: Name) -> float:
    """Return the cost of reading *item* as *name*, directions aside."""
    cost = item.cost + name.cost
    if item.kind:
        if item.kind in name.kinds:
            return cost + _KIND_AGREES
        return cost + name.rarity + (0.0 if name.kinds == ("",) else _KIND_DIFFERS)
    return cost + name.rarity


def _name_doubt(item: Item, name: Name) -> float:
    """Return the doubt that "24th Pl" leaves in 24th St, and "Central" in Central Park Ave, if both exist."""
    if item.code != "z" and name.cost >= HIDDEN_PART_COST:
        return _HIDDEN_PART_DOUBT
    if not item.kind or item.kind in name.kinds:
        return 0.0
    return _WRONG_KIND_DOUBT if any(item.kind in other.kinds for other in item.names) else 0.0


def _judge(gap_m: float, beyond_m: float) -> tuple[Meeting, float, float]:
    """Return how two streets meet, its cost relative to other readings, and the doubt it leaves."""
    if gap_m <= 30 and beyond_m < 1.0:
        return Meeting.BETWEEN, 0.3, 1.5
    if beyond_m < 1.0:
        return Meeting.BETWEEN, 0.3 + gap_m / 400, 4.2 + gap_m / 600
    if beyond_m <= 250:
        return Meeting.BEYOND, 1.0 + beyond_m / 150, 4.0 + beyond_m / 300
    return Meeting.APART, 3.0 + beyond_m / 200, 6.0 + beyond_m / 400


def _order(reading: Reading) -> tuple[float, float, float]:
    return reading.cost, reading.lat, reading.lon


def _cluster(lines: Lines, plane: LocalPlane, spots: tuple[int, ...]) -> list[list[int]]:
    """Group spots that are one corner (the carriageways of one boulevard)."""
    if len(spots) == 1:
        return [[spots[0]]]
    groups: list[list[int]] = []
    for spot in spots:
        here = (lines.lat[spot], lines.lon[spot])
        for group in groups:
            if all(plane.distance_m(here, (lines.lat[k], lines.lon[k])) <= SAME_CORNER_M for k in group):
                group.append(spot)
                break
        else:
            groups.append([spot])
    return groups


def _known(lines: Lines, cluster: list[int], a: Item, b: Item, reading: Reading) -> Reading:
    """Fill in the point of a corner: the middle of its spots, or of those in the stated direction."""
    if len(cluster) == 1:
        spot = cluster[0]
        reading.lat, reading.lon = lines.lat[spot], lines.lon[spot]
    if a.direction or b.direction or len(cluster) > 1:
        _apply_directions(lines, cluster, a, b, reading)
    return reading


def _apply_directions(lines: Lines, cluster: list[int], a: Item, b: Item, reading: Reading) -> None:
    costs = [
        _direction_cost(lines, spot, a, reading.line_a) + _direction_cost(lines, spot, b, reading.line_b)
        for spot in cluster
    ]
    best = min(costs)
    chosen = [spot for spot, cost in zip(cluster, costs, strict=True) if cost == best]
    reading.cost += best
    reading.doubt += _WRONG_DIRECTION_DOUBT if best > 0 else 0.0
    reading.lat = math.fsum(lines.lat[spot] for spot in chosen) / len(chosen)
    reading.lon = math.fsum(lines.lon[spot] for spot in chosen) / len(chosen)
    if len(chosen) > 1:
        x, y = lines.xy[chosen].mean(axis=0)
        reading.gap_m = 2 * max(math.hypot(lines.xy[k][0] - x, lines.xy[k][1] - y) for k in chosen)


def _direction_cost(lines: Lines, spot: int, item: Item, line: int) -> float:
    if not item.direction:
        return 0.0
    row = lines.row_at(spot, line)
    if row < 0 or not lines.direction[row]:
        return 0.0
    return _DIRECTION_AGREES if lines.direction[row] == item.direction else _DIRECTION_DIFFERS


def keep_distinct(found: list[Reading], plane: LocalPlane) -> list[Reading]:
    """Return the cheapest reading of each distinct corner."""
    distinct: list[Reading] = []
    for reading in found[: MAX_READINGS * 2]:
        here = (reading.lat, reading.lon)
        if all(plane.distance_m(here, (other.lat, other.lon)) > _DISTINCT_M for other in distinct):
            distinct.append(reading)
    return distinct[:MAX_READINGS]
