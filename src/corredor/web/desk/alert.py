"""Actions on an alert: preview, write, approve (by another person), send back, halt."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from corredor.alerts.enums import Advice, AlertKind
from corredor.alerts.models import Alert
from corredor.flows.alert.approve import approve_alert, release_alert
from corredor.flows.alert.compose import draft_alert, possible_kinds, write_alert
from corredor.flows.alert.forecast import plan_draft
from corredor.flows.alert.stop import send_back_alert, stop_alert
from corredor.incidents.models import Incident
from corredor.incidents.queries import get_incident_by_slug

from .access import Desk, at_desk
from .action import check, step
from .forms import ComposeForm, ReasonForm
from .present.alert import new_compose_form, show_audience
from .present.map import draw_draft
from .present.plan import show_plan
from .present.redacted_text import WHY
from .present.text import show_text
from .refusal import REFUSALS, refuse
from .selection import Selection


@require_POST
@at_desk
def draft(request: HttpRequest, *, desk: Desk, slug: str) -> HttpResponse:
    """Show the live preview: texts, redactions and audience. Nothing is saved."""
    try:
        incident = get_incident_by_slug(slug=slug)
    except Incident.DoesNotExist:
        raise Http404 from None
    form = new_compose_form(kinds=possible_kinds(incident=incident), data=request.POST)
    if not form.is_valid():
        return render(request, "desk/preview.html", {"form": form})
    asked = _read_draft(form)
    try:
        drafted = draft_alert(incident_id=incident.pk, by=desk.user, now=desk.now, **asked)
        audience, plan = plan_draft(
            incident_id=incident.pk,
            kind=asked["kind"],
            radius_m=asked["radius_m"],
            texts={code: text.words for code, text in drafted.texts.items()},
            now=desk.now,
        )
    except REFUSALS as error:
        return render(request, "desk/preview.html", {"refusal": refuse(error)})
    shown = show_audience(audience, kind=asked["kind"], is_drill=incident.is_drill)
    context = {
        "texts": [show_text(text.words, language=code) for code, text in drafted.texts.items()],
        "drops_words": any(text.drops_words for text in drafted.texts.values()),
        "redactions": [(one.words, WHY.get(one.why, one.why)) for one in drafted.redactions],
        "problems": sorted({problem.partition(":")[0] for problem in drafted.problems}),
        "audience": shown,
        "plan": show_plan(plan),
        "draft": None
        if shown.is_earlier
        else draw_draft(place=incident.place, radius_m=asked["radius_m"], cell_ids=shown.cells),
    }
    return render(request, "desk/preview.html", context)


@step(on="incident")
def write(request: HttpRequest, incident: Incident, *, desk: Desk) -> Selection:
    """Submit the alert for approval."""
    form = new_compose_form(kinds=possible_kinds(incident=incident), data=request.POST)
    check("compose", form)
    write_alert(incident_id=incident.pk, by=desk.user, now=desk.now, **_read_draft(form))
    messages.success(request, _("Written. Another person must approve it before it goes out."))
    return Selection(incident=incident.slug, tab="alert")


@step(on="alert")
def approve(request: HttpRequest, alert: Alert, *, desk: Desk) -> Selection:
    """Approve and send; must be a second person."""
    approved = approve_alert(alert_id=alert.pk, by=desk.user, now=desk.now)
    if approved.held_for is not None:
        words = _("Not sent: frozen until a steward has looked. %(why)s.")
        messages.warning(request, words % {"why": approved.held_for.label})
        return Selection(incident=alert.incident.slug, tab="alert")
    said = ngettext(
        "Approved. Going out: %(count)s message.", "Approved. Going out: %(count)s messages.", approved.deliveries
    )
    messages.success(request, said % {"count": approved.deliveries})
    return Selection(incident=alert.incident.slug, tab="alert")


@step(on="alert")
def release_held_alert(request: HttpRequest, alert: Alert, *, desk: Desk) -> Selection:
    """Release a held alert; must be a third person."""
    released = release_alert(alert_id=alert.pk, by=desk.user, now=desk.now)
    said = ngettext(
        "Released. Going out: %(count)s message.", "Released. Going out: %(count)s messages.", released.deliveries
    )
    messages.success(request, said % {"count": released.deliveries})
    return Selection(incident=alert.incident.slug, tab="alert")


@step(on="alert")
def send_back(request: HttpRequest, alert: Alert, *, desk: Desk) -> Selection:
    """Reject the draft; the author sees the reason."""
    reason = check("back", ReasonForm(request.POST, prefix="back"))["reason"]
    send_back_alert(alert_id=alert.pk, reason=reason, by=desk.user, now=desk.now)
    messages.success(request, _("Sent back to its writer."))
    return Selection(incident=alert.incident.slug, tab="alert")


@step(on="alert")
def stop(request: HttpRequest, alert: Alert, *, desk: Desk) -> Selection:
    """Halt the rest of the alert's deliveries."""
    stop_alert(alert_id=alert.pk, by=desk.user, now=desk.now)
    messages.success(request, _("Stopped. Nothing more of it goes out."))
    return Selection(incident=alert.incident.slug, tab="alert")


def _read_draft(form: ComposeForm) -> dict[str, Any]:
    """Return the writer's choices as the compose flow takes them."""
    chosen = form.cleaned_data
    return {
        "kind": AlertKind(chosen["kind"]),
        "radius_m": chosen["radius_m"],
        "advice": [Advice(code) for code in chosen["advice"]],
        "what": form.what(),
    }
