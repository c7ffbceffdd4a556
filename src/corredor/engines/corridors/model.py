"""Inputs and outputs of the corridor planner: frozen dataclasses, in metres and WGS 84 degrees.

The model in formulas, with units: docs/how-it-decides/corridors.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BUSY, RAIL, EXPRESSWAY, WATER, STEPS = 1, 2, 4, 8, 64
"""Bits of ``WalkNetwork.flags``, as city packs write them (citypack's EdgeFlag)."""

LONGEST_WALK_M = 1600.0
"""One mile: children who live further away are driven."""

METRES_A_MINUTE = 60.0
"""Speed of a group of children on foot, about 1 m/s."""

GATE = -1
"""In ``Post.sees``: the school's gate, where the lead stands."""


@dataclass(frozen=True, slots=True)
class WalkNetwork:
    """A walking network as a CSR graph of *n* nodes and *m* arcs; every street appears in both directions.

    Arcs leaving node u are ``indptr[u]:indptr[u + 1]``, shape (n + 1,); ``indices`` (m,) are their heads, ``length_m``
    (m,) their lengths, ``flags`` (m,) the bits above. ``lat`` and ``lon`` (n,) are in degrees.
    """

    lat: NDArray[np.floating]
    lon: NDArray[np.floating]
    indptr: NDArray[np.integer]
    indices: NDArray[np.integer]
    length_m: NDArray[np.floating]
    flags: NDArray[np.integer]

    @property
    def node_count(self) -> int:
        """Return the number of nodes."""
        return len(self.lat)


@dataclass(frozen=True, slots=True)
class Hazard:
    """An area to avoid: a circle, and downwind of it a wedge if *wind_to_deg* is known.

    ``wind_to_deg`` is the compass direction the wind blows towards (0 north, 90 east). The wedge reaches
    ``wedge_m`` from the centre and opens ``wedge_deg`` to both sides. Within a buffer of ``buffer_m`` around either, no
    way leads nearer to the centre, and children who live there are held at school. A gate inside the buffer is closed.
    """

    lat: float
    lon: float
    radius_m: float
    wind_to_deg: float | None = None
    wedge_m: float = 500.0
    wedge_deg: float = 30.0
    buffer_m: float = 100.0


@dataclass(frozen=True, slots=True)
class Ring:
    """A drawn area to avoid: a ring of at least three (lat, lon) points in degrees."""

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class SafePlace:
    """A place open to children: a library, a fire station, a shop that agreed. ``node`` is its nearest crossing."""

    key: str
    node: int


@dataclass(frozen=True, slots=True)
class Costs:
    """Felt metres per metre by street type; 1 is a quiet street. Chosen, not measured."""

    busy: float = 1.1
    rail: float = 1.25
    expressway: float = 1.25
    steps: float = 1.1
    unlit: float = 1.25
    safe_place: float = 0.95


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """The number of children of one age, and how many of them one adult walks with."""

    children: float
    per_adult: float


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """The planning problem of one school.

    ``gate`` is a node, ``weights`` (n,) the number of children who live nearest to each node (no addresses, no names),
    ``posts`` how many adults can stand along the corridors besides the lead at the gate.
    Two neighbouring posts are at most ``spacing_m`` apart, corner to corner; ``corner_m`` is how far a corner lies
    from the middle of its crossing, which is where the network measures. A guarded metre costs ``cover_cost`` of an
    unguarded one; no way is longer than ``longest_detour`` times the shortest.
    ``closed`` (n,) and ``closed_arcs`` (m,) mask what may not be used, ``unlit`` (m,) masks dark arcs; all may be None.
    """

    network: WalkNetwork
    gate: int
    weights: NDArray[np.floating]
    posts: int
    spacing_m: float = 100.0
    corner_m: float = 5.0
    cover_cost: float = 0.75
    longest_detour: float = 1.25
    longest_walk_m: float = LONGEST_WALK_M
    closed: Bools | None = None
    closed_arcs: Bools | None = None
    unlit: Bools | None = None
    hazards: tuple[Hazard | Ring, ...] = ()
    safe_places: tuple[SafePlace, ...] = ()
    costs: Costs = field(default_factory=Costs)
    ages: tuple[AgeGroup, ...] = ()
    with_alternates: bool = False


class PostKind(StrEnum):
    """Why an adult stands there."""

    CROSSING = "crossing"  # at a crossing of the corridor
    BUSY_CROSSING = "busy_crossing"  # at a crossing with a busy street
    BLOCK = "block"  # between two crossings that are too far apart to see each other
    END = "end"  # where a corridor ends


@dataclass(frozen=True, slots=True)
class Post:
    """Where one adult stands. ``node`` is the crossing, for a BLOCK post the one on the far side from the gate.

    ``sees`` are rows of ``Plan.posts`` (or GATE): the neighbours in sight along the corridors.
    ``along`` is None, or for a BLOCK post (near node, far node, metres from the near one).
    """

    node: int
    lat: float
    lon: float
    sees: tuple[int, ...]
    kind: PostKind
    along: tuple[int, int, float] | None = None


@dataclass(frozen=True, slots=True)
class Corridor:
    """One line of the tree, from the gate or from where it leaves another corridor, to its end.

    ``children`` is how many walk at least its first block.
    """

    nodes: tuple[int, ...]
    length_m: float
    children: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Where more people would help: an extension to ``node``, the posts it needs, and the child-metres it guards."""

    node: int
    posts: int
    child_m: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Corridors and posts, with what they achieve for the children.

    ``value`` is the objective: child-metres guarded, less those by which ways grew longer, in felt metres.
    ``upper_bound`` is an upper bound on the value of any plan, ``gap`` is 1 - value / upper_bound.
    ``covered_child_m`` and ``total_child_m`` are real metres walked guarded, and walked at all; ``share_covered`` their
    ratio. ``held`` children wait at school: their home lies in a hazard or its buffer, or every way there is closed.
    ``minutes`` is the walk along the longest corridor.
    """

    corridors: tuple[Corridor, ...]
    posts: tuple[Post, ...]
    covered_child_m: float
    total_child_m: float
    children: float
    share_covered: float
    minutes: float
    gaps: tuple[Gap, ...]
    adults_needed: int
    safe_places: tuple[SafePlace, ...]
    upper_bound: float
    gap: float
    alternates: tuple[Alternate, ...]
    value: float = 0.0
    added_child_m: float = 0.0
    held: float = 0.0
    directions_closed: tuple[str, ...] = ()

    @property
    def nodes(self) -> frozenset[int]:
        """Return every crossing on a corridor, the gate included."""
        return frozenset(node for corridor in self.corridors for node in corridor.nodes)


class Reason(StrEnum):
    """Why there is no plan, or why a plan is replaced or held."""

    OFF_NETWORK = "off_network"
    GATE_IN_HAZARD = "gate_in_hazard"
    NO_POSTS = "no_posts"
    NOBODY_TO_WALK = "nobody_to_walk"
    NO_WAY_OUT = "no_way_out"
    TOO_FEW_POSTS = "too_few_posts"
    CONTRADICTION = "contradiction"
    NOT_TOUCHED = "not_touched"
    HOMES_TOUCHED = "homes_touched"
    IN_THE_WAY = "in_the_way"
    TOO_LITTLE_LEFT = "too_little_left"


@dataclass(frozen=True, slots=True)
class NoPlan:
    """No plan exists. ``detail`` names the invalid field, in English, for logs.

    ``directions`` are the compass directions ("N", "NE", ...) in which no way leads out of the gate.
    """

    reason: Reason
    detail: str = ""
    directions: tuple[str, ...] = ()


class ProposalKind(StrEnum):
    """What is proposed when a hazard appears; a person decides."""

    HOLD = "hold"
    DIVERT = "divert"
    SAFE_PLACE = "safe_place"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Move:
    """The move of one post: rows in the old and the new plan, metres to walk; ``to`` None returns it to the gate."""

    post: int
    to: int | None
    walk_m: float


@dataclass(frozen=True, slots=True)
class Alternate:
    """A contingency plan for the closure of one side of the school, computed in advance so that posts know it.

    ``closed`` is the side, "N", "E", "S" or "W"; ``moves`` are rows in the original plan and in ``plan``. Posts not
    listed stay.
    """

    closed: str
    plan: Plan
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Refuge:
    """The nearest safe place for the children at post row ``post``, and the way there.

    ``nodes`` is empty where no way is open, above all inside the area (leave it by the shortest way, away from the
    centre); ``walk_m`` is then an estimate.
    """

    post: int
    place: SafePlace
    nodes: tuple[int, ...]
    walk_m: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to do about a hazard near a running plan. ``minutes`` is how long the posts, or the children, walk.

    ``directions`` are those closed by the hazard. ``cut_off`` are rows of posts beyond or inside it. ``prepared`` is
    the closed side of the alternate used, empty for a newly searched plan.
    """

    kind: ProposalKind
    plan: Plan | None
    moved_posts: tuple[Move, ...]
    minutes: float
    reason: Reason
    directions: tuple[str, ...] = ()
    refuges: tuple[Refuge, ...] = ()
    cut_off: tuple[int, ...] = ()
    prepared: str = ""
