"""Gazetteer: a city's streets, crossings, areas and places, as plain columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corredor.engines.geo.polygon import Polygons
from corredor.kit.languages import Names

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StreetTable:
    """One row per official full street name.

    ``direction`` "W", ``name`` "PERSHING", ``kind`` "RD", ``suffix`` "" and ``title`` "Pershing Rd" stand for
    W PERSHING RD. ``aliases`` are other whole names of that very row ("39TH", "39TH ST").
    ``low``/``high`` are its house numbers, 0 if unknown.
    """

    direction: Sequence[str]
    name: Sequence[str]
    kind: Sequence[str]
    suffix: Sequence[str]
    title: Sequence[str]
    aliases: Sequence[Sequence[str]]
    low: Ints
    high: Ints


@dataclass(frozen=True, slots=True)
class CrossingTable:
    """One row per place where street rows ``a`` and ``b`` meet; a pair may have several. Degrees.

    ``number_a`` is the house number of the corner along street a, 0 if unknown.
    """

    a: Ints
    b: Ints
    lat: Floats
    lon: Floats
    number_a: Ints
    number_b: Ints


@dataclass(frozen=True, slots=True)
class AreaTable:
    """Named polygons. ``lat``/``lon`` (degrees) represent the area when only its name is given.

    ``rank`` orders overlapping areas: the lowest is the one to name, the highest the official one. ``code`` is the
    area's code in the rest of the program.
    """

    code: Sequence[str]
    name: Sequence[str]
    names: Sequence[Names]
    aliases: Sequence[Sequence[str]]
    rank: Sequence[int]
    lat: Floats
    lon: Floats
    rings: Sequence[Polygons]


@dataclass(frozen=True, slots=True)
class PlaceTable:
    """Named points. ``kind`` is a lower-case word such as "school", "park" or "site"; ``id`` is stable."""

    id: Sequence[str]
    kind: Sequence[str]
    name: Sequence[str]
    aliases: Sequence[Sequence[str]]
    lat: Floats
    lon: Floats


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """One city. ``outline`` may be empty; ``towns`` are the neighbours outside it."""

    city: str
    streets: StreetTable
    crossings: CrossingTable
    areas: AreaTable
    places: PlaceTable
    towns: PlaceTable
    outline: Polygons = ()
