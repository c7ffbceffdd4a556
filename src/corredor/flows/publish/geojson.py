"""Encode public incidents as GeoJSON (RFC 7946): whole areas, never points."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from corredor.places.outlines import area_rings

from .json import describe_incident
from .view import PublicIncident, PublicView


def encode_geojson(view: PublicView, city: str) -> bytes:
    """Return one feature per incident of the front page; geometry is null where the city pack has no outline."""
    rows = (*view.confirmed, *view.denied, *view.ended)
    shape = {"type": "FeatureCollection", "features": [_feature(row, city) for row in rows]}
    return json.dumps(shape, ensure_ascii=False, separators=(",", ":")).encode()


def _feature(row: PublicIncident, city: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"{settings.BASE_URL}/i/{row.slug}",
        "properties": describe_incident(row),
        "geometry": describe_area(row.area_code, city),
    }


def describe_area(code: str, city: str) -> dict[str, Any] | None:
    """Return the area's simplified outline; None without one."""
    rings = area_rings(code=code, city=city)
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]} if rings else None
