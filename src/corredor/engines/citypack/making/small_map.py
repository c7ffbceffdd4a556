"""Overview map of a city: official areas and water, simplified enough for an SVG on a page without JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry import mapping

from corredor.engines.citypack.making.draft import AreaDraft
from corredor.engines.citypack.making.reading.areas import label_point, multipolygon
from corredor.engines.citypack.model import AreaKind

SMALL_DEG = 1e-3
"""About 100 m: two pixels when the city is 800 pixels tall."""
DECIMALS = 4


def small_map(areas: Sequence[AreaDraft], water: Sequence[tuple[Any, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return GeoJSON features of the official areas (or the neighbourhoods where there are none) and the water.

    Neighbouring areas keep their shared borders. Properties: ``layer`` ("area" | "water"), ``code``, ``name``,
    ``name_<code>``, ``label`` [lon, lat].
    """
    drawn = [area for area in areas if area.kind is AreaKind.COMMUNITY_AREA]
    drawn = drawn or [area for area in areas if area.kind is AreaKind.NEIGHBOURHOOD]
    features: list[dict[str, Any]] = []
    thin = shapely.coverage_simplify([area.shape for area in drawn], SMALL_DEG) if drawn else []
    for area, shape in zip(drawn, thin, strict=True):
        properties = {"layer": "area", "code": area.code, "name": area.name, **area.other_names}
        label = [round(value, DECIMALS) for value in label_point(area.shape)]
        features.append(_feature(shape, {**properties, "label": label}))
    for shape, properties in water:
        small = shapely.simplify(shape, SMALL_DEG / 2)
        if small.area > SMALL_DEG**2 * 50:
            names = {key: value for key, value in properties.items() if key == "name" or key.startswith("name_")}
            features.append(_feature(small, {"layer": "water"} | names))
    return features


def _feature(shape: Any, properties: dict[str, Any]) -> dict[str, Any]:
    """Return one feature with four decimals, without parts too small to see."""
    parts = [part for part in multipolygon(shape).geoms if part.area > SMALL_DEG**2 / 4]
    polygons = parts or list(multipolygon(shape).geoms)
    geometry = mapping(shapely.MultiPolygon(polygons))

    def cut(value: Any) -> Any:
        if isinstance(value, (int, float)):
            return round(float(value), DECIMALS)
        return [cut(item) for item in value]

    coordinates = cut(geometry["coordinates"])
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "MultiPolygon", "coordinates": coordinates},
    }
