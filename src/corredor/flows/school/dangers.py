"""Dangers near a school now: open hazards with their downwind wedge, and confirmed incidents.

Reads incidents. Writes nothing. Called by ``watch``, the planner, the lead's page and the desk's map.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from corredor.corridors.models import Dismissal
from corredor.engines import corridors as engine
from corredor.engines.geo.earth import distance_m
from corredor.incidents.enums import Status, WindTo
from corredor.incidents.models import Hazard, Incident
from corredor.incidents.queries import list_active_hazards, list_open_incidents

KEEP_AWAY_M = 300  # radius around confirmed agents; a hazard has its own radius
WITHIN_M = 2000  # from the gate: corridors do not reach farther
WEDGE_M = 500  # length of the downwind wedge when the wind is known
WEDGE_DEG = 30  # half angle of the wedge: light wind varies

Ring = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Danger:
    """An area to avoid. ``key`` is stable while it stays in place."""

    lat: float
    lon: float
    radius_m: int
    key: str
    is_hazard: bool
    wind_to: WindTo = WindTo.UNKNOWN

    @property
    def reach_m(self) -> int:
        """Maximum distance from its centre, in metres."""
        return max(self.radius_m, WEDGE_M) if self.wind_to else self.radius_m

    def as_area(self) -> engine.Hazard:
        """Return the area for the planner: a circle, plus a downwind wedge if the wind is known."""
        return engine.Hazard(
            self.lat,
            self.lon,
            float(self.radius_m),
            wind_to_deg=self.wind_to.degrees,
            wedge_m=float(WEDGE_M),
            wedge_deg=float(WEDGE_DEG),
        )


@dataclass(frozen=True, slots=True)
class Near:
    """One danger near a school. ``metres`` from the gate."""

    danger: Danger
    incident: Incident
    hazard: Hazard | None
    metres: int


def read_hazard(hazard: Hazard) -> Danger:
    """Return a hazard as an area to avoid."""
    wind = WindTo(hazard.wind_to)
    return Danger(hazard.lat, hazard.lon, hazard.radius_m, f"h{hazard.pk}", is_hazard=True, wind_to=wind)


def draw_drift(hazard: Hazard) -> Ring:
    """Return the downwind wedge as a closed ring of (lat, lon); empty if the wind is unknown."""
    rings = engine.outline(read_hazard(hazard).as_area())
    return rings[1] if len(rings) > 1 else []


def list_near(dismissal: Dismissal) -> list[Near]:
    """Return dangers near the gate, hazards first, then by distance."""
    gate = (dismissal.school.lat, dismissal.school.lon)
    found: list[Near] = []
    for hazard in list_active_hazards(is_drill=dismissal.is_drill):
        metres = round(distance_m(gate, (hazard.lat, hazard.lon)))
        found.append(Near(read_hazard(hazard), hazard.incident, hazard, metres))
    rows = list_open_incidents(is_drill=dismissal.is_drill).filter(status=Status.CONFIRMED)
    for incident in rows:
        if incident.place is not None:
            point = (incident.place.lat, incident.place.lon)
            danger = Danger(*point, KEEP_AWAY_M, f"p{incident.place_id}", is_hazard=False)
            found.append(Near(danger, incident, None, round(distance_m(gate, point))))
    near = [one for one in found if one.metres <= WITHIN_M + one.danger.reach_m]
    return sorted(near, key=lambda one: (not one.danger.is_hazard, one.metres))


def list_rings_near(dismissal: Dismissal) -> list[Ring]:
    """Return outlines of the dangers near a school, wedges included, for its map."""
    return [ring for one in list_near(dismissal) for ring in engine.outline(one.danger.as_area())]


def name_dangers_near(dismissal: Dismissal) -> str:
    """Return one digest of all dangers near the school now; empty without any."""
    return name_dangers(list_near(dismissal))


def name_dangers(near: Sequence[Near]) -> str:
    """Return a digest of places, radii and wind of the dangers; empty without any."""
    if not near:
        return ""
    parts = sorted(f"{one.danger.key}:{one.danger.radius_m}:{one.danger.wind_to}" for one in near)
    return hashlib.blake2s("|".join(parts).encode(), digest_size=16).hexdigest()
