"""Actions that follow an incident: moved, returned, seen again, hazards recorded and cleared."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from corredor.flows.incident.follow import (
    clear_hazard,
    look_again,
    move_incident,
    note_hazard,
    note_seen_again,
    return_incident,
    turn_wind,
)
from corredor.incidents.enums import HazardKind, WindTo
from corredor.incidents.models import Hazard, Incident

from .access import Desk
from .action import check, step
from .forms import HazardForm, MoveForm, ReturnForm, SeenField, SeenForm, WindForm
from .selection import Selection


@step(on="incident")
def move(request: HttpRequest, incident: Incident, *, desk: Desk) -> Selection:
    """Record a move: a new place on the incident's path."""
    found = check("move", MoveForm(request.POST, prefix="move"))
    lat, lon = found["point"]
    seen_at = SeenField.at(found["seen"], now=desk.now)
    move_incident(incident_id=incident.pk, lat=lat, lon=lon, seen_at=seen_at, by=desk.user, now=desk.now)
    messages.success(request, _("Moved. Warn the new place, and tell the old one."))
    return Selection(incident=incident.slug, tab="alert")


@step(on="incident")
def return_back(request: HttpRequest, incident: Incident, *, desk: Desk) -> Selection:
    """Record that the incident came back."""
    found = check("return", ReturnForm(request.POST, prefix="return"))
    lat, lon = found["point"] or (None, None)
    seen_at = SeenField.at(found["seen"], now=desk.now)
    return_incident(incident_id=incident.pk, lat=lat, lon=lon, seen_at=seen_at, by=desk.user, now=desk.now)
    messages.success(request, _("Open again. A verifier must confirm it before anyone is warned."))
    return Selection(incident=incident.slug)


@step(on="incident")
def seen(request: HttpRequest, incident: Incident, *, desk: Desk) -> Selection:
    """Record another sighting."""
    found = check("seen", SeenForm(request.POST, prefix="seen"))
    seen_at = SeenField.at(found["seen"], now=desk.now)
    note_seen_again(incident_id=incident.pk, seen_at=seen_at, by=desk.user, now=desk.now)
    messages.success(request, _("Noted: still there."))
    return Selection(incident=incident.slug, tab="follow")


@step(on="incident")
def hazard(request: HttpRequest, incident: Incident, *, desk: Desk) -> Selection:
    """Record a hazard area; only a person clears it."""
    found = check("hazard", HazardForm(request.POST, prefix="hazard"))
    lat, lon = found["point"]
    note_hazard(
        incident_id=incident.pk,
        kind=HazardKind(found["kind"]),
        lat=lat,
        lon=lon,
        radius_m=found["radius_m"],
        wind_to=WindTo(found["wind_to"]),
        by=desk.user,
        now=desk.now,
    )
    messages.success(request, _("Danger noted. It stays until a person clears it."))
    return Selection(incident=incident.slug, tab="follow")


@step(on="hazard")
def still(request: HttpRequest, hazard: Hazard, *, desk: Desk) -> Selection:
    """Confirm that a hazard persists."""
    look_again(hazard_id=hazard.pk, by=desk.user, now=desk.now)
    messages.success(request, _("Noted: still dangerous."))
    return Selection(incident=hazard.incident.slug, tab="follow")


@step(on="hazard")
def wind(request: HttpRequest, hazard: Hazard, *, desk: Desk) -> Selection:
    """Set or change a hazard's wind."""
    found = check(f"wind-{hazard.pk}", WindForm(request.POST, prefix=f"wind-{hazard.pk}"))
    turn_wind(hazard_id=hazard.pk, wind_to=WindTo(found["wind_to"]), by=desk.user, now=desk.now)
    messages.success(request, _("Noted: the wind. Schools nearby are looked at again."))
    return Selection(incident=hazard.incident.slug, tab="follow")


@step(on="hazard")
def clear(request: HttpRequest, hazard: Hazard, *, desk: Desk) -> Selection:
    """Clear a hazard."""
    clear_hazard(hazard_id=hazard.pk, by=desk.user, now=desk.now)
    messages.success(request, _("Danger cleared."))
    return Selection(incident=hazard.incident.slug, tab="follow")
