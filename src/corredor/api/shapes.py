"""Response types of the API, from which its OpenAPI description is generated."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import ConfigDict, Field

Agencies = Literal["", "ICE", "BORDER_PATROL", "OTHER_FEDERAL", "POLICE", "SHERIFF", "MILITARY", "NONE"]
Statuses = Literal["CONFIRMED", "ENDED", "NOT_IMMIGRATION", "COULD_NOT_VERIFY", "CORRECTED"]
Kinds = Literal[
    "CONFIRMED", "UPDATE", "MOVED_HERE", "MOVED_AWAY", "RETURNED", "HAZARD", "ALL_CLEAR", "CORRECTION", "DENIAL"
]


class AreaName(Schema):
    """The names of a neighborhood, each under the code of its language: en, es."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, str]


class Area(AreaName):
    """A whole neighborhood, with its names by language; there is nothing nearer."""

    code: str


class Incident(Schema):
    """Something that trained people have checked."""

    slug: str
    url: str
    status: Statuses
    agency: Agencies = Field(description="Empty until somebody established it.")
    area: Area
    seen_at: datetime
    checked_at: datetime
    ended_at: datetime | None


class Text(Schema):
    """One language of a message."""

    title: str
    standard: str
    long: str


class Alert(Schema):
    """A message, word for word as it was sent."""

    slug: str
    url: str
    cap: str = Field(description="The same as CAP 1.2.")
    incident: str
    is_drill: bool
    kind: Kinds
    sent_at: datetime
    expires_at: datetime
    is_stopped: bool
    area: Area
    texts: dict[str, Text] = Field(description="By language: en, es.")


class Step(Schema):
    """One moment of an incident's story: a new status, or another area."""

    at: datetime
    status: Literal["", "CONFIRMED", "ENDED", "NOT_IMMIGRATION", "COULD_NOT_VERIFY", "CORRECTED"]
    area: AreaName | None


class IncidentStory(Incident):
    """One incident with its story and its messages, newest message first."""

    is_drill: bool
    story: list[Step]
    alerts: list[Alert]


class Front(Schema):
    """Everything the front page says."""

    version: Literal[1]
    being_checked: int = Field(ge=0, description="How many; where they are is not said.")
    confirmed: list[Incident]
    denied: list[Incident]
    ended: list[Incident]


class Missing(Schema):
    """No such thing, or none that the public may see: the two look alike."""

    detail: str


class CapTaken(Schema):
    """The result of processing a partner's message."""

    result: Literal["RECEIVED", "ADDED", "DUPLICATE", "NOT_ACTUAL", "NOT_FOR_US", "UNKNOWN_REFERENCE", "NOTHING_SAID"]


class CapRefused(Schema):
    """Why a partner's message was rejected."""

    error: str
    faults: list[str]


class IncidentNews(Schema):
    """Webhook to a partner when an incident changed."""

    type: Literal["incident.changed"]
    timestamp: datetime
    data: Incident


class AlertNews(Schema):
    """Webhook to a partner when a message was published or stopped."""

    type: Literal["alert.published", "alert.stopped"]
    timestamp: datetime
    data: Alert
