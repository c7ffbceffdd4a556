"""Which dangers lie near a school now: open hazards with where the wind carries them, and confirmed incidents.

Reads incidents. Writes nothing. Called by corridor_watch, corridor_planner, the lead's page and the desk's map.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from corredor.corridors.models import Dismissal
from corredor.engines import corridors as engine
from corredor.engines import hexgrid
from corredor.incidents.enums import Status, WindTo
from corredor.incidents.models import Hazard, Incident
from corredor.incidents.queries import list_active_hazards, list_open_incidents

KEEP_AWAY_M = 300  # around agents who are confirmed; a hazard has a radius of its own
WITHIN_M = 2000  # of the gate: farther off no corridor is touched
WEDGE_M = 500  # how far downwind nobody is led while the wind is known
WEDGE_DEG = 30  # to both sides of where it blows to: light wind wavers

Ring = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Danger:
    """Where nobody is led. ``key`` names it for as long as it stays in its place."""

    lat: float
    lon: float
    radius_m: int
    key: str
    is_hazard: bool
    wind_to: WindTo = WindTo.UNKNOWN

    @property
    def reach_m(self) -> int:
        """How far it reaches from its middle, whichever way."""
        return max(self.radius_m, WEDGE_M) if self.wind_to else self.radius_m

    def as_area(self) -> engine.Hazard:
        """The area as the planner takes it: a circle, and downwind of it a wedge if the wind is known."""
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
    """A hazard as what nobody is led through."""
    wind = WindTo(hazard.wind_to)
    return Danger(hazard.lat, hazard.lon, hazard.radius_m, f"h{hazard.pk}", is_hazard=True, wind_to=wind)


def draw_drift(hazard: Hazard) -> Ring:
    """Where the wind carries it: a closed ring of (lat, lon) points, the first again at the end; empty if not known."""
    rings = engine.outline(read_hazard(hazard).as_area())
    return rings[1] if len(rings) > 1 else []


def list_near(day: Dismissal) -> list[Near]:
    """Dangers near the gate, hazards first, then the nearest."""
    gate = (day.school.lat, day.school.lon)
    found: list[Near] = []
    for hazard in list_active_hazards(is_drill=day.is_drill):
        metres = round(hexgrid.distance_m(gate, (hazard.lat, hazard.lon)))
        found.append(Near(read_hazard(hazard), hazard.incident, hazard, metres))
    rows = list_open_incidents(is_drill=day.is_drill).filter(status=Status.CONFIRMED)
    for incident in rows:
        if incident.place is not None:
            point = (incident.place.lat, incident.place.lon)
            danger = Danger(*point, KEEP_AWAY_M, f"p{incident.place_id}", is_hazard=False)
            found.append(Near(danger, incident, None, round(hexgrid.distance_m(gate, point))))
    near = [one for one in found if one.metres <= WITHIN_M + one.danger.reach_m]
    return sorted(near, key=lambda one: (not one.danger.is_hazard, one.metres))


def list_rings_near(day: Dismissal) -> list[Ring]:
    """Outlines of the dangers near a school, the wind's wedges among them, for its picture."""
    return [ring for one in list_near(day) for ring in engine.outline(one.danger.as_area())]


def name_dangers_near(day: Dismissal) -> str:
    """One name for all dangers that lie near the school now; empty when there is none."""
    return name_dangers(list_near(day))


def name_dangers(near: Sequence[Near]) -> str:
    """The same dangers in the same places, in the same wind, have the same name; none has the empty one."""
    if not near:
        return ""
    parts = sorted(f"{one.danger.key}:{one.danger.radius_m}:{one.danger.wind_to}" for one in near)
    return hashlib.blake2s("|".join(parts).encode(), digest_size=16).hexdigest()
