"""When something happens: hold, divert, or go to the nearest safe place. A proposal; a person decides.

Two ways are compared: the best of those prepared in advance that are still open, and one made anew from what is not
touched, so that few posts move and children know their way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from .check import check
from .describe import describe
from .hazard import touches
from .model import METRES_A_MINUTE, Alternate, Move, Plan, Post, Problem, Proposal, ProposalKind, Reason
from .moves import at_gate, match_posts, measure_walks, spot_of
from .refuge import find_refuges
from .search import grow, improve, never
from .shed import EPSILON, Reach, Shed, count_held, cut_quiet, cut_reach, cut_shed, find_closed_winds
from .stand import START_TRIALS, keep
from .tree import Tree, Walk

ADULT_METRES_A_MINUTE = 80.0
LEAST_LEFT = 0.25
"""Of what the plan was worth; with less left children are held rather than sent on."""
SAME_VALUE = 1e-3
"""Child-metres by which two ways may differ and count as worth the same."""
SAME_WALK_M = 1.0


def replan(plan: Plan, problem: Problem, *, walking: bool = False, is_late: Callable[[], bool] = never) -> Proposal:
    """Return what to do about the hazards of *problem*, which is otherwise the one that *plan* answers.

    *walking* says that children are already on their way: what cannot be diverted then goes to safe places. Of the
    prepared way and the one made anew the better is taken: by value, then by the least walking of the posts, and among
    equals the prepared one, which the posts know. Once *is_late*, a prepared way that is worth it answers alone.
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
    ready = _list_ready(plan, walk, problem)
    known = max((tree.value for _, tree in ready), default=0.0)
    is_enough = known > LEAST_LEFT * plan.value
    way = None if is_enough and is_late() else _go_another_way(kept, problem, is_late)
    if max(known, way.value if way else 0.0) <= LEAST_LEFT * plan.value:
        return _stop(plan, problem, shed, Reason.TOO_LITTLE_LEFT, winds, walking=walking)
    chosen = _choose(plan, problem, shed, ready, way)
    cut_off = tuple(sorted({*lost, *in_area}))
    minutes = max((move.walk_m for move in chosen.moves), default=0.0) / ADULT_METRES_A_MINUTE
    refuges = find_refuges(plan, problem, shed, cut_off) if walking else ()
    return Proposal(
        ProposalKind.DIVERT,
        chosen.answer,
        chosen.moves,
        minutes,
        Reason.IN_THE_WAY,
        winds,
        refuges,
        cut_off,
        chosen.prepared,
    )


def fall_back(plan: Plan, problem: Problem, *, walking: bool = False) -> Proposal | None:
    """Return the best prepared way that the hazards leave open, found without any planning; None if there is none.

    For when `replan` has failed: it only looks which streets are open, and takes the figures of the day on which the
    way was prepared. With children on the way everybody who moves first takes those beside them in at a door.
    """
    if check(problem) is not None:
        return None
    reach, quiet = cut_reach(problem), cut_quiet(problem)
    in_area, winds = _in_area(plan.posts, problem), find_closed_winds(problem, reach, quiet)
    if not in_area and _all_open(plan, reach):
        return _unchanged(plan, count_held(problem, reach, quiet), winds)
    ready = [
        one for one in plan.alternates if _is_open(one, reach, problem) and one.plan.value > LEAST_LEFT * plan.value
    ]
    if not ready:
        return None
    best = max(ready, key=lambda one: (one.plan.value, -sum(move.walk_m for move in one.moves)))
    answer = replace(best.plan, held=count_held(problem, reach, quiet), directions_closed=winds)
    cut_off = tuple(sorted({move.post for move in best.moves} | in_area))
    minutes = max((move.walk_m for move in best.moves), default=0.0) / ADULT_METRES_A_MINUTE
    refuges = find_refuges(plan, problem, None, cut_off) if walking else ()
    return Proposal(
        ProposalKind.DIVERT, answer, best.moves, minutes, Reason.IN_THE_WAY, winds, refuges, cut_off, best.closed
    )


@dataclass(frozen=True, slots=True)
class _Chosen:
    """One way with everybody's place on it, and how far they walk in all."""

    answer: Plan
    moves: tuple[Move, ...]
    walk_m: float
    prepared: str = ""


def _go_another_way(kept: Tree, problem: Problem, is_late: Callable[[], bool]) -> Tree:
    """Return the way made anew from what stands. Late, it is grown but not improved."""
    if not len(kept.walk.home):
        return kept
    return improve(grow(kept, problem.posts), problem.posts, trials=START_TRIALS, is_late=is_late)


def _list_ready(plan: Plan, walk: Walk, problem: Problem) -> list[tuple[Alternate, Tree]]:
    """Return the prepared ways of which nothing is touched, each as a tree on today's streets."""
    found = []
    for one in plan.alternates:
        tree, lost = keep(one.plan, walk)
        blocks = sum(len(corridor.nodes) - 1 for corridor in one.plan.corridors)
        if not lost and len(tree.nodes) == blocks + 1 and tree.posts <= problem.posts:
            found.append((one, tree))
    return found


def _choose(
    plan: Plan, problem: Problem, shed: Shed, ready: Sequence[tuple[Alternate, Tree]], anew: Tree | None
) -> _Chosen:
    """Return the better way: the most value, then the least walking, then the one that the posts know."""
    trees = [tree for _, tree in ready] + ([anew] if anew is not None else [])
    best = max(tree.value for tree in trees)
    found = [_as_prepared(plan, one, problem, shed, tree) for one, tree in ready if tree.value >= best - SAME_VALUE]
    if anew is not None and anew.value >= best - SAME_VALUE:
        answer = describe(problem, shed, anew)
        moves = match_posts(plan.posts, answer.posts, problem, shed)
        found.append(_Chosen(answer, moves, sum(move.walk_m for move in moves)))
    least = min(one.walk_m for one in found)
    return next(one for one in found if one.walk_m <= least + SAME_WALK_M)  # prepared ones stand first


def _as_prepared(plan: Plan, one: Alternate, problem: Problem, shed: Shed, tree: Tree) -> _Chosen:
    """Return a prepared way with today's figures; everybody goes where they have been told they would."""
    answer = describe(problem, shed, tree)
    row_of = {spot_of(post): row for row, post in enumerate(answer.posts)}
    to = {move.post: move.to for move in one.moves}
    walks = measure_walks(plan.posts, [*answer.posts, at_gate(answer.posts[0], problem)], shed)
    moves = []
    for post, row in to.items():
        goes = None if row is None else row_of[spot_of(one.plan.posts[row])]
        moves.append(Move(post, goes, float(walks[post, len(answer.posts) if goes is None else goes])))
    return _Chosen(answer, tuple(moves), sum(move.walk_m for move in moves), one.closed)


def _is_open(one: Alternate, reach: Reach, problem: Problem) -> bool:
    """Say whether nothing of a prepared way is touched, it still begins at the gate, and people enough are there."""
    if not _all_open(one.plan, reach) or _in_area(one.plan.posts, problem) or len(one.plan.posts) > problem.posts:
        return False
    blocks = [pair for corridor in one.plan.corridors for pair in pairwise(corridor.nodes)]
    begins = {before for before, _ in blocks} - {node for _, node in blocks}
    return begins == {problem.gate}  # a tree has one beginning


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
    refuges = find_refuges(plan, problem, shed, rows) if walking else ()
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
