"""The steward's page of partners: whom we tell what is public, who may report to us, and how that goes."""

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


def _about_one(view: View) -> View:
    """For a button beside one partner, who may have been removed by somebody else meanwhile."""

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
    """All partners, and the form to add one."""
    return _show(request, PartnerForm())


@require_POST
@for_stewards
def add(request: HttpRequest) -> HttpResponse:
    """Add one. What opens and what signs is shown on the next page, this once."""
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


@_about_one
def secret(request: HttpRequest, partner_id: int) -> HttpResponse:
    """A new secret for what we send."""
    by, now = signed_in(request), timezone.now()
    return _show_once(request, partner_set_up.change_secret(partner_id=partner_id, by=by, now=now), is_changed=True)


@_about_one
def token(request: HttpRequest, partner_id: int) -> HttpResponse:
    """A new token for what they send."""
    by, now = signed_in(request), timezone.now()
    return _show_once(request, partner_set_up.change_token(partner_id=partner_id, by=by, now=now))


@_about_one
def test(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Call them now."""
    tested = partner_set_up.test_partner(partner_id=partner_id, by=signed_in(request), now=timezone.now())
    if tested.is_accepted:
        messages.success(request, _("They have accepted the test (%(code)s).") % {"code": tested.code})
    else:
        messages.error(request, _("They have not accepted the test: %(code)s") % {"code": tested.code})
    return redirect("steward:partners")


@_about_one
def switch(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Turn news to them on or off."""
    is_on = request.POST.get("is_on") == "1"
    partner_set_up.switch_partner(partner_id=partner_id, is_on=is_on, by=signed_in(request), now=timezone.now())
    messages.success(request, _("They are told from now on.") if is_on else _("They are told nothing from now on."))
    return redirect("steward:partners")


@_about_one
def remove(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Forget them."""
    partner_set_up.remove_partner(partner_id=partner_id, by=signed_in(request), now=timezone.now())
    messages.success(request, _("Removed."))
    return redirect("steward:partners")


def _show(request: HttpRequest, form: PartnerForm) -> HttpResponse:
    rows = partner_set_up.list_partners(by=signed_in(request), now=timezone.now())
    context = {"partners": rows, "form": form}
    return render(request, "steward/partners.html", context, status=422 if form.errors else 200)


def _show_once(request: HttpRequest, shown: Shown, *, is_changed: bool = False) -> HttpResponse:
    """Neither is kept in a form that anybody could show again, nor by the browser."""
    response = render(request, "steward/partner_shown.html", {"shown": shown, "is_changed": is_changed})
    response.headers["Cache-Control"] = "no-store"
    return response
