"""The derived network on made-up streets: joins, cuts, and rejected evidence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corredor.engines.citypack.making.derive.assemble import NetworkInputs, derive_network
from corredor.engines.citypack.making.derive.evidence import AddressEvidence
from corredor.engines.citypack.making.derive.links import DRIVE_M, LinkRules, limits_for
from corredor.engines.citypack.making.derive.nodes import merge_corners
from corredor.engines.citypack.making.derive.number_field import NumberField
from corredor.engines.citypack.making.derive.real_lines import RealLine, keep_new_parts
from corredor.engines.citypack.making.draft import CrossingDraft, EdgeDraft, StreetLayer
from corredor.engines.citypack.making.geometry import line_length
from corredor.engines.citypack.making.recipe import read_recipe
from corredor.engines.citypack.making.street_name import StreetName
from corredor.engines.citypack.model import EdgeFlag

RECIPE = read_recipe("chicago", Path())
LONG = StreetName("W", "LONG", "ST")


class Town:
    """One east-west street crossed by side streets at some places along it."""

    def __init__(self, name: StreetName, at: list[float]) -> None:
        self.names = [name, *(StreetName("S", f"SIDE{i}", "AVE") for i in range(len(at)))]
        self.points = np.array([[x, 0.0] for x in at])
        self.pairs = [(0, i + 1) for i in range(len(at))]
        self.evidence = AddressEvidence()
        self.lines: list[RealLine] = []
        self.rail: list[np.ndarray] = []

    def derive(self) -> StreetLayer:
        """Return the layer; house numbers are half the metres."""
        layer = StreetLayer(crossings=[CrossingDraft(a, b, 0.0, 0.0) for a, b in self.pairs])
        inputs = NetworkInputs(
            points=self.points,
            pairs=self.pairs,
            streets=self.names,
            walkable=[True] * len(self.names),
            evidence=self.evidence,
            number_at=lambda street, rows: float(self.points[rows, 0].mean() / 2) if street == 0 else 0.0,
            lines=self.lines,
            rail=self.rail,
            recipe=RECIPE,
            rules=LinkRules(),
        )
        derive_network(layer, inputs, lambda step, done, total: None)
        return layer


def _joined(layer: StreetLayer) -> list[tuple[float, float]]:
    """Return the ends, along the street, of each edge."""
    return sorted(tuple(sorted((layer.nodes[edge.u][0], layer.nodes[edge.v][0]))) for edge in layer.edges)


def test_neighbouring_corners_are_joined_and_gaps_are_not() -> None:
    assert _joined(Town(LONG, [0, 100, 200, 600, 700]).derive()) == [(0, 100), (100, 200), (600, 700)]


def test_a_gap_is_closed_by_proof_of_pavement() -> None:
    town = Town(LONG, [0, 100, 500])
    town.evidence.add("W LONG ST", 45, 255)
    assert (100, 500) in _joined(town.derive())


def test_proof_of_half_a_gap_is_not_enough() -> None:
    town = Town(LONG, [0, 100, 500])
    town.evidence.add("W LONG ST", 50, 130)
    assert (100, 500) not in _joined(town.derive())


def test_a_railway_is_crossed_only_on_proof() -> None:
    town = Town(LONG, [0, 100, 200])
    town.rail = [np.array([[150.0, -500.0], [150.0, 500.0]])]
    assert _joined(town.derive()) == [(0, 100)]
    town.evidence.add("W LONG ST", 50, 100)
    layer = town.derive()
    assert _joined(layer) == [(0, 100), (100, 200)]
    flags = {tuple(sorted((layer.nodes[e.u][0], layer.nodes[e.v][0]))): e.flags for e in layer.edges}
    assert flags[100, 200] & EdgeFlag.RAIL
    assert not flags[0, 100] & EdgeFlag.RAIL


def test_a_real_line_replaces_the_straight_link_and_keeps_its_course() -> None:
    town = Town(LONG, [0, 400])
    bend = np.array([[-60.0, 0.0], [0.0, 2.0], [200.0, 40.0], [400.0, 2.0], [460.0, 0.0]])
    town.lines = [RealLine(bend, "W LONG ST", int(EdgeFlag.BUSY))]
    layer = town.derive()
    middle = next(e for e in layer.edges if {layer.nodes[e.u][0], layer.nodes[e.v][0]} == {0.0, 400.0})
    assert middle.street == 0
    assert middle.flags == EdgeFlag.BUSY
    assert middle.length_m == pytest.approx(2 * np.hypot(200, 40), rel=0.01)
    assert [200.0, 40.0] in middle.line.tolist()
    tails = [e for e in layer.edges if e is not middle]
    assert [round(e.length_m) for e in tails] == [60, 60]  # real ends of the street stay


def test_two_files_with_the_same_line_give_it_once() -> None:
    first = np.array([[0.0, 0.0], [500.0, 0.0]])
    second = first + np.array([0.0, 4.0])
    beside = first + np.array([0.0, 25.0])
    lines = keep_new_parts([RealLine(line, "", 0) for line in (first, second, beside)])
    assert [line.points[0, 1] for line in lines] == [0.0, 25.0]


def test_a_second_file_adds_only_what_is_new() -> None:
    lines = keep_new_parts([RealLine(np.array([[0.0, 0.0], [x, 0.0]]), "", 0) for x in (300.0, 500.0)])
    assert line_length(lines[1].points) == pytest.approx(200, abs=12)


def test_corners_merge_by_nearness_and_name() -> None:
    points = np.array([[0.0, 0.0], [12.0, 0.0], [100.0, 0.0], [112.0, 0.0], [200.0, 0.0], [204.0, 0.0]])
    streets = [(1, 2), (1, 3), (4, 5), (6, 7), (8, 9), (10, 11)]
    corners = merge_corners(points, streets)
    assert corners.of_crossing == [0, 0, 1, 2, 3, 3]
    assert corners.streets[0] == {1, 2, 3}


def test_drives_run_on_and_outer_drives_need_proof() -> None:
    rules = LinkRules()
    drives, fast = ("DR", "BLVD"), ("LAKE SHORE DR",)
    assert limits_for(StreetName("S", "CORNELL", "DR"), rules, drives, fast).plain_m == DRIVE_M
    assert limits_for(LONG, rules, drives, fast) == rules
    assert limits_for(StreetName("N", "LAKE SHORE", "DR"), rules, drives, fast).plain_m == 0


def test_evidence_joins_ranges_and_measures_shares() -> None:
    evidence = AddressEvidence()
    evidence.add("W LONG ST", 158, 100)
    evidence.add("W LONG ST", 170, 200)
    assert evidence.ranges("W LONG ST") == [(88, 212)]
    assert evidence.share("W LONG ST", 100, 200) == 1.0
    assert evidence.share("W LONG ST", 212, 336) == 0.0
    assert evidence.share("W LONG ST", 150, 274) == pytest.approx(0.5)
    assert evidence.share("W OTHER ST", 0, 100) == 0.0


def test_house_numbers_from_corners_with_some_wrong() -> None:
    random = np.random.default_rng(1)
    points = random.uniform(0, 10_000, (600, 2))
    numbers = points[:, 1] / 2 + points[:, 0] * 0.01
    wrong = numbers.copy()
    wrong[::17] += 400
    field = NumberField(points, wrong.tolist(), [1.0] * 600)
    places = random.uniform(1_000, 9_000, (50, 2))
    assert np.abs(field.at(places) - (places[:, 1] / 2 + places[:, 0] * 0.01)).max() < 3


def test_a_city_without_known_numbers_has_none() -> None:
    field = NumberField(np.empty((0, 2)), [], [])
    assert np.isnan(field.at(np.array([[0.0, 0.0]]))).all()


def test_an_edge_draft_holds_no_flags_unless_given() -> None:
    assert EdgeDraft(0, 1, 0, np.zeros((2, 2)), 1.0).flags == 0
