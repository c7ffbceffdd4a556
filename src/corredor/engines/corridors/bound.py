"""What no plan can pass: the guarded streets are sold to the children, and no tree earns more than the sale.

Every home is offered every arc at a price of its own; it buys the way to the crossing that leaves it most metres
spared after paying. The planner takes the arcs that bring most for the posts there are. Whatever the prices, the
homes' surplus and the planner's takings together are at least the worth of any tree; `lower` looks for prices that
bring the sum down (a Lagrangian dual, by subgradients with a memory). Children are taken to leave where it suits the
plan, as long as it could pay them: that can only raise the bound. docs/how-it-decides/corridors.md has the proof.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import dijkstra

from .model import Bools, Floats, Ints
from .shed import EPSILON
from .tree import Walk

ROUNDS = 150
_LEAST = 1e-3  # no price is quite nothing, so that no way goes round in circles
_MEMORY = 0.7
_PATIENCE = 8
_SHRINK = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """The arcs that enough posts could reach, and what leaving at the end of each is worth to each home.

    Nodes and arcs are numbered anew: ``node`` and ``arc`` are their rows in the shed, node 0 the gate, arcs in the
    order of how far out they begin. ``worth`` (arcs x homes) is child-metres spared, -inf where nobody would leave;
    ``barred`` (arcs x homes) is inf where nobody of that home would walk, else 0.
    ``levels`` are runs of arcs (from, to, heads, where each head's arcs begin).
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
class Sale:
    """What one set of prices (arcs x homes) comes to. ``bound`` is the sum; ``bought`` and ``taken`` say by whom.

    ``surplus`` (arcs x homes) is what leaving after an arc leaves a home, ``best`` the most or 0; ``rent`` (arcs) is
    how much less than the dearest post in use each arc would earn.
    """

    prices: Floats
    bound: float
    bought: Bools
    taken: Floats
    surplus: Floats
    best: Floats
    rent: Floats


def open_market(walk: Walk, budget: int) -> Market:
    """Return the market of a shed for so many posts."""
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
    worth, barred = _will(walk, node, arc, tail, head)
    posts = shed.posts[arc].astype(np.float64)
    return Market(node, arc, tail, head, posts, worth, barred, _levels(level[tail], head), budget)


def _will(walk: Walk, node: Ints, arc: Ints, tail: Ints, head: Ints) -> tuple[Floats, Floats]:
    """Return what leaving after each arc is worth to each home, and which arcs its children would never walk.

    A child who walks an arc and leaves at its end, or somewhere beyond, would not have been better off by leaving
    before it, nor by taking the shortest way from the gate; both hold for the shortest way it could have come.
    """
    shed, cost = walk.shed, walk.cover_cost
    away, between = walk.away[node], shed.way[np.ix_(node, node)]
    onward = np.full(away.shape, np.inf)  # the cheapest way home from each node, guarded as far as one likes
    for further in range(len(node)):
        np.minimum(onward, cost * between[:, further, None] + away[further], out=onward)
    felt, depth = shed.felt[arc][:, None], shed.home[node][tail][:, None]
    paid, length = cost * (depth + felt), depth + felt + away[head]
    walked = (cost * felt + onward[head] <= away[tail] + EPSILON) & (paid + onward[head] <= walk.home + EPSILON)
    walked &= length <= walk.limit
    left = walked & (cost * felt + away[head] <= away[tail] + EPSILON) & (paid + away[head] <= walk.home + EPSILON)
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


def sell(market: Market, prices: Floats) -> Sale:
    """Let every home buy its best way at these prices, and the planner take the arcs that earn most."""
    asked = prices + market.barred
    paid = _cheapest(market, asked)
    surplus = market.worth - paid[market.tail] - asked
    leave = surplus.argmax(0)
    best = surplus[leave, np.arange(len(leave))]
    leave, best = np.where(best > 0, leave, -1), np.maximum(best, 0.0)
    takings = prices.sum(1)
    earned, taken, dearest = _take(market, takings)
    bought = _trace(market, asked, paid, leave)
    rent = np.maximum(0.0, dearest * market.posts - takings)
    return Sale(prices, earned + float(best.sum()), bought, taken, surplus, best, rent)


def _cheapest(market: Market, prices: Floats) -> Floats:
    """Return the cheapest price of a way from the gate (nodes x homes)."""
    paid = np.full((len(market.node), prices.shape[1]), np.inf)
    paid[0] = 0.0
    changed = True
    while changed:
        changed = False
        for begin, end, heads, begins in market.levels:
            offer = np.minimum.reduceat(paid[market.tail[begin:end]] + prices[begin:end], begins, axis=0)
            if (offer < paid[heads] - 1e-9).any():
                paid[heads] = np.minimum(paid[heads], offer)
                changed = True
    return paid


def _take(market: Market, takings: Floats) -> tuple[float, Floats, float]:
    """Return the most that arcs for the posts there are can earn (parts of arcs allowed), which, and a post's worth."""
    taken = np.zeros(len(takings))
    each = takings / market.posts
    order = np.argsort(-each, kind="stable")
    before = np.cumsum(market.posts[order]) - market.posts[order]
    taken[order] = np.clip((market.budget - before) / market.posts[order], 0.0, 1.0)
    partly = np.flatnonzero((taken[order] < 1.0) & (before <= market.budget))
    dearest = float(each[order[partly[0]]]) if len(partly) else 0.0
    return float(takings @ taken), taken, dearest


def _trace(market: Market, prices: Floats, paid: Floats, leave: Ints) -> Bools:
    """Return which arcs each home buys (arcs x homes)."""
    with np.errstate(invalid="ignore"):
        slack = paid[market.tail] + prices - paid[market.head]
    order = np.argsort(market.head, kind="stable")
    heads = market.head[order]
    begins = np.flatnonzero(np.concatenate(([True], np.diff(heads) != 0)))
    before = np.zeros(paid.shape, np.int64)
    for begin, end in zip(begins, [*begins[1:], len(order)], strict=True):
        before[heads[begin]] = order[begin + slack[order[begin:end]].argmin(0)]
    bought = np.zeros(prices.shape, bool)
    homes = np.flatnonzero(leave >= 0)
    arcs = leave[homes]
    while len(homes):
        bought[arcs, homes] = True
        at = market.tail[arcs]
        going = at != 0
        homes = homes[going]
        arcs = before[at[going], homes]
    return bought


def lower(market: Market, value: float, rounds: int = ROUNDS) -> Sale:
    """Return the sale with the lowest bound found; *value* is what some plan is known to be worth."""
    if not len(market.arc):
        nothing = np.zeros((0, market.worth.shape[1]))
        return Sale(nothing, 0.0, nothing.astype(bool), np.zeros(0), nothing, nothing.sum(0), np.zeros(0))
    best = sale = sell(market, np.full((len(market.arc), market.worth.shape[1]), _LEAST))
    scale, stalled, memory = 1.0, 0, np.zeros(sale.prices.shape)
    for _ in range(rounds):
        slope = sale.bought - sale.taken[:, None]
        slope = np.where((sale.prices <= _LEAST) & (slope < 0), 0.0, slope)
        memory = slope + _MEMORY * memory
        square = float((memory * memory).sum())
        if square < EPSILON or sale.bound - value <= EPSILON * max(1.0, value):
            break
        step = scale * (sale.bound - value) / square
        sale = sell(market, np.maximum(_LEAST, sale.prices + step * memory))
        stalled += 1
        if sale.bound < best.bound * (1 - 1e-6):
            best, stalled = sale, 0
        elif stalled >= _PATIENCE:
            sale, scale, stalled = best, scale * _SHRINK, 0
    return best
