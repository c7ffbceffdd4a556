"""Nodes and arcs cut out of a walk network around a gate, in local numbers, with the nodes projected to metres."""

from __future__ import annotations

from dataclasses import dataclass

from .model import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Subgraph:
    """*n* nodes, the gate first, and *m* arcs between them.

    ``node`` (n,) and ``arc`` (m,) are rows of the network. ``tail`` and ``head`` (m,) are local node numbers,
    ``length_m`` (m,) is in metres; ``east`` and ``north`` (n,) are metres from the gate.
    """

    node: Ints
    arc: Ints
    tail: Ints
    head: Ints
    length_m: Floats
    east: Floats
    north: Floats
