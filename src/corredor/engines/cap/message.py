"""CAP message as frozen dataclasses, limited to what a non-government sender may say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"


@dataclass(frozen=True, slots=True)
class Reference:
    """Identifies an earlier message."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True)
class Circle:
    """Centre in WGS 84 degrees, radius in kilometres."""

    lat: float
    lon: float
    radius_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An area in words, with optional outlines. A polygon is closed and its points are (lat, lon) in degrees."""

    words: str
    polygons: tuple[tuple[tuple[float, float], ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """The content in one language."""

    language: str
    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    responses: tuple[str, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; ``incidents`` groups messages about one event."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    kind: str  # msgType
    scope: str = "Public"
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = ()

    @property
    def name(self) -> Reference:
        """Return the reference by which later messages refer to this one."""
        return Reference(self.sender, self.identifier, self.sent)


def format_time(moment: datetime) -> str:
    """Format a time for CAP: whole seconds and a numeric offset, never a letter."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")
