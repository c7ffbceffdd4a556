"""The kill switch (halt): stop everything that leaves this server, and resume."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from corredor.delivery.queries import get_halt
from corredor.flows.alert.halt import end_halt, halt_everything
from corredor.people.enums import Role

from .access import Desk, at_desk
from .forms import ReasonForm
from .refusal import REFUSALS, refuse


@require_http_methods(["GET", "POST"])
@at_desk
def halt(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Show what a halt does, who started it, and the button that applies."""
    form, refusal = ReasonForm(), None
    if request.method == "POST":
        try:
            if "end" in request.POST:
                _end(request, desk)
                return HttpResponseRedirect(reverse("desk:desk"))
            form = ReasonForm(request.POST)
            if form.is_valid():
                _begin(request, form.cleaned_data["reason"], desk)
                return HttpResponseRedirect(reverse("desk:desk"))
        except REFUSALS as error:
            refusal = refuse(error)
    context = {
        "halt": get_halt(),
        "form": form,
        "refusal": refusal,
        "may_end": desk.can(Role.STEWARD, Role.APPROVER),
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "desk/halt.html", context, status=status)


def _begin(request: HttpRequest, reason: str, desk: Desk) -> None:
    halt_everything(reason=reason, by=desk.user, now=desk.now)
    messages.success(request, _("Everything is stopped. Nothing leaves until somebody lets sending go on."))


def _end(request: HttpRequest, desk: Desk) -> None:
    end_halt(by=desk.user, now=desk.now)
    messages.success(request, _("Sending goes on."))
