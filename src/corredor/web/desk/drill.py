"""Drills: start, watch and stop a run, and read its measures."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from corredor.flows.drill.background import MAY_DRILL, get_run, start_drill, stop_drill
from corredor.flows.drill.reader import list_scenarios, load_scenario
from corredor.review.queries import list_runs

from .access import Desk, at_desk
from .forms import DrillForm
from .present.drill import show_run, show_scenario
from .refusal import REFUSALS, Refusal, refuse

MOST_RUNS = 10


@require_GET
@at_desk
def drills(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Show the scenarios, the current run, and recent ones."""
    return _show(request, desk)


@require_GET
@at_desk
def run(request: HttpRequest, *, desk: Desk, run_id: int) -> HttpResponse:
    """Show one run; for htmx only the part that changes while it plays."""
    found = get_run(run_id=run_id, now=desk.now)
    if found is None:
        raise Http404
    template = "desk/drill_part.html" if getattr(request, "htmx", False) else "desk/drill_run.html"
    return render(request, template, {"run": show_run(found, language=desk.language), "may_drill": _may(desk)})


@require_POST
@at_desk
def start(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Start a run in a thread of this server."""
    form = DrillForm(request.POST, scenarios=list_scenarios())
    if not form.is_valid():
        return _show(request, desk, refusal=Refusal(422, _("Choose a drill and how fast it plays.")))
    speed = form.cleaned_data["speed"]
    try:
        begun = start_drill(scenario=form.cleaned_data["scenario"], speed=speed or None, by=desk.user, now=desk.now)
    except REFUSALS as error:
        return _show(request, desk, refusal=refuse(error))
    messages.success(request, _("The drill has begun."))
    return HttpResponseRedirect(reverse("desk:drill_run", kwargs={"run_id": begun.pk}))


@require_POST
@at_desk
def stop(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Stop the current run."""
    try:
        stop_drill(by=desk.user, now=desk.now)
    except REFUSALS as error:
        return _show(request, desk, refusal=refuse(error))
    messages.success(request, _("The drill is stopped."))
    return HttpResponseRedirect(reverse("desk:drills"))


def _may(desk: Desk) -> bool:
    return desk.can(*MAY_DRILL)


def _show(request: HttpRequest, desk: Desk, *, refusal: Refusal | None = None) -> HttpResponse:
    latest = get_run(now=desk.now)
    names = list_scenarios()
    context = {
        "scenarios": [show_scenario(load_scenario(name), language=desk.language) for name in names],
        "form": DrillForm(scenarios=names),
        "playing": show_run(latest, language=desk.language) if latest and latest.lane else None,
        "runs": [show_run(one, language=desk.language) for one in list_runs()[:MOST_RUNS]],
        "may_drill": _may(desk),
        "refusal": refusal,
    }
    return render(request, "desk/drills.html", context, status=refusal.status if refusal else 200)
