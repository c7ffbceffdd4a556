"""Assemble the derived network: corners, real lines snapped to them, and inferred links between the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import shapely

from corredor.engines.citypack.making.derive.barriers import Barriers, string_points
from corredor.engines.citypack.making.derive.evidence import AddressEvidence
from corredor.engines.citypack.making.derive.links import LinkRules, limits_for, link_corners
from corredor.engines.citypack.making.derive.nodes import Corners, merge_corners
from corredor.engines.citypack.making.derive.real_lines import RealLine, keep_new_parts, lay_lines
from corredor.engines.citypack.making.draft import EdgeDraft, StreetLayer
from corredor.engines.citypack.making.geometry import Points
from corredor.engines.citypack.making.recipe import Recipe
from corredor.engines.citypack.making.street_name import StreetName, parse_city_name
from corredor.engines.citypack.model import EdgeFlag

EXPRESSWAY_GAP_M = 2500.0
RIVER_GAP_M = 1200.0
ARTERIAL_SHARE = 0.5
"""A whole street counts as busy when this share of its length lies on arterial centre lines."""


@dataclass(frozen=True)
class NetworkInputs:
    """Inputs of a derived network. ``points`` and ``pairs`` are the crossings, row for row."""

    points: Points
    pairs: Sequence[tuple[int, int]]
    streets: Sequence[StreetName]
    walkable: Sequence[bool]
    evidence: AddressEvidence
    number_at: Callable[[int, list[int]], float]
    lines: Sequence[RealLine]
    rail: Sequence[Points]
    recipe: Recipe
    rules: LinkRules = field(default_factory=LinkRules)


def derive_network(layer: StreetLayer, inputs: NetworkInputs, report: Callable[[str, int, int], None]) -> None:
    """Fill the layer's nodes and edges, and the node of each crossing."""
    rows = [i for i, (a, b) in enumerate(inputs.pairs) if inputs.walkable[a] or inputs.walkable[b]]
    meeting = [tuple(s for s in inputs.pairs[i] if inputs.walkable[s]) for i in rows]
    corners = merge_corners(inputs.points[rows], meeting)
    for row, corner in zip(rows, corners.of_crossing, strict=True):
        layer.crossings[row].node = corner
    report("Street lines", 0, 1)
    namer = _StreetNamer(inputs)
    extra, edges = lay_lines(keep_new_parts(inputs.lines), corners, namer.street_of)
    report("Street lines", 1, 1)
    report("Links between corners", 0, 1)
    words = inputs.recipe.street_words
    barriers = Barriers(
        {
            EdgeFlag.RAIL: inputs.rail,
            EdgeFlag.EXPRESSWAY: _strung(inputs, "expressway", EXPRESSWAY_GAP_M),
            EdgeFlag.WATER: _strung(inputs, "water", RIVER_GAP_M),
        }
    )
    flags = barriers.flags_of_lines([shapely.LineString(edge.line) for edge in edges])
    for edge, bits in zip(edges, flags.tolist(), strict=True):
        edge.flags |= bits
    links = link_corners(
        corners,
        edges,
        _numbers(inputs, rows, corners),
        inputs.evidence,
        {row: name for row, name in enumerate(inputs.streets) if inputs.walkable[row]},
        barriers.flags_of,
        lambda name: limits_for(name, inputs.rules, words("drives"), words("fast")),
    )
    _mark_busy(edges, links)
    layer.nodes = [(float(x), float(y)) for x, y in [*corners.points, *extra]]
    layer.edges = [*edges, *links]
    report("Links between corners", 1, 1)


class _StreetNamer:
    """Match a real line to a street by the corners at its ends and the name in its file."""

    def __init__(self, inputs: NetworkInputs) -> None:
        self.names = inputs.streets
        self.recipe = inputs.recipe
        self.parsed: dict[str, StreetName] = {}

    def street_of(self, first: set[int], second: set[int], text: str) -> int:
        """Return the row of the street, or -1. A loose end (an empty set) does not narrow the choice."""
        shared = (first & second) if first and second else (first | second)
        hinted = [row for row in sorted(shared) if self.names[row].name == self._hint(text).name]
        if hinted:
            return hinted[0]
        is_certain = bool(first) and bool(second) and first is not second and len(shared) == 1
        return next(iter(shared)) if is_certain else -1

    def _hint(self, text: str) -> StreetName:
        """Parse the name in the file."""
        if text not in self.parsed:
            self.parsed[text] = parse_city_name(text or "?", self.recipe)
        return self.parsed[text]


def _strung(inputs: NetworkInputs, word_list: str, gap_m: float) -> list[Points]:
    """Return coarse lines of every expressway or river, from the points where crossings name it."""
    kinds = inputs.recipe.street_words(word_list)
    lines: list[Points] = []
    for row, name in enumerate(inputs.streets):
        if name.full.split()[-1] in kinds:
            at = [i for i, pair in enumerate(inputs.pairs) if row in pair]
            if len(at) > 1:
                lines.extend(string_points(inputs.points[at], longest_m=gap_m))
    return lines


def _numbers(inputs: NetworkInputs, rows: Sequence[int], corners: Corners) -> Callable[[int, int], float]:
    """Return a function that gives the house number of a street at a corner."""
    crossings: dict[int, list[int]] = defaultdict(list)
    for row, corner in zip(rows, corners.of_crossing, strict=True):
        crossings[corner].append(row)
    return lambda street, corner: inputs.number_at(street, crossings[corner])


def _mark_busy(edges: Sequence[EdgeDraft], links: Sequence[EdgeDraft]) -> None:
    """Flag the links of streets that are arterial for most of their length as busy."""
    busy: dict[int, float] = defaultdict(float)
    total: dict[int, float] = defaultdict(float)
    for edge in (*edges, *links):
        total[edge.street] += edge.length_m
        if edge.flags & EdgeFlag.BUSY:
            busy[edge.street] += edge.length_m
    for edge in (*edges, *links):
        if edge.street >= 0 and busy[edge.street] >= ARTERIAL_SHARE * total[edge.street]:
            edge.flags |= EdgeFlag.BUSY
