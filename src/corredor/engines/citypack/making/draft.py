"""A city being built: plain lists that the source readers fill and the writer turns into columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from corredor.engines.citypack.making.geometry import Plane, Points
from corredor.engines.citypack.making.recipe import Recipe
from corredor.engines.citypack.making.street_name import StreetName
from corredor.engines.citypack.model import AreaKind, PlaceKind, Source


@dataclass
class StreetDraft:
    """One street with its names."""

    name: StreetName
    title: str
    low: int = 0
    high: int = 0
    aliases: list[str] = field(default_factory=list)
    honorary: list[str] = field(default_factory=list)


@dataclass
class CrossingDraft:
    """Two streets (by row) meeting at a point; node is a row of the network draft or -1."""

    a: int
    b: int
    lat: float
    lon: float
    number_a: int = 0
    number_b: int = 0
    node: int = -1


@dataclass
class EdgeDraft:
    """One undirected edge; ``line`` runs from u to v on the plane, both ends included."""

    u: int
    v: int
    street: int
    line: Points
    length_m: float
    flags: int = 0  # EdgeFlag bits


@dataclass
class StreetLayer:
    """Streets, crossings and network from one source. Nodes are plane points (metres)."""

    streets: list[StreetDraft] = field(default_factory=list)
    crossings: list[CrossingDraft] = field(default_factory=list)
    nodes: list[tuple[float, float]] = field(default_factory=list)
    edges: list[EdgeDraft] = field(default_factory=list)


@dataclass
class AreaDraft:
    """One polygon with its names; ``shape`` is a shapely geometry in lon, lat."""

    code: str
    kind: AreaKind
    name: str
    names: dict[str, str]  # in other languages, by code
    aliases: list[str]
    shape: Any

    @property
    def other_names(self) -> dict[str, str]:
        """Return the names in other languages as fields of a pack: ``name_<code>``."""
        return {f"name_{code}": name for code, name in self.names.items()}


@dataclass
class PlaceDraft:
    """One named point."""

    id: str
    kind: PlaceKind
    name: str
    lat: float
    lon: float
    address: str = ""
    aliases: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Layers:
    """Shapes used only by the base map, as shapely geometries in lon, lat with their properties."""

    water: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    parks: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    rail: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)


@dataclass
class CityDraft:
    """Everything needed to write a pack."""

    name: str
    kind: str  # "crossings", "osm" or "centreline": the source of the streets
    recipe: Recipe
    plane: Plane
    streets: StreetLayer
    areas: list[AreaDraft]
    places: list[PlaceDraft]
    layers: Layers
    sources: list[Source] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
