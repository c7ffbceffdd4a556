"""When something happens: hold, divert, or go to the nearest safe place. A proposal; a person decides.

What of the corridors is not touched stays as it is, so that few posts move and children know their way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import dijkstra

from .check import check
from .geometry import METRES_A_DEGREE, Ground
from .hazard import touches
from .model import (
    METRES_A_MINUTE,
    Floats,
    Move,
    Plan,
    Post,
    Problem,
    Proposal,
    ProposalKind,
    Reason,
    Refuge,
    SafePlace,
)
from .planner import START_TRIALS, describe, keep
from .search import grow, improve
from .shed import EPSILON, Reach, Shed, count_held, cut_quiet, cut_reach, cut_shed, find_closed_winds
from .tree import Walk

ADULT_METRES_A_MINUTE = 80.0
LEAST_LEFT = 0.25
"""Of what the plan was worth; with less left children are held rather than sent on."""
_ROUNDABOUT = 1.4  # how much longer than the crow flies a walk is where no way is known

GATE_PLACE = "gate"
"""Key of the school itself among safe places."""


def replan(plan: Plan, problem: Problem, *, walking: bool = False) -> Proposal:
    """Return what to do about the hazards of *problem*, which is otherwise the one that *plan* answers.

    *walking* says that children are already on their way: what cannot be diverted then goes to safe places.
    """
    wrong = check(problem)
    if wrong is not None and wrong.reason is not Reason.GATE_IN_HAZARD:
        return Proposal(ProposalKind.HOLD, None, (), 0.0, wrong.reason)
    reach, quiet = cut_reach(problem), cut_quiet(problem)
    in_area = _in_area(plan.posts, problem)
    if wrong is None and not in_area and _all_open(plan, reach):
        return _unchanged(plan, count_held(problem, reach, quiet), find_closed_winds(problem, reach, quiet))
    shed = cut_shed(problem, reach, quiet)
    winds = shed.winds
    if wrong is not None or shed.size == 1:
        reason = Reason.NO_WAY_OUT if wrong is None else wrong.reason
        return _stop(plan, problem, shed, reason, winds, walking=walking)
    walk = Walk.of(shed, problem)
    kept, lost = keep(plan, walk)
    tree = improve(grow(kept, problem.posts), problem.posts, trials=START_TRIALS) if len(walk.home) else kept
    if tree.value <= LEAST_LEFT * plan.value:
        return _stop(plan, problem, shed, Reason.TOO_LITTLE_LEFT, winds, walking=walking)
    answer = describe(problem, shed, tree)
    moves = _match(plan.posts, answer.posts, problem, shed)
    cut_off = tuple(sorted({*lost, *in_area}))
    minutes = max((move.walk_m for move in moves), default=0.0) / ADULT_METRES_A_MINUTE
    refuges = _find_refuges(plan, problem, shed, cut_off) if walking else ()
    return Proposal(ProposalKind.DIVERT, answer, moves, minutes, Reason.IN_THE_WAY, winds, refuges, cut_off)


def _all_open(plan: Plan, reach: Reach) -> bool:
    """Say whether every block of the plan's corridors can still be walked."""
    ends = zip(reach.node[reach.tail].tolist(), reach.node[reach.head].tolist(), strict=True)
    blocks = {pair for corridor in plan.corridors for pair in pairwise(corridor.nodes)}
    return blocks <= set(ends)


def _unchanged(plan: Plan, held: float, winds: tuple[str, ...]) -> Proposal:
    """The corridors stay; if other children have to wait now, the plan says how many. Its other figures stay too."""
    if abs(held - plan.held) <= EPSILON:
        return Proposal(ProposalKind.UNCHANGED, None, (), 0.0, Reason.NOT_TOUCHED, winds)
    children = plan.children + plan.held - held
    answer = replace(plan, held=held, children=children, directions_closed=winds)
    return Proposal(ProposalKind.UNCHANGED, answer, (), 0.0, Reason.HOMES_TOUCHED, winds)


def _stop(
    plan: Plan, problem: Problem, shed: Shed, reason: Reason, winds: tuple[str, ...], *, walking: bool
) -> Proposal:
    """Nobody goes on: at school before the bell, to the nearest safe place on the way."""
    rows = tuple(range(len(plan.posts)))
    cut_off = tuple(sorted(_in_area(plan.posts, problem)))
    refuges = _find_refuges(plan, problem, shed, rows) if walking else ()
    if not refuges:
        return Proposal(ProposalKind.HOLD, None, (), 0.0, reason, winds, (), cut_off)
    minutes = max(refuge.walk_m for refuge in refuges) / METRES_A_MINUTE
    return Proposal(ProposalKind.SAFE_PLACE, None, (), minutes, reason, winds, refuges, cut_off)


def _in_area(posts: Sequence[Post], problem: Problem) -> set[int]:
    lat, lon = np.array([post.lat for post in posts]), np.array([post.lon for post in posts])
    inside = np.zeros(len(posts), bool)
    for hazard in problem.hazards:
        inside |= touches(hazard, lat, lon)
    return set(np.flatnonzero(inside).tolist())


def _match(old: Sequence[Post], new: Sequence[Post], problem: Problem, shed: Shed) -> tuple[Move, ...]:
    """Return who goes where, in all as little walking as can be; who stands right stays."""
    stands = {_spot(post): row for row, post in enumerate(new)}
    stays = {row: stands[_spot(post)] for row, post in enumerate(old) if _spot(post) in stands}
    free = [row for row in range(len(old)) if row not in stays]
    taken = set(stays.values())
    open_rows = [row for row in range(len(new)) if row not in taken]
    walk = _walks([old[row] for row in free], [new[row] for row in open_rows], shed)
    pairs = dict(zip(*(part.tolist() for part in linear_sum_assignment(walk)), strict=True)) if walk.size else {}
    gate = (
        replace(
            old[0],
            node=problem.gate,
            lat=float(problem.network.lat[problem.gate]),
            lon=float(problem.network.lon[problem.gate]),
        )
        if old
        else None
    )
    moves = []
    for number, row in enumerate(free):
        if number in pairs:
            moves.append(Move(row, open_rows[pairs[number]], float(walk[number, pairs[number]])))
        elif gate is not None:
            moves.append(Move(row, None, float(_walks([old[row]], [gate], shed)[0, 0])))
    return tuple(moves)


def _spot(post: Post) -> tuple[int, int, float]:
    return (post.node, -1, 0.0) if post.along is None else (post.node, post.along[0], round(post.along[2], 1))


def _walks(old: Sequence[Post], new: Sequence[Post], shed: Shed) -> Floats:
    """Return metres to walk between posts (old x new): along open streets, or roughly where none is left."""
    lat = np.radians(np.array([post.lat for post in (*old, *new)]))
    lon = np.radians(np.array([post.lon for post in (*old, *new)]))
    n, metre = len(old), np.degrees(1.0) * METRES_A_DEGREE
    east = (lon[:n, None] - lon[None, n:]) * np.cos(lat[:1]) if n else np.zeros((0, len(new)))
    straight: Floats = np.hypot(east, lat[:n, None] - lat[None, n:]) * metre * _ROUNDABOUT
    local = {node: number for number, node in enumerate(shed.node.tolist())}
    rows = np.array([local.get(post.node, -1) for post in old], np.int64)
    columns = np.array([local.get(post.node, -1) for post in new], np.int64)
    if not len(rows) or not len(columns):
        return straight
    way = shed.way[rows[:, None], columns[None, :]]
    known = (rows >= 0)[:, None] & (columns >= 0)[None, :] & np.isfinite(way) & (way > 0)
    walk: Floats = np.where(known, way, straight)
    return walk


def _find_refuges(plan: Plan, problem: Problem, shed: Shed, rows: tuple[int, ...]) -> tuple[Refuge, ...]:
    """Return for each post row the nearest safe place that open ways lead to; the school counts as one.

    Who stands where no way is open, inside the area above all, gets the nearest as the crow flies, without a way.
    """
    places = _open_places(problem)
    if not places or not rows:
        return ()
    local = {node: number for number, node in enumerate(shed.node.tolist())}
    reached = [place for place in places if place.node in local]
    ends = [local[place.node] for place in reached]
    starts = {row: local[plan.posts[row].node] for row in rows if plan.posts[row].node in local}
    found = {}
    if ends and starts:
        graph = shed.graph(shed.length_m)
        far, before = dijkstra(graph, indices=list(starts.values()), return_predecessors=True)
        for number, row in enumerate(starts):
            best = int(far[number, ends].argmin())
            if np.isfinite(far[number, ends[best]]):
                way = _trace(before[number], ends[best], shed)
                found[row] = Refuge(row, reached[best], way, float(far[number, ends[best]]))
    for row in rows:
        if row not in found:
            found[row] = _nearest_refuge(row, plan.posts[row], places, problem)
    return tuple(found[row] for row in rows)


def _open_places(problem: Problem) -> list[SafePlace]:
    """Return the safe places, the school last, that lie outside every area and its belt."""
    places = [*problem.safe_places, SafePlace(GATE_PLACE, problem.gate)]
    nodes = [place.node for place in places]
    lat, lon = np.asarray(problem.network.lat)[nodes], np.asarray(problem.network.lon)[nodes]
    shut = np.zeros(len(places), bool)
    for hazard in problem.hazards:
        shut |= touches(hazard, lat, lon, with_belt=True)
    return [place for place, closed in zip(places, shut.tolist(), strict=True) if not closed]


def _nearest_refuge(row: int, post: Post, places: Sequence[SafePlace], problem: Problem) -> Refuge:
    nodes = [place.node for place in places]
    east, north = Ground(post.lat, post.lon).place(
        np.asarray(problem.network.lat)[nodes], np.asarray(problem.network.lon)[nodes]
    )
    far = np.hypot(east, north) * _ROUNDABOUT
    best = int(far.argmin())
    return Refuge(row, places[best], (), float(far[best]))


def _trace(before: np.ndarray, end: int, shed: Shed) -> tuple[int, ...]:
    path = [end]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return tuple(int(shed.node[node]) for node in reversed(path))
