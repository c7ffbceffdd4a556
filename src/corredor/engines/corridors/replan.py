"""Replan for a hazard: hold, divert, or go to the nearest safe place. The result is a proposal; a person decides.

Two options are compared: the best alternate prepared in advance that is still open, and a new search from the
untouched part of the plan, so that few posts move and children know their way.
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
from .search import grow, improve, no_deadline
from .shed import EPSILON, Reach, Shed, count_held, cut_reach, cut_shed, cut_unhazarded, find_closed_directions
from .stand import START_TRIALS, keep_open_part
from .tree import Tree, Walk

ADULT_METRES_A_MINUTE = 80.0
LEAST_LEFT = 0.25
"""Least share of the plan's value worth diverting for; below it children are held."""
SAME_VALUE = 1e-3
"""Child-metres by which two plans may differ and count as equal in value."""
SAME_WALK_M = 1.0


def replan(
    plan: Plan, problem: Problem, *, walking: bool = False, is_late: Callable[[], bool] = no_deadline
) -> Proposal:
    """Return what to do about the hazards of *problem*, which otherwise equals the one that *plan* was made for.

    *walking* means that children are already on their way: if no diversion exists, they go to safe places. Of the
    alternate and the new plan the better is taken: by value, then by the least walking of the posts; ties go to the
    alternate, which the posts know. Once *is_late*, a good enough alternate is taken without a new search.
    """
    wrong = check(problem)
    if wrong is not None and wrong.reason is not Reason.GATE_IN_HAZARD:
        return Proposal(ProposalKind.HOLD, None, (), 0.0, wrong.reason)
    reach, quiet = cut_reach(problem), cut_unhazarded(problem)
    in_area = _in_area(plan.posts, problem)
    if wrong is None and not in_area and _all_open(plan, reach):
        return _unchanged(plan, count_held(problem, reach, quiet), find_closed_directions(problem, reach, quiet))
    shed = cut_shed(problem, reach, quiet)
    winds = shed.winds
    if wrong is not None or shed.size == 1:
        reason = Reason.NO_WAY_OUT if wrong is None else wrong.reason
        return _stop(plan, problem, shed, reason, winds, walking=walking)
    walk = Walk.of(shed, problem)
    open_part, lost = keep_open_part(plan, walk)
    alternates_open = _list_ready(plan, walk, problem)
    known = max((tree.value for _, tree in alternates_open), default=0.0)
    is_good_enough = known > LEAST_LEFT * plan.value
    fresh_tree = None if is_good_enough and is_late() else _search_from_open(open_part, problem, is_late)
    if max(known, fresh_tree.value if fresh_tree else 0.0) <= LEAST_LEFT * plan.value:
        return _stop(plan, problem, shed, Reason.TOO_LITTLE_LEFT, winds, walking=walking)
    chosen = _choose(plan, problem, shed, alternates_open, fresh_tree)
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
    """Return the best alternate that the hazards leave open, without any planning; None if there is none.

    For use after `replan` has failed: it only checks which streets are open, and takes the figures of the day on which
    the alternate was prepared. With *walking*, posts that move first take their children to a safe place.
    """
    if check(problem) is not None:
        return None
    reach, quiet = cut_reach(problem), cut_unhazarded(problem)
    in_area, winds = _in_area(plan.posts, problem), find_closed_directions(problem, reach, quiet)
    if not in_area and _all_open(plan, reach):
        return _unchanged(plan, count_held(problem, reach, quiet), winds)
    alternates_open = [
        one for one in plan.alternates if _is_open(one, reach, problem) and one.plan.value > LEAST_LEFT * plan.value
    ]
    if not alternates_open:
        return None
    best = max(alternates_open, key=lambda one: (one.plan.value, -sum(move.walk_m for move in one.moves)))
    answer = replace(best.plan, held=count_held(problem, reach, quiet), directions_closed=winds)
    cut_off = tuple(sorted({move.post for move in best.moves} | in_area))
    minutes = max((move.walk_m for move in best.moves), default=0.0) / ADULT_METRES_A_MINUTE
    refuges = find_refuges(plan, problem, None, cut_off) if walking else ()
    return Proposal(
        ProposalKind.DIVERT, answer, best.moves, minutes, Reason.IN_THE_WAY, winds, refuges, cut_off, best.closed
    )


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A candidate plan with its moves, and their total metres."""

    answer: Plan
    moves: tuple[Move, ...]
    walk_m: float
    prepared: str = ""


def _search_from_open(open_part: Tree, problem: Problem, is_late: Callable[[], bool]) -> Tree:
    """Return a new tree searched from the open part. Once *is_late* it is grown but not improved."""
    if not len(open_part.walk.home):
        return open_part
    return improve(grow(open_part, problem.posts), problem.posts, trials=START_TRIALS, is_late=is_late)


def _list_ready(plan: Plan, walk: Walk, problem: Problem) -> list[tuple[Alternate, Tree]]:
    """Return the untouched alternates, each with its tree on today's streets."""
    found = []
    for one in plan.alternates:
        tree, lost = keep_open_part(one.plan, walk)
        blocks = sum(len(corridor.nodes) - 1 for corridor in one.plan.corridors)
        if not lost and len(tree.nodes) == blocks + 1 and tree.posts <= problem.posts:
            found.append((one, tree))
    return found


def _choose(
    plan: Plan, problem: Problem, shed: Shed, alternates_open: Sequence[tuple[Alternate, Tree]], fresh: Tree | None
) -> _Chosen:
    """Return the better candidate: the most value, then the least walking, then alternates first."""
    trees = [tree for _, tree in alternates_open] + ([fresh] if fresh is not None else [])
    best = max(tree.value for tree in trees)
    found = [
        _as_prepared(plan, one, problem, shed, tree) for one, tree in alternates_open if tree.value >= best - SAME_VALUE
    ]
    if fresh is not None and fresh.value >= best - SAME_VALUE:
        answer = describe(problem, shed, fresh)
        moves = match_posts(plan.posts, answer.posts, problem, shed)
        found.append(_Chosen(answer, moves, sum(move.walk_m for move in moves)))
    least = min(one.walk_m for one in found)
    return next(one for one in found if one.walk_m <= least + SAME_WALK_M)  # alternates come first


def _as_prepared(plan: Plan, one: Alternate, problem: Problem, shed: Shed, tree: Tree) -> _Chosen:
    """Return an alternate measured today; posts go where its moves, already announced, send them."""
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
    """Return whether an alternate is untouched, starts at the gate, and needs no more posts than available."""
    if not _all_open(one.plan, reach) or _in_area(one.plan.posts, problem) or len(one.plan.posts) > problem.posts:
        return False
    blocks = [pair for corridor in one.plan.corridors for pair in pairwise(corridor.nodes)]
    begins = {before for before, _ in blocks} - {node for _, node in blocks}
    return begins == {problem.gate}  # a tree has one beginning


def _all_open(plan: Plan, reach: Reach) -> bool:
    """Return whether every block of the plan's corridors can still be walked."""
    ends = zip(reach.node[reach.tail].tolist(), reach.node[reach.head].tolist(), strict=True)
    blocks = {pair for corridor in plan.corridors for pair in pairwise(corridor.nodes)}
    return blocks <= set(ends)


def _unchanged(plan: Plan, held: float, winds: tuple[str, ...]) -> Proposal:
    """Propose no change; if another number of children must be held, the copy says so. Other figures stay."""
    if abs(held - plan.held) <= EPSILON:
        return Proposal(ProposalKind.UNCHANGED, None, (), 0.0, Reason.NOT_TOUCHED, winds)
    children = plan.children + plan.held - held
    answer = replace(plan, held=held, children=children, directions_closed=winds)
    return Proposal(ProposalKind.UNCHANGED, answer, (), 0.0, Reason.HOMES_TOUCHED, winds)


def _stop(
    plan: Plan, problem: Problem, shed: Shed, reason: Reason, winds: tuple[str, ...], *, walking: bool
) -> Proposal:
    """Propose to go no further: hold at school, or the nearest safe place if *walking*."""
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
