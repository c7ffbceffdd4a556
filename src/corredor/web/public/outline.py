"""Area outlines, simplified until a city map is a picture of a few kilobytes."""

from __future__ import annotations

from dataclasses import dataclass

from corredor.engines.citypack.model import AreaKind, CityPack
from corredor.engines.geo.plane import LocalPlane
from corredor.places.outlines import thin_areas

WIDTH = 720


@dataclass(frozen=True, slots=True)
class Outlines:
    """Areas by code: SVG paths, label positions in picture units, and rings as lon, lat in degrees for GeoJSON.

    ``ground`` lists the codes of the official areas, which together cover the city.
    """

    width: int
    height: int
    ground: list[str]
    paths: dict[str, str]
    labels: dict[str, tuple[float, float]]
    rings: dict[str, list[list[list[tuple[float, float]]]]]


def draw_outlines(pack: CityPack) -> Outlines:
    """Project every area (plate carree, true at the middle latitude) and simplify it."""
    west, south, east, north = pack.manifest.bbox
    plane = LocalPlane.around((south + north) / 2, west)
    broad, top = plane.to_xy(north, east)
    scale = WIDTH / broad

    def place(lon: float, lat: float) -> tuple[float, float]:
        x, y = plane.to_xy(lat, lon)
        return round(x * scale, 1), round((top - y) * scale, 1)

    outlines = Outlines(WIDTH, round(2 * top * scale), [], {}, {}, {})
    for kind in (AreaKind.NEIGHBOURHOOD, AreaKind.COMMUNITY_AREA):
        for row, parts in thin_areas(pack, kind):
            code = pack.areas.code[row]
            outlines.rings[code] = [[[(round(lon, 4), round(lat, 4)) for lon, lat in part]] for part in parts]
            outlines.paths[code] = "".join(_path([place(lon, lat) for lon, lat in part]) for part in parts)
            outlines.labels[code] = place(float(pack.areas.label_lon[row]), float(pack.areas.label_lat[row]))
            if kind == AreaKind.COMMUNITY_AREA:
                outlines.ground.append(code)
    return outlines


def _path(points: list[tuple[float, float]]) -> str:
    """Return a closed SVG path with relative steps, which are shorter."""
    steps = [f"M{_number(points[0][0])} {_number(points[0][1])}l"]
    here = points[0]
    for there in points[1:-1]:
        steps.append(f"{_number(there[0] - here[0])} {_number(there[1] - here[1])} ")
        here = there
    return "".join(steps).rstrip() + "z"


def _number(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
