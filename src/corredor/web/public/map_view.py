"""Maps of public pages: areas only, as a small static picture, with the interactive map on request."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from corredor.engines.citypack.errors import PackError
from corredor.engines.citypack.model import CityPack
from corredor.flows.publish.view import PublicIncident, PublicView, public_view
from corredor.incidents.enums import Status
from corredor.kit.languages import in_language
from corredor.people.queries import get_network
from corredor.places.pack import UnknownCityError, get_pack
from corredor.web.language import page_language

from . import exchange
from .outline import Outlines, draw_outlines

log = logging.getLogger(__name__)
STILL_S = 30
_LOUDEST = (Status.CONFIRMED, Status.CORRECTED, Status.NOT_IMMIGRATION, Status.ENDED, Status.COULD_NOT_VERIFY)


@dataclass(frozen=True, slots=True)
class MapWords:
    """What the map block of a page needs."""

    tiles: str
    center: str  # "lon,lat"
    bounds: str  # "west,south,east,north"
    zoom: int
    still: str = ""
    still_words: str = ""
    incidents: str = ""


def pick_map(city: str = "") -> MapWords | None:
    """Return a map for choosing a location; None without a city pack: pages work without a map.

    ``city`` is the network's unless given.
    """
    pack = find_city(city)
    if pack is None:
        return None
    lat, lon = pack.manifest.center
    return MapWords(
        tiles=reverse("public:tiles", args=[pack.manifest.name]),
        center=f"{lon:.4f},{lat:.4f}",
        bounds=",".join(f"{edge:.4f}" for edge in pack.manifest.bbox),
        zoom=12,
    )


def show_map(view: PublicView, *, city: str) -> MapWords | None:
    """Return the map of confirmed incidents. The page's list holds the same information."""
    plain = pick_map(city)
    if plain is None:
        return None
    world = "drill" if view.is_drill else "live"
    return MapWords(
        tiles=plain.tiles,
        center=plain.center,
        bounds=plain.bounds,
        zoom=plain.zoom,
        still=reverse("public:still", args=[world]),
        incidents=reverse("public:shapes", args=[world]),
    )


def find_city(city: str = "") -> CityPack | None:
    """Return the city pack of the network; None, with a warning in the log, if none can be read."""
    try:
        return get_pack(city or get_network().city)
    except (UnknownCityError, PackError) as error:
        log.warning("no city pack: %s", error)
        return None


@exchange.page(max_age_s=STILL_S)
def still(request: HttpRequest, world: str) -> HttpResponse:
    """Return the areas as a picture, each marked by its status: by shape and by colour."""
    view = public_view(now=timezone.now(), is_drill=_is_drill(world))
    outlines = _find_outlines()
    marks = [
        {"status": status, "path": outlines.paths[code], "x": outlines.labels[code][0], "y": outlines.labels[code][1]}
        for code, status in _status_by_area(view).items()
        if code in outlines.paths
    ]
    ground = "".join(outlines.paths[code] for code in outlines.ground)
    context = {"outlines": outlines, "ground": ground, "marks": marks}
    response = render(request, "public/areas.svg", context, content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return response


@exchange.page(max_age_s=STILL_S)
def shapes(request: HttpRequest, world: str) -> HttpResponse:
    """Return the same areas as GeoJSON for the interactive map."""
    view = public_view(now=timezone.now(), is_drill=_is_drill(world))
    rows = {row.area_code: row for row in reversed((*view.confirmed, *view.denied, *view.ended))}
    outlines = _find_outlines()
    features = [_feature(row, outlines) for code, row in rows.items() if code in outlines.rings]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _feature(row: PublicIncident, outlines: Outlines) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {
            "id": row.slug,
            "status": row.status,
            "status_words": str(Status(row.status).label),
            "label": in_language(row.area_names, page_language()),
            "link": reverse("public:incident", args=[row.slug]),
        },
        "geometry": {"type": "MultiPolygon", "coordinates": outlines.rings[row.area_code]},
    }


def _status_by_area(view: PublicView) -> dict[str, str]:
    """Return one status for each area; a confirmed incident takes precedence."""
    found: dict[str, str] = {}
    rows = [*view.confirmed, *view.denied, *view.ended]
    for row in sorted(rows, key=lambda row: _LOUDEST.index(Status(row.status))):
        found.setdefault(row.area_code, row.status)
    return found


def _is_drill(world: str) -> bool:
    if world not in ("live", "drill"):
        raise Http404
    return world == "drill"


def _find_outlines() -> Outlines:
    pack = find_city()
    if pack is None:
        raise Http404
    return _draw(pack.manifest.name)


@lru_cache(maxsize=4)
def _draw(city: str) -> Outlines:
    return draw_outlines(get_pack(city))
