"""Signing in and the second step: allauth's pages, with what the first use of a factor proves."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import AccountInactiveView, LoginView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from corredor.people.models import User
from corredor.people.second_factor import list_factors
from corredor.web.staff_gate import signed_in


def name_kinds(user: User) -> dict[str, bool]:
    """Which second steps the person has, as templates ask for it."""
    kinds = {factor.type for factor in list_factors(user)}
    return {
        "has_app": Authenticator.Type.TOTP in kinds,
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in kinds,
    }


def _prove(request: HttpRequest, factor: Authenticator) -> None:
    """Whoever has just set a factor up has shown that they hold it: it counts as used in this session."""
    record_authentication(request, request.user, "mfa", id=factor.pk, type=factor.type)


def _newest(user: User, kind: str) -> Authenticator:
    return Authenticator.objects.filter(user=user, type=kind).latest("created_at", "pk")


class _OurSite:
    """allauth puts its own ``site``, the host's name, over ours."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context without it."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        context.pop("site", None)
        return context


class SignIn(_OurSite, LoginView):
    """Name and password, or a passkey."""

    template_name = "steward/sign_in.html"


class Closed(_OurSite, AccountInactiveView):
    """Where a closed account ends."""

    template_name = "steward/closed.html"


class SecondStep(_OurSite, AuthenticateView):
    """After the password: a code of the app, a passkey, or a recovery code."""

    template_name = "steward/second_step.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also which of them this person has."""
        return super().get_context_data(**kwargs) | name_kinds(self.stage.login.user)


class Factors(IndexView):
    """Passkeys, app and recovery codes of the person."""

    template_name = "steward/factors.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also whether one may be taken away: the last one may not."""
        user = signed_in(self.request)
        factors = [f for f in list_factors(user) if f.type != Authenticator.Type.RECOVERY_CODES]
        return super().get_context_data(**kwargs) | name_kinds(user) | {"can_remove": len(factors) > 1}


class ActivateApp(ActivateTOTPView):
    """Set up an authenticator app."""

    template_name = "steward/app.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """The code that was typed proves that the app works."""
        response = super().form_valid(form)
        _prove(self.request, _newest(signed_in(self.request), Authenticator.Type.TOTP))
        messages.success(self.request, _("The app is set up."))
        return response


class AddPasskey(AddWebAuthnView):
    """Set up a passkey."""

    template_name = "steward/passkey.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Making it has checked a finger, a face or a PIN."""
        response = super().form_valid(form)
        _prove(self.request, _newest(signed_in(self.request), Authenticator.Type.WEBAUTHN))
        messages.success(self.request, _("The passkey is set up."))
        return response


class _KeepsOne:
    """Refuses to take the last factor away: one could not come back in."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        factors = [f for f in list_factors(signed_in(request)) if f.type != Authenticator.Type.RECOVERY_CODES]
        if len(factors) < 2:
            messages.error(request, _("This is your only second step. Set up another before you remove it."))
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class RemoveApp(_KeepsOne, DeactivateTOTPView):
    """Take the authenticator app away."""

    template_name = "steward/remove_app.html"


class RemovePasskey(_KeepsOne, RemoveWebAuthnView):
    """Take one passkey away."""

    template_name = "steward/remove_passkey.html"


def begin(request: HttpRequest) -> HttpResponse:
    """The first time: choose a second step, since no page opens without one."""
    return render(request, "steward/begin.html", name_kinds(signed_in(request)))


def by_invitation(request: HttpRequest) -> HttpResponse:
    """Where allauth would let people sign up."""
    return render(request, "steward/by_invitation.html", status=403)
