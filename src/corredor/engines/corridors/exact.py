"""Optimality proof: solve the whole problem as a mixed-integer program with HiGHS.

For small problems: seconds to minutes. Children leave where it suits the plan, as far as they could pay for it, so
the optimum is at least the true one, and a plan's share of it is never overstated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, hstack, vstack

from .bound import Dual, DualSolution, make_dual, minimise_bound
from .model import Floats, Ints
from .tree import Walk

PROOF = 1e-4
"""Relative gap between the best tree and the bound at which HiGHS may stop."""


@dataclass(frozen=True, slots=True)
class Proof:
    """``optimum`` is the value of the best tree found, ``bound`` an upper bound on any; proven when they meet.

    ``tree`` are that tree's arcs as pairs of shed nodes, outward; empty if the given plan was not beaten.
    """

    optimum: float
    bound: float
    proven: bool
    tree: tuple[tuple[int, int], ...] = ()


def solve(walk: Walk, budget: int, value: float, seconds: float = 60.0, rounds: int = 300) -> Proof:
    """Return the optimum over all trees; *value* is that of a known plan, which prunes everything worse."""
    dual = make_dual(walk, budget)
    relaxed = minimise_bound(dual, value, rounds)
    if relaxed.bound <= value * (1 + PROOF):
        return Proof(value, max(value, relaxed.bound), True)
    model = _Model.of(dual, relaxed, value)
    found = milp(
        -model.worth,
        constraints=[LinearConstraint(model.rows, -np.inf, model.limits), LinearConstraint(model.carry, 0.0, 0.0)],
        integrality=model.whole,
        bounds=Bounds(0.0, model.most),
        options={"time_limit": seconds, "mip_rel_gap": PROOF},
    )
    bound = relaxed.bound
    if found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
        bound = min(bound, max(value, -float(found.mip_dual_bound)))
    proven = found.status in (0, 2)  # 2: nothing beats the given plan
    if found.x is None or -found.fun <= value:
        return Proof(value, value if proven else bound, proven)
    arcs = model.arcs[np.flatnonzero(found.x[: len(model.arcs)] > 0.5)]
    tree = zip(dual.node[dual.tail[arcs]].tolist(), dual.node[dual.head[arcs]].tolist(), strict=True)
    return Proof(-float(found.fun), max(bound, -float(found.fun)), proven, tuple(tree))


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """Columns: arcs (integer), leavings (home after arc), then how many nodes' flow units each arc carries."""

    arcs: Ints
    worth: Floats
    rows: csr_matrix
    limits: Floats
    carry: csr_matrix
    whole: Ints
    most: Floats

    @classmethod
    def of(cls, dual: Dual, relaxed: DualSolution, value: float) -> _Model:
        """Build the program without the columns that the dual prices prove worse than *value*."""
        spare = relaxed.bound - value + 1e-3
        arcs = np.flatnonzero(relaxed.rent <= spare)
        keep = np.isfinite(dual.worth[arcs]) & (relaxed.best - relaxed.surplus[arcs] <= spare)
        at, home = np.nonzero(keep)
        tail, head = dual.tail[arcs], dual.head[arcs]
        blocks = _rows(dual, arcs, tail, head, at, home)
        rows = vstack([block for block, _ in blocks]).tocsr()
        limits = np.concatenate([np.full(block.shape[0], limit) for block, limit in blocks])
        size, leavings = len(arcs), len(at)
        flow_room = hstack(
            [
                csr_matrix(
                    (np.full(size, -float(dual.budget)), (np.arange(size), np.arange(size))), shape=(size, size)
                ),
                csr_matrix((size, leavings)),
                csr_matrix((np.ones(size), (np.arange(size), np.arange(size))), shape=(size, size)),
            ]
        )
        rows = vstack([hstack([rows, csr_matrix((rows.shape[0], size))]), flow_room]).tocsr()
        worth = np.concatenate((np.zeros(size), dual.worth[arcs[at], home], np.zeros(size)))
        most = np.concatenate((np.ones(size + leavings), np.full(size, float(dual.budget))))
        whole = np.concatenate((np.ones(size), np.zeros(leavings + size))).astype(np.int64)
        return cls(
            arcs, worth, rows, np.concatenate((limits, np.zeros(size))), _flow_rows(tail, head, leavings), whole, most
        )


def _rows(dual: Dual, arcs: Ints, tail: Ints, head: Ints, at: Ints, home: Ints) -> list[tuple[csr_matrix, float]]:
    """Return inequality rows over (arcs, leavings): post budget, one arc into a node, one leaving a home, order."""
    size, leavings = len(arcs), len(at)
    heads, row_of = np.unique(head, return_inverse=True)
    enters = csr_matrix((np.ones(size), (row_of, np.arange(size))), shape=(len(heads), size))
    homes, home_row = np.unique(home, return_inverse=True)
    one = csr_matrix((np.ones(leavings), (home_row, np.arange(leavings))), shape=(len(homes), leavings))
    posts = csr_matrix(dual.posts[arcs][None, :])
    each = np.arange(leavings)
    walked = csr_matrix((np.full(leavings, -1.0), (each, at)), shape=(leavings, size))
    leaves = hstack([walked, csr_matrix((np.ones(leavings), (each, each)), shape=(leavings, leavings))])
    return [
        (hstack([posts, csr_matrix((1, leavings))]), float(dual.budget)),
        (hstack([enters, csr_matrix((len(heads), leavings))]), 1.0),
        (hstack([csr_matrix((len(homes), size)), one]), 1.0),
        (leaves, 0.0),
        (hstack([_connection_rows(enters, heads, tail, head), csr_matrix((int((tail != 0).sum()), leavings))]), 0.0),
    ]


def _connection_rows(enters: csr_matrix, heads: Ints, tail: Ints, head: Ints) -> csr_matrix:
    """Rows: an arc may be used only if another one, not its own reverse, enters its tail."""
    inner = np.flatnonzero(tail != 0)
    number = {pair: row for row, pair in enumerate(zip(tail.tolist(), head.tolist(), strict=True))}
    place = {node: row for row, node in enumerate(heads.tolist())}
    dense = np.zeros((len(inner), len(tail)))
    for row, arc in enumerate(inner.tolist()):
        if tail[arc] in place:
            dense[row] = -enters[place[int(tail[arc])]].toarray()[0]
        back = number.get((int(head[arc]), int(tail[arc])))
        if back is not None:
            dense[row, back] = 0.0
        dense[row, arc] += 1.0
    return csr_matrix(dense)


def _flow_rows(tail: Ints, head: Ints, leavings: int) -> csr_matrix:
    """Flow rows: every node entered consumes one unit sent from the gate, so that the tree is connected."""
    heads, row_of = np.unique(head, return_inverse=True)
    size = len(tail)
    place = np.full(int(max(tail.max(initial=0), head.max(initial=0))) + 1, -1, np.int64)
    place[heads] = np.arange(len(heads))
    leads = csr_matrix((np.full(size, -1.0), (row_of, np.arange(size))), shape=(len(heads), size))
    inward = csr_matrix((np.ones(size), (row_of, np.arange(size))), shape=(len(heads), size))
    from_inner = np.flatnonzero(place[tail] >= 0)
    outward = csr_matrix((np.ones(len(from_inner)), (place[tail[from_inner]], from_inner)), shape=(len(heads), size))
    return hstack([leads, csr_matrix((len(heads), leavings)), inward - outward]).tocsr()
