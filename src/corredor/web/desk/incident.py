"""Actions on an incident: claim, release, correct the location, verify, close."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from corredor.flows.incident.claim import claim_incident, release_incident
from corredor.flows.incident.close import close_incident
from corredor.flows.incident.pin import correct_pin
from corredor.flows.incident.verify import verify_incident
from corredor.incidents.enums import Agency, Method, Outcome
from corredor.incidents.models import Incident

from .access import Desk
from .action import check, step
from .forms import PointForm, SeenField, VerifyForm
from .selection import Selection


@step(on="incident")
def claim(request: HttpRequest, incident: Incident, *, desk: Desk) -> Selection:
    """Claim the incident, visible to everyone at the desk."""
    claim_incident(incident_id=incident.pk, by=desk.user, now=desk.now)
    messages.success(request, _("You are on it."))
    return Selection(incident=incident.slug, tab=request.POST.get("tab", ""))


@step(on="incident")
def release(request: HttpRequest, incident: Incident, *, desk: Desk) -> Selection:
    """Release the claim."""
    release_incident(incident_id=incident.pk, by=desk.user, now=desk.now)
    messages.success(request, _("Released."))
    return Selection(incident=incident.slug, tab=request.POST.get("tab", ""))


@step(on="incident")
def pin(request: HttpRequest, incident: Incident, *, desk: Desk) -> Selection:
    """Correct the location."""
    lat, lon = check("pin", PointForm(request.POST))["point"]
    correct_pin(incident_id=incident.pk, lat=lat, lon=lon, by=desk.user, now=desk.now)
    messages.success(request, _("Pin corrected."))
    return Selection(incident=incident.slug, tab=request.POST.get("tab", ""))


@step(on="incident")
def verify(request: HttpRequest, incident: Incident, *, desk: Desk) -> Selection:
    """Record a verification; the reporters of all its reports are notified."""
    found = check("verify", VerifyForm(request.POST))
    verify_incident(
        incident_id=incident.pk,
        outcome=Outcome(found["outcome"]),
        agency=Agency(found["agency"]),
        method=Method(found["method"]),
        seen_at=SeenField.at(found["seen"], now=desk.now),
        size_low=found["size_low"],
        size_high=found["size_high"],
        note=found["note"],
        by=desk.user,
        now=desk.now,
    )
    messages.success(request, _("Verified. Those who reported it see it under their code."))
    return Selection(incident=incident.slug)


@step(on="incident")
def close(request: HttpRequest, incident: Incident, *, desk: Desk) -> Selection:
    """Close the incident."""
    close_incident(incident_id=incident.pk, by=desk.user, now=desk.now)
    messages.success(request, _("Closed."))
    return Selection(incident=incident.slug, tab="timeline")
