"""Upper bound on any plan's value: a Lagrangian dual of the planning problem, minimised by subgradients.

Every home is offered every arc at a price of its own; it buys the way to the node that leaves it most metres spared
after paying. The planner takes the arcs that bring most for the posts available. Whatever the prices, the homes'
surplus plus the planner's takings is at least the value of any tree; `minimise_bound` looks for prices that lower the
sum (subgradient steps with momentum). Children are assumed to leave where it suits the plan, as long as they could
pay for it: that can only raise the bound. docs/how-it-decides/corridors.md has the proof.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import dijkstra

from .model import Bools, Floats, Ints
from .shed import EPSILON
from .tree import Walk

ROUNDS = 150
_LEAST_PRICE = 1e-3  # strictly positive, so that no cheapest way contains a cycle
_MOMENTUM = 0.7
_PATIENCE = 8
_SHRINK = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Dual:
    """The *a* arcs within the post budget, and what leaving at the end of each is worth to each of *h* homes.

    Nodes and arcs are renumbered: ``node`` and ``arc`` (a,) are their rows in the shed, node 0 the gate, arcs ordered
    by the posts needed to reach their tail. ``worth`` (a, h) is felt child-metres spared, -inf where nobody would
    leave; ``barred`` (a, h) is inf where nobody of that home would walk, else 0. ``levels`` are runs of arcs (from, to,
    heads, where each head's arcs begin).
    """

    node: Ints
    arc: Ints
    tail: Ints
    head: Ints
    posts: Floats
    worth: Floats
    barred: Floats
    levels: tuple[tuple[int, int, Ints, Ints], ...]
    budget: int


@dataclass(frozen=True, slots=True, eq=False)
class DualSolution:
    """The solution at one set of ``prices`` (a, h).

    ``bound`` is the dual value; ``bought`` (a, h) are the arcs that homes buy, ``taken`` (a,) the share of each that
    the planner takes. ``surplus`` (a, h) is what leaving after an arc leaves a home, ``best`` (h,) the most or 0;
    ``rent`` (a,) is how much less than the dearest post in use each arc would earn.
    """

    prices: Floats
    bound: float
    bought: Bools
    taken: Floats
    surplus: Floats
    best: Floats
    rent: Floats


def make_dual(walk: Walk, budget: int) -> Dual:
    """Return the dual problem of a shed for *budget* posts."""
    shed = walk.shed
    far = dijkstra(shed.graph(shed.posts.astype(np.float64)), indices=0)
    far = np.where(np.isfinite(far), np.round(far), np.inf)
    arc = np.flatnonzero((far[shed.tail] + shed.posts <= budget) & (shed.head != 0))
    node = np.flatnonzero(far <= budget)
    node = node[np.argsort(far[node], kind="stable")]
    local = np.full(shed.size, -1, np.int64)
    local[node] = np.arange(len(node))
    tail, head, level = local[shed.tail[arc]], local[shed.head[arc]], far[node].astype(np.int64)
    order = np.lexsort((head, level[tail]))
    arc, tail, head = arc[order], tail[order], head[order]
    worth, barred = _price_leavings(walk, node, arc, tail, head)
    posts = shed.posts[arc].astype(np.float64)
    return Dual(node, arc, tail, head, posts, worth, barred, _levels(level[tail], head), budget)


def _price_leavings(walk: Walk, node: Ints, arc: Ints, tail: Ints, head: Ints) -> tuple[Floats, Floats]:
    """Return (a, h) what leaving after each arc is worth to each home, and which arcs its children would never walk.

    A child who walks an arc and leaves at its end, or somewhere beyond, would not have been better off by leaving
    before it, nor by taking the shortest way from the gate; both hold for the shortest way it could have come.
    """
    shed, cost = walk.shed, walk.cover_cost
    cost_home, between = walk.cost_home[node], shed.way[np.ix_(node, node)]
    onward = np.full(cost_home.shape, np.inf)  # the cheapest way home from each node, guarded as far as one likes
    for further in range(len(node)):
        np.minimum(onward, cost * between[:, further, None] + cost_home[further], out=onward)
    felt, depth = shed.felt[arc][:, None], shed.home[node][tail][:, None]
    paid, length = cost * (depth + felt), depth + felt + cost_home[head]
    walked = (cost * felt + onward[head] <= cost_home[tail] + EPSILON) & (paid + onward[head] <= walk.home + EPSILON)
    walked &= length <= walk.limit
    left = (
        walked
        & (cost * felt + cost_home[head] <= cost_home[tail] + EPSILON)
        & (paid + cost_home[head] <= walk.home + EPSILON)
    )
    saved = walk.saved[node][head]
    worth = np.where(left & (saved > EPSILON), walk.children * saved, -np.inf)
    return worth, np.where(walked, 0.0, np.inf)


def _levels(level: Ints, head: Ints) -> tuple[tuple[int, int, Ints, Ints], ...]:
    found = []
    for number in np.unique(level).tolist():
        rows = np.flatnonzero(level == number)
        heads = head[rows]
        begins = np.flatnonzero(np.concatenate(([True], np.diff(heads) != 0)))
        found.append((int(rows[0]), int(rows[-1]) + 1, heads[begins], begins))
    return tuple(found)


def solve_at_prices(dual: Dual, prices: Floats) -> DualSolution:
    """Return the dual solution at *prices* (a, h): every home buys its best way, the planner takes what earns most."""
    asked = prices + dual.barred
    paid = _cheapest(dual, asked)
    surplus = dual.worth - paid[dual.tail] - asked
    leave = surplus.argmax(0)
    best = surplus[leave, np.arange(len(leave))]
    leave, best = np.where(best > 0, leave, -1), np.maximum(best, 0.0)
    takings = prices.sum(1)
    earned, taken, dearest = _take(dual, takings)
    bought = _trace(dual, asked, paid, leave)
    rent = np.maximum(0.0, dearest * dual.posts - takings)
    return DualSolution(prices, earned + float(best.sum()), bought, taken, surplus, best, rent)


def _cheapest(dual: Dual, prices: Floats) -> Floats:
    """Return the cheapest price of a way from the gate, shape (nodes, homes)."""
    paid = np.full((len(dual.node), prices.shape[1]), np.inf)
    paid[0] = 0.0
    changed = True
    while changed:
        changed = False
        for begin, end, heads, begins in dual.levels:
            offer = np.minimum.reduceat(paid[dual.tail[begin:end]] + prices[begin:end], begins, axis=0)
            if (offer < paid[heads] - 1e-9).any():
                paid[heads] = np.minimum(paid[heads], offer)
                changed = True
    return paid


def _take(dual: Dual, takings: Floats) -> tuple[float, Floats, float]:
    """Return the most the arcs can earn within the budget (fractional knapsack), the shares, and a post's price."""
    taken = np.zeros(len(takings))
    each = takings / dual.posts
    order = np.argsort(-each, kind="stable")
    before = np.cumsum(dual.posts[order]) - dual.posts[order]
    taken[order] = np.clip((dual.budget - before) / dual.posts[order], 0.0, 1.0)
    partly = np.flatnonzero((taken[order] < 1.0) & (before <= dual.budget))
    dearest = float(each[order[partly[0]]]) if len(partly) else 0.0
    return float(takings @ taken), taken, dearest


def _trace(dual: Dual, prices: Floats, paid: Floats, leave: Ints) -> Bools:
    """Return which arcs each home buys, shape (a, h)."""
    with np.errstate(invalid="ignore"):
        slack = paid[dual.tail] + prices - paid[dual.head]
    order = np.argsort(dual.head, kind="stable")
    heads = dual.head[order]
    begins = np.flatnonzero(np.concatenate(([True], np.diff(heads) != 0)))
    before = np.zeros(paid.shape, np.int64)
    for begin, end in zip(begins, [*begins[1:], len(order)], strict=True):
        before[heads[begin]] = order[begin + slack[order[begin:end]].argmin(0)]
    bought = np.zeros(prices.shape, bool)
    homes = np.flatnonzero(leave >= 0)
    arcs = leave[homes]
    while len(homes):
        bought[arcs, homes] = True
        at = dual.tail[arcs]
        going = at != 0
        homes = homes[going]
        arcs = before[at[going], homes]
    return bought


def minimise_bound(dual: Dual, value: float, rounds: int = ROUNDS) -> DualSolution:
    """Return the dual solution with the lowest bound found in *rounds*; *value* is a known plan's value."""
    if not len(dual.arc):
        nothing = np.zeros((0, dual.worth.shape[1]))
        return DualSolution(nothing, 0.0, nothing.astype(bool), np.zeros(0), nothing, nothing.sum(0), np.zeros(0))
    best = solution = solve_at_prices(dual, np.full((len(dual.arc), dual.worth.shape[1]), _LEAST_PRICE))
    scale, stalled, momentum = 1.0, 0, np.zeros(solution.prices.shape)
    for _ in range(rounds):
        gradient = solution.bought - solution.taken[:, None]
        gradient = np.where((solution.prices <= _LEAST_PRICE) & (gradient < 0), 0.0, gradient)
        momentum = gradient + _MOMENTUM * momentum
        square = float((momentum * momentum).sum())
        if square < EPSILON or solution.bound - value <= EPSILON * max(1.0, value):
            break
        step = scale * (solution.bound - value) / square
        solution = solve_at_prices(dual, np.maximum(_LEAST_PRICE, solution.prices + step * momentum))
        stalled += 1
        if solution.bound < best.bound * (1 - 1e-6):
            best, stalled = solution, 0
        elif stalled >= _PATIENCE:
            solution, scale, stalled = best, scale * _SHRINK, 0
    return best
