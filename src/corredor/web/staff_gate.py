"""Gate of all staff pages: signed in, with a second factor, in a session that was not ended.

A middleware that checks the path before any view is resolved, so that a view without its own check stays closed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import cast

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db.utils import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from corredor.flows.network.staff import set_language
from corredor.kit.languages import get
from corredor.people.actions import touch_session
from corredor.people.models import StaffSession, User
from corredor.people.queries import get_network
from corredor.people.second_factor import has_factor

from .language import use_language
from .steward.adapter import SESSION_MARK

# Path prefixes of staff pages, present and planned. Add new ones here; a test checks all URLs.
AREAS = ("/desk", "/staff", "/field", "/team", "/vault", "/steward")

# URL names that must be reachable to sign in.
OPEN = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_signup",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "steward:join",
    }
)
# Open to signed-in users without a second factor: setting one up, and confirming the password for it.
SETTING_UP = frozenset(
    {
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "steward:begin",
    }
)
# Open to users who have a second factor but have not used it in this session.
PROVING = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn"})


class StaffGateMiddleware:
    """Passes a request to a staff page on, or responds with what is missing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_staff_area(request.path_info):
            return self.get_response(request)
        network = get_network()
        request.network = network  # type: ignore[attr-defined]  # for `site` and the desk
        with timezone.override(network.time_zone):  # staff pages use the network's time zone
            response = _check_access(request) or self.get_response(request)
        add_never_cache_headers(response)
        return response


def is_staff_area(path: str) -> bool:
    """Return True if a path belongs to a staff page."""
    return any(path == area or path.startswith(f"{area}/") for area in AREAS)


def _check_access(request: HttpRequest) -> HttpResponse | None:
    """Return the response that replaces the page, or None to pass."""
    name = _name_page(request.path_info)
    user = request.user
    if not isinstance(user, User) or not user.is_authenticated:
        return None if name in OPEN else _ask_to_sign_in(request)
    session = _find_session(request, user)
    if session is None:
        logout(request)
        return None if name in OPEN else _ask_to_sign_in(request)
    with contextlib.suppress(OperationalError):  # with a full disk, staff must still get in to see the cause
        touch_session(session=session, session_key=request.session.session_key or "", now=timezone.now())
    _activate_language(request, user)
    return None if name in OPEN else _check_factor(request, user, name)


def _check_factor(request: HttpRequest, user: User, name: str) -> HttpResponse | None:
    if not has_factor(user):
        return None if name in SETTING_UP else _send(request, "steward:begin")
    if has_used_factor(request, user) or name in PROVING:
        return None
    has_app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    return _send(request, "mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn")


def has_used_factor(request: HttpRequest, user: User) -> bool:
    """Return True if a passkey, a TOTP code or a recovery code was used in this session."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def _find_session(request: HttpRequest, user: User) -> StaffSession | None:
    """Return the listed session of this browser; None if it was ended or has exceeded its lifetime."""
    begun_after = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    mark = request.session.get(SESSION_MARK) or 0
    return StaffSession.objects.filter(pk=mark, user=user, begun_at__gt=begun_after).first()


def _activate_language(request: HttpRequest, user: User) -> None:
    """Activate the account's language, which ``?lang=`` changes."""
    asked: str | None = getattr(request, "asked_language", None)
    if asked and asked != user.language:
        set_language(user=user, language=asked)
        user.language = asked
    use_language(request, get(user.language).code)


def _name_page(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":  # a fragment: the script reloads the whole page
        return HttpResponse(status=401)
    return redirect_to_login(request.get_full_path())


def _send(request: HttpRequest, view_name: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401)
    return redirect(view_name)


def signed_in(request: HttpRequest) -> User:
    """The person; the gate has made sure that there is one."""
    return cast(User, request.user)
