"""Actions on a report: open, join, split, set aside, hold, reopen, ask the reporter; and its photos."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from corredor.flows.incident.join_split import join_report, split_report
from corredor.flows.incident.open import open_incident
from corredor.flows.incident.set_aside import hold_report, set_aside_report, take_back_report
from corredor.flows.report.receive import ask_sender
from corredor.incidents.models import Incident
from corredor.incidents.queries import get_incident_by_slug
from corredor.intake.models import Report

from .access import Desk
from .action import check, step
from .forms import AskForm, OptionalReasonForm, PointForm, ReasonForm
from .selection import Selection


@step(on="report")
def open_new(request: HttpRequest, report: Report, *, desk: Desk) -> Selection:
    """Open an incident at the confirmed location."""
    lat, lon = check("point", PointForm(request.POST))["point"]
    incident = open_incident(report_id=report.pk, lat=lat, lon=lon, by=desk.user, now=desk.now)
    messages.success(request, _("Incident opened."))
    return Selection(incident=incident.slug)


@step(on="report")
def join(request: HttpRequest, report: Report, *, desk: Desk) -> Selection:
    """Join the report to an open incident."""
    try:
        incident = get_incident_by_slug(slug=request.POST.get("incident", "")[:12])
    except Incident.DoesNotExist:
        raise Http404 from None
    reason = check("join", OptionalReasonForm(request.POST))["reason"]
    join_report(report_id=report.pk, incident_id=incident.pk, by=desk.user, reason=reason, now=desk.now)
    messages.success(request, _("Joined."))
    return Selection(incident=incident.slug)


@step(on="report")
def split(request: HttpRequest, report: Report, *, desk: Desk) -> Selection:
    """Split the report from its incident; it returns to the queue."""
    split_report(report_id=report.pk, by=desk.user, now=desk.now)
    messages.success(request, _("Taken out. It waits in the queue again."))
    return Selection(report=report.pk)


@step(on="report")
def set_aside(request: HttpRequest, report: Report, *, desk: Desk) -> Selection:
    """Close the report without follow-up; nothing is deleted."""
    reason = check("aside", ReasonForm(request.POST, prefix="aside"))["reason"]
    set_aside_report(report_id=report.pk, reason=reason, by=desk.user, now=desk.now)
    messages.success(request, _("Set aside. It can be taken back."))
    return Selection()


@step(on="report")
def hold(request: HttpRequest, report: Report, *, desk: Desk) -> Selection:
    """Hold the report as part of a flood; nothing is deleted."""
    hold_report(report_id=report.pk, by=desk.user, now=desk.now)
    messages.success(request, _("Held back. It can be taken back."))
    return Selection()


@step(on="report")
def take_back(request: HttpRequest, report: Report, *, desk: Desk) -> Selection:
    """Return the report to the new ones."""
    take_back_report(report_id=report.pk, by=desk.user, now=desk.now)
    messages.success(request, _("It waits in the queue again."))
    return Selection(report=report.pk)


@step(on="report")
def ask(request: HttpRequest, report: Report, *, desk: Desk) -> Selection:
    """Ask the reporter; the question appears on their report page, and is sent if they left an address."""
    text = check("ask", AskForm(request.POST))["text"]
    ask_sender(report_id=report.pk, text=text, by=desk.user, now=desk.now)
    messages.success(request, _("Asked."))
    back_to = request.POST.get("incident", "")[:12]
    return Selection(incident=back_to, tab="check") if back_to else Selection(report=report.pk)
