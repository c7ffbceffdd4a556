"""A city in memory: frozen columns for streets, crossings, areas, places and the walking network.

Columns of one table have the same length; a row is an index into all of them. Positions are WGS 84 degrees,
lengths metres. Index -1 means "none", house number 0 means "unknown".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntFlag, StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.kit.languages import Names

FORMAT = 1
"""The version of the pack format this program reads and writes; see docs/city-packs.md."""

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


class AreaKind(StrEnum):
    CITY = "city"  # the outline of everything the pack covers
    COMMUNITY_AREA = "community_area"  # the official division; together they cover the city once
    NEIGHBOURHOOD = "neighbourhood"  # in common use; may overlap and leave gaps


class PlaceKind(StrEnum):
    SCHOOL = "school"
    LIBRARY = "library"
    HOSPITAL = "hospital"
    CLINIC = "clinic"
    PARK = "park"
    STATION = "station"
    LANDMARK = "landmark"
    FIRE_STATION = "fire_station"
    TOWN = "town"  # a neighbouring town, outside the pack, so that "that is Cicero" can be answered


class EdgeFlag(IntFlag):
    """Bit flags of a network edge."""

    BUSY = 1  # an arterial
    RAIL = 2  # meets a railway: level crossing, viaduct or bridge
    EXPRESSWAY = 4  # passes over or under an expressway
    WATER = 8  # a bridge over water
    DERIVED = 16  # drawn straight between two crossings; the real line was not in the sources
    PATH = 32  # for walkers only
    STEPS = 64


@dataclass(frozen=True, slots=True)
class Streets:
    """One row per official full street name, sorted by that name.

    ``name`` is in capitals as in the source, without direction and type: for "W PERSHING RD" direction
    "W", name "PERSHING", kind "RD". ``title`` is for reading and has no direction: "Pershing Rd".
    ``aliases`` are other whole names of this street ("39TH", "39TH ST"), in capitals;
    ``honorary`` the former and honorary ones among them. ``low``/``high`` is the address range.
    """

    direction: tuple[str, ...]
    name: tuple[str, ...]
    kind: tuple[str, ...]
    suffix: tuple[str, ...]
    title: tuple[str, ...]
    aliases: tuple[tuple[str, ...], ...]
    honorary: tuple[tuple[str, ...], ...]
    low: Ints
    high: Ints

    def __len__(self) -> int:
        return len(self.name)

    def full_name(self, street: int) -> str:
        """Return the official name of row *street* in capitals: "W PERSHING RD"."""
        parts = (self.direction[street], self.name[street], self.kind[street], self.suffix[street])
        return " ".join(part for part in parts if part)

    def label(self, street: int) -> str:
        """Return the name of row *street* for reading, with its direction: "W Pershing Rd"."""
        return f"{self.direction[street]} {self.title[street]}".strip()


@dataclass(frozen=True, slots=True)
class Crossings:
    """One row per place where two streets meet; sorted by (a, b, lat). ``a < b`` are rows of Streets.

    The same pair can meet more than once. ``number_a`` is the house number of the corner along street a
    (3900 for S Kedzie Ave at W Pershing Rd), 0 if unknown. ``node`` is a row of the Network or -1.
    """

    a: Ints
    b: Ints
    lat: Floats
    lon: Floats
    number_a: Ints
    number_b: Ints
    node: Ints

    def __len__(self) -> int:
        return len(self.a)


@dataclass(frozen=True, slots=True)
class Areas:
    """Polygons with their common names. ``code`` is unique within a kind (community areas: "1" to "77").

    ``rings[i]`` is a tuple of polygons; a polygon is a tuple of rings, the first the shell, the others holes;
    a ring is an array of shape (n, 2) of lon, lat, closed.
    """

    code: tuple[str, ...]
    kind: tuple[AreaKind, ...]
    name: tuple[str, ...]
    names: tuple[Names, ...]  # the same name in each language the pack has it in
    aliases: tuple[tuple[str, ...], ...]
    label_lat: Floats
    label_lon: Floats
    rings: tuple[tuple[tuple[Floats, ...], ...], ...]

    def __len__(self) -> int:
        return len(self.code)

    def shape(self, area: int) -> Any:
        """Return row *area* as a shapely MultiPolygon in lon, lat."""
        from shapely import MultiPolygon, Polygon  # imported here, so that reading a pack does not load GEOS

        return MultiPolygon([Polygon(polygon[0], polygon[1:]) for polygon in self.rings[area]])


@dataclass(frozen=True, slots=True)
class Places:
    """Named points. ``id`` is stable between builds ("school:609791"); ``extra`` depends on the kind.

    A school's extra: ``level`` ("ES" | "HS"), ``grades`` ("PK,K,1-8"), ``opens``/``closes`` ("08:00"),
    ``hours`` (verbatim from the source), ``hours_from`` ("2018-2019"), ``long_name``, ``students``. Unknown
    keys are absent. A library's: ``hours``. A station's: ``lines``, ``system``. A park's: ``acres``.
    """

    id: tuple[str, ...]
    kind: tuple[PlaceKind, ...]
    name: tuple[str, ...]
    aliases: tuple[tuple[str, ...], ...]
    lat: Floats
    lon: Floats
    address: tuple[str, ...]
    extra: tuple[Mapping[str, Any], ...]

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True)
class Network:
    """The walking network as a symmetric CSR graph; every edge appears in both directions.

    Edges leaving node u are ``indptr[u]:indptr[u + 1]``; ``indices`` is where they lead, ``length_m`` how
    long they are, ``street`` a row of Streets or -1, ``flags`` EdgeFlag bits.
    ``shape_ptr``/``shape_lat``/``shape_lon`` hold the points strictly between the two ends, in travel order,
    for edges whose real line is known (an empty slice is a straight edge).
    """

    node_lat: Floats
    node_lon: Floats
    indptr: Ints
    indices: Ints
    length_m: NDArray[np.float32]
    street: Ints
    flags: NDArray[np.uint8]
    shape_ptr: Ints
    shape_lat: Floats
    shape_lon: Floats

    @property
    def node_count(self) -> int:
        """Return the number of nodes."""
        return len(self.node_lat)

    @property
    def edge_count(self) -> int:
        """Return the number of undirected edges."""
        return len(self.indices) // 2

    def line(self, edge: int) -> list[tuple[float, float]]:
        """Return the whole line of directed *edge* as (lat, lon) points, both ends included."""
        start = int(np.searchsorted(self.indptr, edge, side="right")) - 1
        end = int(self.indices[edge])
        inner = slice(int(self.shape_ptr[edge]), int(self.shape_ptr[edge + 1]))
        points = list(zip(self.shape_lat[inner].tolist(), self.shape_lon[inner].tolist(), strict=True))
        first = (float(self.node_lat[start]), float(self.node_lon[start]))
        return [first, *points, (float(self.node_lat[end]), float(self.node_lon[end]))]


@dataclass(frozen=True, slots=True)
class Source:
    """The origin of one raw file, as printed in SOURCES.md."""

    file: str
    title: str
    origin: str
    licence: str
    as_of: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Metadata of a pack. ``bbox`` is west, south, east, north; ``files`` maps names to sha256."""

    name: str
    title: str
    kind: str  # "crossings", "osm" or "centreline": the source of the streets
    bbox: tuple[float, float, float, float]
    center: tuple[float, float]  # lat, lon
    timezone: str
    languages: tuple[str, ...]
    attribution: tuple[str, ...]
    counts: Mapping[str, int]
    missing: tuple[str, ...]
    files: Mapping[str, str]
    sources: tuple[Source, ...]
    format: int = FORMAT


@dataclass(frozen=True)
class CityPack:
    """One city, loaded. All but the network is in memory; the network loads lazily."""

    root: Path
    manifest: Manifest
    streets: Streets
    crossings: Crossings
    areas: Areas
    places: Places
    load_network: Callable[[], Network] = field(repr=False, compare=False)

    @cached_property
    def network(self) -> Network:
        """Return the walking network, read from disk on first use."""
        return self.load_network()

    @property
    def basemap_path(self) -> Path:
        """Return the path of the base map (PMTiles); it is absent from a pack built without one."""
        return self.root / "basemap.pmtiles"
