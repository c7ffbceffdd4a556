"""Initial view of the desk's map: the city's base map, centre and zoom."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from corredor.places.pack import get_pack


@dataclass(frozen=True, slots=True)
class Ground:
    """What the map element needs. ``center`` is "lon,lat" in degrees."""

    tiles: str
    center: str
    zoom: int = 12


def get_ground(city: str) -> Ground:
    """Return the base map of a city."""
    manifest = get_pack(city).manifest
    lat, lon = manifest.center
    return Ground(
        tiles=reverse("public:tiles", args=[manifest.name]),
        center=f"{lon:.4f},{lat:.4f}",
    )
