"""The stewards' page of partners: who gets our public news, who may report to us, and delivery status."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from corredor.flows.partner import set_up as partner_set_up
from corredor.flows.partner.set_up import NamelessPartner, NoEndpoint, Shown, UnknownPartner, WrongEndpoint
from corredor.web.staff_gate import signed_in

from .access import for_stewards
from .partners_form import PartnerForm

View = Callable[..., HttpResponse]


def _changes_partner(view: View) -> View:
    """Handle a button of one partner, who may have been removed meanwhile."""

    @require_POST
    @for_stewards
    @wraps(view)
    def inner(request: HttpRequest, partner_id: int) -> HttpResponse:
        try:
            return view(request, partner_id)
        except UnknownPartner:
            raise Http404 from None
        except NoEndpoint:
            messages.error(request, _("This partner is not called, so there is nothing to test or sign."))
            return redirect("steward:partners")

    return inner


@for_stewards
def partners(request: HttpRequest) -> HttpResponse:
    """List the partners, and show the form to add one."""
    return _show(request, PartnerForm())


@require_POST
@for_stewards
def add(request: HttpRequest) -> HttpResponse:
    """Add a partner. Its token and secret are shown once, on the next page."""
    form = PartnerForm(request.POST)
    if form.is_valid():
        try:
            shown = partner_set_up.add_partner(**form.cleaned_data, by=signed_in(request), now=timezone.now())
        except NamelessPartner:
            form.add_error("name", _("A name needs at least two letters."))
        except WrongEndpoint:
            form.add_error("url", _("This address cannot be called. It must begin with https:// and hold no password."))
        else:
            return _show_once(request, shown)
    return _show(request, form)


@_changes_partner
def secret(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Replace the secret that signs our calls."""
    by, now = signed_in(request), timezone.now()
    return _show_once(request, partner_set_up.change_secret(partner_id=partner_id, by=by, now=now), is_changed=True)


@_changes_partner
def token(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Replace the token that authenticates their calls."""
    by, now = signed_in(request), timezone.now()
    return _show_once(request, partner_set_up.change_token(partner_id=partner_id, by=by, now=now))


@_changes_partner
def test(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Send a test call now."""
    tested = partner_set_up.test_partner(partner_id=partner_id, by=signed_in(request), now=timezone.now())
    if tested.is_accepted:
        messages.success(request, _("They have accepted the test (%(code)s).") % {"code": tested.code})
    else:
        messages.error(request, _("They have not accepted the test: %(code)s") % {"code": tested.code})
    return redirect("steward:partners")


@_changes_partner
def switch(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Turn news to a partner on or off."""
    is_on = request.POST.get("is_on") == "1"
    partner_set_up.switch_partner(partner_id=partner_id, is_on=is_on, by=signed_in(request), now=timezone.now())
    messages.success(request, _("They are told from now on.") if is_on else _("They are told nothing from now on."))
    return redirect("steward:partners")


@_changes_partner
def remove(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Remove a partner."""
    partner_set_up.remove_partner(partner_id=partner_id, by=signed_in(request), now=timezone.now())
    messages.success(request, _("Removed."))
    return redirect("steward:partners")


def _show(request: HttpRequest, form: PartnerForm) -> HttpResponse:
    rows = partner_set_up.list_partners(by=signed_in(request), now=timezone.now())
    context = {"partners": rows, "form": form}
    return render(request, "steward/partners.html", context, status=422 if form.errors else 200)


def _show_once(request: HttpRequest, shown: Shown, *, is_changed: bool = False) -> HttpResponse:
    """Show token and secret once: neither is stored in readable form, nor cached by the browser."""
    response = render(request, "steward/partner_shown.html", {"shown": shown, "is_changed": is_changed})
    response.headers["Cache-Control"] = "no-store"
    return response
