"""Measure the corridor planner on real schools: time, optimality gap, human plans and baseline heuristics."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np

from corredor.engines.corridors import Hazard, Plan, Problem, WalkNetwork, list_reached, plan, tighten
from corredor.engines.corridors.evaluate import evaluate
from corredor.engines.corridors.exact import solve
from corredor.engines.corridors.shed import Shed, cut_shed
from corredor.engines.corridors.tree import Walk
from corredor.engines.geo.plane import LocalPlane
from corredor.flows.school.planning.problem import SchoolPlan, make_problem, replan_for_schools
from corredor.places.pack import DEFAULT_CITY
from corredor.places.walking import School, WalkingMap, get_walking_map, list_schools

from .gallery import Picture, write_gallery
from .peers import Blocks, nearest_posts, shortest_path_tree, straight_corridors, tree_by_post
from .prepared import measure_prepared, prepare_near
from .sets import CHECKOUT_SETS, Route, match_route, read_routes

POSTS = 15
"""Posts at 100 m spacing on the median Safe Passage route; CPS itself has about nine adults a school."""
PROOF_POSTS = 6
PROOF_SCHOOLS = 72
PROOF_S = 60.0
BOUND_SCHOOLS = 64
BOUND_ROUNDS = 200
SCENES = (
    (41.8226, -87.7044),  # Pershing and Kedzie
    (41.8520, -87.6905),  # Rockwell and Cermak
    (41.9170, -87.7080),  # Logan Square
    (41.9680, -87.7130),  # Albany Park
    (41.7510, -87.6530),  # Auburn Gresham
)
SCENE_M = 150.0
AGENTS_M = 300.0
"""Radius closed around confirmed agents, as in flows/school/watch.py."""
GROWTH = (1, 2, 5, 10)


def run(data: Path = CHECKOUT_SETS, gallery: Path | None = None) -> dict[str, Any]:
    """Return every measure; times are single-core. Writes the comparison page into *gallery*.

    Raise SetError, UnknownCityError or PackError.
    """
    routes = read_routes(data)
    problems = _problems(POSTS)
    report: dict[str, Any] = {"posts": POSTS, "schools": len(problems)}
    plans = _measure_time(problems, report)
    ready = prepare_near(plans, SCENES)
    report["replan_ms"], report["replan"] = _measure_replan(ready)
    report["prepared"] = {
        "gas": measure_prepared(ready, [_gas(*scene) for scene in SCENES]),
        "agents": measure_prepared(ready, [Hazard(*scene, AGENTS_M) for scene in SCENES]),
    }
    report["growth"] = _measure_growth(problems[len(problems) // 2][1])
    report["optimality"] = _measure_optimality(_every(_problems(PROOF_POSTS), PROOF_SCHOOLS))
    report["bound_gap_mean"], report["bound"] = _measure_bound(_every(plans, BOUND_SCHOOLS))
    pictures = [_compare(route) for route in routes]
    report["vs_safe_passage"] = _sum_up(pictures)
    report["vs_peers"], report["peers"] = _sum_up_peers(pictures)
    if gallery is not None:
        report["gallery"] = str(write_gallery([one.picture for one in pictures], gallery))
    return report


def _problems(posts: int) -> list[tuple[School, Problem]]:
    """Return every school of the pack on the network, with one child at each reachable crossing."""
    found = []
    for school in list_schools(DEFAULT_CITY):
        problem = make_problem(school, posts=posts)
        if problem is not None:
            weights = np.zeros(problem.network.node_count)
            weights[list_reached(problem.network, problem.gate)] = 1.0
            found.append((school, replace(problem, weights=weights)))
    return found


def _measure_time(problems: Sequence[tuple[School, Problem]], report: dict[str, Any]) -> list[SchoolPlan]:
    plan(problems[0][1])  # warm-up: the first plan of a process also loads libraries
    plans, times = [], []
    for school, problem in problems:
        started = time.process_time()
        answer = plan(problem)
        times.append((time.process_time() - started) * 1e3)
        plans.append(SchoolPlan(school, DEFAULT_CITY, answer, problem, {}))
    report["planned"] = sum(one.plan is not None for one in plans)
    report["one_school_ms"] = {"p50": round(_percentile(times, 50), 1), "p95": round(_percentile(times, 95), 1)}
    report["all_schools_s"] = round(sum(times) / 1e3, 2)
    return plans


def _measure_replan(plans: Sequence[SchoolPlan]) -> tuple[float, dict[str, Any]]:
    """Measure the slowest of a few scenes for all schools together, each with its alternates."""
    times, affected, kinds = [], [], set()
    for lat, lon in SCENES:
        hazard = _gas(lat, lon)
        started = time.process_time()
        proposals = replan_for_schools(plans, [hazard])
        times.append((time.process_time() - started) * 1e3)
        affected.append(len(proposals))
        kinds |= {proposal.kind.value for _, proposal in proposals}
    return round(max(times), 1), {"affected": affected, "ms": [round(one, 1) for one in times], "kinds": sorted(kinds)}


def _gas(lat: float, lon: float) -> Hazard:
    """Return a gas hazard at a scene, the wind from the west."""
    return Hazard(lat, lon, SCENE_M, wind_to_deg=90.0)


def _measure_growth(problem: Problem) -> dict[str, Any]:
    """Measure one school's time while the network grows by adjacent copies of the city."""
    report: dict[str, Any] = {}
    times = []
    for copies in GROWTH:
        grown = _copy_city(problem, copies)
        times.append(min(_time_of(partial(plan, grown)) for _ in range(5)) * 1e3)
        report[f"nodes_{grown.network.node_count}_ms"] = round(times[-1], 1)
    size = problem.network.node_count
    allowed = GROWTH[-1] * math.log(GROWTH[-1] * size) / math.log(size)
    return report | {"times_slower": round(times[-1] / times[0], 2), "n_log_n_allows": round(allowed, 2)}


def _copy_city(problem: Problem, copies: int) -> Problem:
    old = problem.network
    size, arcs = old.node_count, len(old.indices)
    width = float(np.ptp(old.lon)) + 0.1
    network = WalkNetwork(
        np.tile(old.lat, copies),
        np.concatenate([old.lon + number * width for number in range(copies)]),
        np.concatenate([np.asarray(old.indptr)[:-1] + number * arcs for number in range(copies)] + [[copies * arcs]]),
        np.concatenate([np.asarray(old.indices) + number * size for number in range(copies)]),
        np.tile(old.length_m, copies),
        np.tile(old.flags, copies),
    )
    return replace(problem, network=network, weights=np.tile(problem.weights, copies))


def _measure_optimality(problems: Sequence[tuple[School, Problem]]) -> dict[str, Any]:
    """Measure the share of the proven optimum, on schools and posts small enough for HiGHS to finish."""
    shares = []
    for _, problem in problems:
        answer = plan(problem)
        if isinstance(answer, Plan):
            proof = solve(Walk.of(cut_shed(problem), problem), problem.posts, answer.value, PROOF_S)
            if proof.proven:
                shares.append(answer.value / proof.optimum)
    return {
        "posts": PROOF_POSTS,
        "tried": len(problems),
        "n": len(shares),
        "mean": round(mean(shares), 4) if shares else None,
        "worst": round(min(shares), 4) if shares else None,
    }


def _measure_bound(plans: Sequence[SchoolPlan]) -> tuple[float | None, dict[str, Any]]:
    gaps, times = [], []
    for one in plans:
        if one.plan is not None and one.problem is not None:
            started = time.process_time()
            gaps.append(tighten(one.plan, one.problem, BOUND_ROUNDS).gap)
            times.append(time.process_time() - started)
    if not gaps:
        return None, {"n": 0}
    return round(mean(gaps), 4), {"n": len(gaps), "worst": round(max(gaps), 4), "s_p50": round(median(times), 2)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Covered child-metres of one school, ours and each peer's, relative to its Safe Passage route or alone."""

    ours: float
    route: float
    ours_net: float
    route_net: float
    peers: dict[str, float]
    picture: Picture


def _compare(route: Route) -> Comparison:
    walking = get_walking_map(DEFAULT_CITY)
    gate, _ = walking.find_node(*route.gate)
    weights = np.zeros(walking.network.node_count)
    weights[list_reached(walking.network, gate)] = 1.0
    problem = Problem(walking.network, gate, weights, route.posts)
    shed = cut_shed(problem)
    plane = LocalPlane.around(float(walking.network.lat[gate]), float(walking.network.lon[gate]))
    drawn = _covered(shed, problem, match_route(route, shed, plane))
    answer = plan(problem)
    assert isinstance(answer, Plan), route.name
    mine = _plan_blocks(answer, shed)
    ours = _covered(shed, problem, _on(shed, mine))
    peers = {name: _covered(shed, problem, _on(shed, lay(shed, route.posts)))[0] for name, lay in _PEERS.items()} | {
        "straight_corridor": max(
            _covered(shed, problem, _on(shed, blocks))[0] for blocks in straight_corridors(shed, route.posts)
        ),
    }
    picture = _draw(route, shed, walking, mine, plane, (ours[0], drawn[0]))
    return Comparison(ours[0], drawn[0], ours[1], drawn[1], peers, picture)


def _covered(shed: Shed, problem: Problem, guarded: np.ndarray) -> tuple[float, float]:
    """Return covered child-metres as walked, and net of the metres by which ways grew longer."""
    outcome = evaluate(shed, problem, guarded)
    return float(shed.weights @ outcome.covered_m), float(shed.weights @ outcome.value)


def _plan_blocks(answer: Plan, shed: Shed) -> Blocks:
    local = {node: number for number, node in enumerate(shed.node.tolist())}
    return [(local[a], local[b]) for line in answer.corridors for a, b in pairwise(line.nodes)]


def _on(shed: Shed, blocks: Iterable[tuple[int, int]]) -> np.ndarray:
    rows, guarded = shed.rows(), np.zeros(len(shed.tail))
    for a, b in blocks:
        for pair in ((a, b), (b, a)):
            if pair in rows:
                guarded[rows[pair]] = 1.0
    return guarded


def _draw(
    route: Route, shed: Shed, walking: WalkingMap, blocks: Blocks, plane: LocalPlane, covered: tuple[float, float]
) -> Picture:
    places = np.column_stack((shed.east, shed.north))
    streets = [(places[a], places[b]) for a, b in zip(shed.tail.tolist(), shed.head.tolist(), strict=True) if a < b]
    lines = []
    for line in route.lines:
        points = np.array(line)
        lines.append(np.column_stack(plane.project(points[:, 0], points[:, 1])))
    ours = [(places[a], places[b]) for a, b in blocks]
    return Picture(route.name, route.posts, route.length_m, streets, lines, ours, *covered)


def _sum_up(found: Sequence[Comparison]) -> dict[str, Any]:
    ratios = [one.ours / max(one.route, 1e-9) for one in found]
    net = [one.ours_net / max(one.route_net, 1e-9) for one in found]
    return {
        "n": len(ratios),
        "median": round(median(ratios), 3),
        "share_at_least_1": round(mean(ratio >= 1 for ratio in ratios), 4),
        "least": round(min(ratios), 3),
        "median_less_detours": round(median(net), 3),
    }


def _sum_up_peers(found: Sequence[Comparison]) -> tuple[float, dict[str, Any]]:
    """Return our smallest median lead over a simple peer, and our median lead over each peer."""
    leads = {name: round(median(one.ours / max(one.peers[name], 1e-9) for one in found), 3) for name in found[0].peers}
    peers = {name: round(median(one.peers[name] / max(one.route, 1e-9) for one in found), 3) for name in found[0].peers}
    return min(lead for name, lead in leads.items() if name != _NOT_SIMPLE), {
        "lead_over": leads,
        "their_median_vs_safe_passage": peers,
    }


_PEERS: dict[str, Callable[[Shed, int], Blocks]] = {
    "shortest_path_tree": shortest_path_tree,
    "nearest_posts": nearest_posts,
    "tree_by_post": tree_by_post,
}
_NOT_SIMPLE = "tree_by_post"
"""Listed with the simple peers: it uses the planner's own lengths and post rule, and lacks only its search."""


def _every(rows: Sequence[Any], count: int) -> list[Any]:
    """Return about *count* of the rows, evenly spaced."""
    step = max(1, len(rows) // count)
    return list(rows[::step])[:count]


def _percentile(values: Sequence[float], percent: int) -> float:
    return float(np.percentile(np.array(values), percent))


def _time_of(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
