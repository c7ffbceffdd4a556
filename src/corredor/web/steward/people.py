"""Stewards' pages of people: accounts, roles, training, invitations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from corredor.flows.network import staff
from corredor.people import queries
from corredor.people.second_factor import has_factor
from corredor.web.staff_gate import signed_in

from .access import bind, for_stewards
from .people_form import InviteForm, RoleForm, TrainingForm, usual_dates
from .qr import draw_qr

_SOON = timedelta(days=30)


@for_stewards
def people(request: HttpRequest) -> HttpResponse:
    """List all people, and what expires soon."""
    now = timezone.now()
    today = queries.local_today(now)
    context = {
        "people": queries.list_people(today=today),
        "expiring": queries.list_expiring(today=today, within=_SOON),
        "holders": queries.count_role_holders(today=today),
        "invites": queries.list_open_invites(now=now),
    }
    return render(request, "steward/people.html", context)


@for_stewards
def person(request: HttpRequest, user_id: int, *, training_form: TrainingForm | None = None) -> HttpResponse:
    """Show one person: roles with their required training, sessions, account."""
    today = queries.local_today(timezone.now())
    found = queries.get_person(user_id=user_id, today=today)
    if found is None or found.user.is_drill:
        raise Http404
    context = {
        "person": found,
        "has_factor": has_factor(found.user),
        "sessions": queries.list_sessions(user_id=user_id),
        "training_form": training_form or TrainingForm(initial=usual_dates(today)),
        "trainings": found.user.trainings.order_by("-expires_on"),
    }
    return render(request, "steward/person.html", context, status=422 if training_form else 200)


@for_stewards
def invite(request: HttpRequest) -> HttpResponse:
    """Create a one-use link; it is shown once."""
    form = bind(InviteForm, request)
    if request.method == "POST" and form.is_valid():
        invited = staff.invite_person(roles=form.cleaned_data["roles"], by=signed_in(request), now=timezone.now())
        return _show_link(request, invited, user_id=None)
    return render(request, "steward/invite.html", {"form": form}, status=422 if form.errors else 200)


def _changes(view: Callable[..., HttpResponse | None]) -> Callable[..., HttpResponse]:
    """Make a view of a POST by a steward that changes one person, with the shared refusals."""

    @wraps(view)
    @require_POST
    @for_stewards
    def changed(request: HttpRequest, user_id: int, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, user_id=user_id, **kwargs)
        except (staff.UnknownPerson, staff.DrillPerson) as error:
            raise Http404 from error
        except staff.LastSteward:
            messages.error(request, _("This is the last steward. Make somebody else a steward first."))
            response = None
        return response or redirect("steward:person", user_id=user_id)

    return changed


@_changes
def grant(request: HttpRequest, user_id: int) -> HttpResponse | None:
    """Grant a role."""
    _change_role(request, user_id, staff.grant_role, _("Role given."))
    return None


@_changes
def revoke(request: HttpRequest, user_id: int) -> HttpResponse | None:
    """Revoke a role."""
    _change_role(request, user_id, staff.revoke_role, _("Role taken back."))
    return None


def _change_role(request: HttpRequest, user_id: int, change: Callable[..., object], words: str) -> None:
    form = RoleForm(request.POST)
    if form.is_valid():
        change(user_id=user_id, role=form.cleaned_data["role"], by=signed_in(request), now=timezone.now())
        messages.success(request, words)


@_changes
def train(request: HttpRequest, user_id: int) -> HttpResponse | None:
    """Record a completed training."""
    form = TrainingForm(request.POST)
    if form.is_valid():
        try:
            staff.record_training(user_id=user_id, by=signed_in(request), now=timezone.now(), **form.cleaned_data)
        except staff.WrongTraining:
            form.add_error("passed_on", _("It cannot have been passed in the future."))
        else:
            messages.success(request, _("Training recorded."))
            return None
    return person(request, user_id=user_id, training_form=form)


@_changes
def sign_out(request: HttpRequest, user_id: int) -> HttpResponse | None:
    """End all sessions of the person."""
    staff.end_all_sessions(user_id=user_id, by=signed_in(request), now=timezone.now())
    messages.success(request, _("Signed out everywhere."))
    return None


@_changes
def close(request: HttpRequest, user_id: int) -> HttpResponse | None:
    """Close the account."""
    staff.close_account(user_id=user_id, by=signed_in(request), now=timezone.now())
    messages.success(request, _("The account is closed."))
    return None


@_changes
def reopen(request: HttpRequest, user_id: int) -> HttpResponse | None:
    """Reopen a closed account."""
    staff.open_account(user_id=user_id, by=signed_in(request), now=timezone.now())
    messages.success(request, _("The account is open again."))
    return None


@_changes
def way_back(request: HttpRequest, user_id: int) -> HttpResponse:
    """Create a recovery link after a lost phone or password."""
    invited = staff.start_account_recovery(user_id=user_id, by=signed_in(request), now=timezone.now())
    return _show_link(request, invited, user_id=user_id)


@require_POST
@for_stewards
def withdraw(request: HttpRequest, invite_id: int) -> HttpResponse:
    """Revoke an unused link."""
    staff.withdraw_invite(invite_id=invite_id, by=signed_in(request), now=timezone.now())
    messages.success(request, _("The link no longer works."))
    return redirect("steward:people")


def _show_link(request: HttpRequest, invited: staff.Invited, *, user_id: int | None) -> HttpResponse:
    link = settings.BASE_URL + reverse("steward:join", kwargs={"token": invited.token})
    context = {"link": link, "qr": draw_qr(link), "expires_at": invited.expires_at, "user_id": user_id}
    return render(request, "steward/link.html", context)
