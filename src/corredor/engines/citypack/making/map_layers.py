"""Layers of the base map: shape, fields and zoom range of each feature."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from corredor.engines.citypack.making.draft import CityDraft
from corredor.engines.citypack.making.reading.areas import label_point
from corredor.engines.citypack.model import AreaKind, EdgeFlag, PlaceKind

PLACE_ZOOM = {
    PlaceKind.HOSPITAL: 12,
    PlaceKind.STATION: 12,
    PlaceKind.SCHOOL: 13,
    PlaceKind.LIBRARY: 13,
    PlaceKind.FIRE_STATION: 14,
    PlaceKind.CLINIC: 14,
}
"""Places on the map and their lowest zoom; parks are drawn as polygons, landmarks would crowd it."""
LARGE_PARK_DEG2 = 1e-5
"""About 10 hectares: drawn from zoom 10 on."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One shape (lon, lat) of one layer with its fields, shown between two zooms."""

    layer: str
    shape: Any
    properties: dict[str, Any]
    min_zoom: int
    max_zoom: int


def map_layers(draft: CityDraft, *, highest_zoom: int) -> list[Drawn]:
    """Return everything on the base map, layer by layer in drawing order."""
    return [
        *(Drawn("water", shape, _named(fields), 9, highest_zoom) for shape, fields in draft.layers.water),
        *(_park(shape, fields, highest_zoom) for shape, fields in draft.layers.parks),
        *_areas(draft, highest_zoom),
        *(Drawn("rail", shape, {}, 11, highest_zoom) for shape, _ in draft.layers.rail),
        *_streets(draft, highest_zoom),
        *_labels(draft, highest_zoom),
        *_places(draft, highest_zoom),
    ]


def _named(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the name fields, without blank ones."""
    return {key: value for key, value in fields.items() if value and (key == "name" or key.startswith("name_"))}


def _park(shape: Any, fields: dict[str, Any], highest: int) -> Drawn:
    """Return a park; large ones start at a lower zoom."""
    return Drawn("parks", shape, _named(fields), 10 if shape.area >= LARGE_PARK_DEG2 else 12, highest)


def _areas(draft: CityDraft, highest: int) -> Iterator[Drawn]:
    """Yield the polygons of the official areas, or of the neighbourhoods if there are none.

    Both would draw nearly every border twice.
    """
    has_official = any(area.kind is AreaKind.COMMUNITY_AREA for area in draft.areas)
    for area in draft.areas:
        if area.kind is AreaKind.NEIGHBOURHOOD and has_official:
            continue
        fields = {"code": area.code, "kind": area.kind.value, "name": area.name, **area.other_names}
        yield Drawn("areas", area.shape, fields, 9, highest)


def _labels(draft: CityDraft, highest: int) -> Iterator[Drawn]:
    """Yield one label point for each area; a neighbourhood with the name of an official area has none."""
    official = {area.name for area in draft.areas if area.kind is AreaKind.COMMUNITY_AREA}
    for area in draft.areas:
        is_spoken = area.kind is AreaKind.NEIGHBOURHOOD
        if area.kind is AreaKind.CITY or (is_spoken and area.name in official):
            continue
        fields = {"code": area.code, "kind": area.kind.value, "name": area.name, **area.other_names}
        point = shapely.Point(label_point(area.shape))
        yield Drawn("area_labels", point, fields, 13 if is_spoken and official else 9, highest)


def _streets(draft: CityDraft, highest: int) -> Iterator[Drawn]:
    """Yield each street's lines joined end to end; side streets get their names one zoom after their lines."""
    lines: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for edge in draft.streets.edges:
        if edge.street < 0 and not edge.flags & EdgeFlag.PATH:
            continue  # ties between two carriageways are not drawn
        lat, lon = draft.plane.to_lat_lon(np.asarray(edge.line))
        name = draft.streets.streets[edge.street].title if edge.street >= 0 else ""
        lines[_street_class(edge.flags), name].append(shapely.LineString(np.column_stack([lon, lat])))
    for (kind, name), parts in sorted(lines.items(), key=lambda item: item[0]):
        shape = shapely.line_merge(shapely.MultiLineString(parts))
        named = {"class": kind, "name": name} if name else {"class": kind}
        if kind == "major":
            yield Drawn("streets", shape, {"class": kind}, 10, 11)
            yield Drawn("streets", shape, named, 12, highest)
        else:
            yield Drawn("streets", shape, {"class": kind}, 12 if kind == "minor" else 13, 13 if name else highest)
            if name:
                yield Drawn("streets", shape, named, 14, highest)


def _street_class(flags: int) -> str:
    """Return "major" for arterials, "path" for walkers only, "minor" for the rest."""
    if flags & EdgeFlag.PATH:
        return "path"
    return "major" if flags & EdgeFlag.BUSY else "minor"


def _places(draft: CityDraft, highest: int) -> Iterator[Drawn]:
    """Yield the places useful for orientation."""
    for place in draft.places:
        if place.kind in PLACE_ZOOM:
            fields = {"kind": place.kind.value, "name": place.name, "id": place.id}
            yield Drawn("places", shapely.Point(place.lon, place.lat), fields, PLACE_ZOOM[place.kind], highest)
