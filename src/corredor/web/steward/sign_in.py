"""Sign-in and second factors: allauth's views, plus recording the first use of a new factor."""

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
    """Return the user's kinds of second factor, as templates take them."""
    kinds = {factor.type for factor in list_factors(user)}
    return {
        "has_app": Authenticator.Type.TOTP in kinds,
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in kinds,
    }


def _mark_used(request: HttpRequest, factor: Authenticator) -> None:
    """Mark a factor as used in this session: setting it up has proved possession."""
    record_authentication(request, request.user, "mfa", id=factor.pk, type=factor.type)


def _newest(user: User, kind: str) -> Authenticator:
    return Authenticator.objects.filter(user=user, type=kind).latest("created_at", "pk")


class _WithoutHostSite:
    """Removes allauth's ``site`` (the host name), which would override ours."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the context without ``site``."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        context.pop("site", None)
        return context


class SignIn(_WithoutHostSite, LoginView):
    """Sign in with name and password, or a passkey."""

    template_name = "steward/sign_in.html"


class Closed(_WithoutHostSite, AccountInactiveView):
    """The page of a closed account."""

    template_name = "steward/closed.html"


class SecondStep(_WithoutHostSite, AuthenticateView):
    """After the password: a TOTP code, a passkey, or a recovery code."""

    template_name = "steward/second_step.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the user's kinds of factor."""
        return super().get_context_data(**kwargs) | name_kinds(self.stage.login.user)


class Factors(IndexView):
    """The user's passkeys, authenticator app and recovery codes."""

    template_name = "steward/factors.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether a factor may be removed: the last one may not."""
        user = signed_in(self.request)
        factors = [f for f in list_factors(user) if f.type != Authenticator.Type.RECOVERY_CODES]
        return super().get_context_data(**kwargs) | name_kinds(user) | {"can_remove": len(factors) > 1}


class ActivateApp(ActivateTOTPView):
    """Set up an authenticator app."""

    template_name = "steward/app.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Mark the factor as used: its code was just entered."""
        response = super().form_valid(form)
        _mark_used(self.request, _newest(signed_in(self.request), Authenticator.Type.TOTP))
        messages.success(self.request, _("The app is set up."))
        return response


class AddPasskey(AddWebAuthnView):
    """Set up a passkey."""

    template_name = "steward/passkey.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Mark the factor as used: creating it verified the user."""
        response = super().form_valid(form)
        _mark_used(self.request, _newest(signed_in(self.request), Authenticator.Type.WEBAUTHN))
        messages.success(self.request, _("The passkey is set up."))
        return response


class _KeepLastFactor:
    """Refuses to remove the last factor, without which one could not sign in again."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        factors = [f for f in list_factors(signed_in(request)) if f.type != Authenticator.Type.RECOVERY_CODES]
        if len(factors) < 2:
            messages.error(request, _("This is your only second step. Set up another before you remove it."))
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class RemoveApp(_KeepLastFactor, DeactivateTOTPView):
    """Remove the authenticator app."""

    template_name = "steward/remove_app.html"


class RemovePasskey(_KeepLastFactor, RemoveWebAuthnView):
    """Remove one passkey."""

    template_name = "steward/remove_passkey.html"


def begin(request: HttpRequest) -> HttpResponse:
    """Ask a new user to choose a second factor, which all pages require."""
    return render(request, "steward/begin.html", name_kinds(signed_in(request)))


def by_invitation(request: HttpRequest) -> HttpResponse:
    """Replace allauth's sign-up page."""
    return render(request, "steward/by_invitation.html", status=403)
