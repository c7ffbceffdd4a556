"""Desk actions: a POST that makes one flow call, with refusals as messages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from corredor.alerts.models import Alert
from corredor.alerts.queries import get_alert
from corredor.incidents.models import Hazard, Incident
from corredor.incidents.queries import get_hazard, get_incident_by_slug
from corredor.intake.models import Report
from corredor.intake.queries import get_report

from .access import Desk, at_desk
from .refusal import REFUSALS, Refusal, WatchOnly, refuse
from .screen import go_on, show_screen
from .selection import Selection

Step = Callable[..., Selection]


class FormWrong(Exception):
    """The form is invalid; it is shown again as typed."""

    def __init__(self, name: str, form: Form) -> None:
        super().__init__(name)
        self.name, self.form = name, form


def step(on: str) -> Callable[[Step], Callable[..., HttpResponseBase]]:
    """Make a view of a function that performs one action and returns the selection to show next.

    ``on`` is "report", "incident", "alert" or "hazard": the object named by the URL, looked up and passed on.
    Refusals and invalid forms show the same screen again, with the reason and an HTTP error status.
    """

    def wrap(function: Step) -> Callable[..., HttpResponseBase]:
        @require_POST
        @at_desk
        @wraps(function)
        def view(request: HttpRequest, *, desk: Desk, **kwargs: Any) -> HttpResponse:
            thing, selection = _FIND[on](request, **kwargs)
            try:
                if selection.is_drill:
                    raise WatchOnly
                after = function(request, thing, desk=desk)
            except FormWrong as wrong:
                return show_screen(
                    request,
                    selection=selection,
                    desk=desk,
                    status=422,
                    refusal=Refusal(422, _say_errors(wrong.form)),
                    forms={wrong.name: wrong.form},
                )
            except REFUSALS as error:
                refusal = refuse(error)
                return show_screen(request, selection=selection, desk=desk, status=refusal.status, refusal=refusal)
            return go_on(request, selection=after, desk=desk)

        return view

    return wrap


def check(name: str, form: Form) -> dict[str, Any]:
    """Return the cleaned data. Raise FormWrong under the form's name."""
    if not form.is_valid():
        raise FormWrong(name, form)
    return form.cleaned_data


def _say_errors(form: Form) -> str:
    """Join all field errors to one line above the form."""
    said = [str(error) for errors in form.errors.values() for error in errors]
    return " ".join(dict.fromkeys(said)) or _("Something in the form needs mending.")


def _find_report(request: HttpRequest, *, report_id: int) -> tuple[Report, Selection]:
    try:
        report = get_report(report_id=report_id)
    except (Report.DoesNotExist, OverflowError):
        raise Http404 from None
    return report, Selection(is_drill=report.is_drill, report=report.pk)


def _find_incident(request: HttpRequest, *, slug: str) -> tuple[Incident, Selection]:
    try:
        incident = get_incident_by_slug(slug=slug)
    except Incident.DoesNotExist:
        raise Http404 from None
    return incident, Selection(is_drill=incident.is_drill, incident=incident.slug, tab=request.POST.get("tab", ""))


def _find_alert(request: HttpRequest, *, alert_id: int) -> tuple[Alert, Selection]:
    try:
        alert = get_alert(alert_id=alert_id)
    except (Alert.DoesNotExist, OverflowError):
        raise Http404 from None
    return alert, Selection(is_drill=alert.is_drill, incident=alert.incident.slug, tab="alert")


def _find_hazard(request: HttpRequest, *, hazard_id: int) -> tuple[Hazard, Selection]:
    try:
        hazard = get_hazard(hazard_id=hazard_id)
    except (Hazard.DoesNotExist, OverflowError):
        raise Http404 from None
    return hazard, Selection(is_drill=hazard.incident.is_drill, incident=hazard.incident.slug, tab="follow")


_FIND: dict[str, Callable[..., tuple[Any, Selection]]] = {
    "report": _find_report,
    "incident": _find_incident,
    "alert": _find_alert,
    "hazard": _find_hazard,
}
