"""Where the desk's map begins: the city's base map, its middle, and how near."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from corredor.places.pack import get_pack


@dataclass(frozen=True, slots=True)
class Ground:
    """What the map element needs to open. ``center`` is "lon,lat"."""

    tiles: str
    center: str
    zoom: int = 12


def get_ground(city: str) -> Ground:
    """The map of a city."""
    manifest = get_pack(city).manifest
    lat, lon = manifest.center
    return Ground(
        tiles=reverse("public:tiles", args=[manifest.name]),
        center=f"{lon:.4f},{lat:.4f}",
    )
