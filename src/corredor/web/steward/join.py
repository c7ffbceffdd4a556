"""The page of an invitation: create an account, or recover one."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_password_login, record_authentication
from allauth.account.models import Login
from allauth.core.ratelimit import consume_or_429
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from corredor.flows.network.staff import InviteView, NameTaken, WeakPassword, WrongInvite, accept_invite, show_invite
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.web.language import page_language

from .access import bind
from .account_form import ComeBackForm, JoinForm


@sensitive_post_parameters("password")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """GET does not use up the invitation; submitting the form does."""
    if limited := consume_or_429(request, action="signup"):
        return limited
    try:
        invite = show_invite(token=token, now=timezone.now())
    except WrongInvite:
        return render(request, "steward/wrong_invite.html", status=410)
    form = bind(ComeBackForm if invite.username else JoinForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            user = accept_invite(token=token, language=page_language(), now=timezone.now(), **form.cleaned_data)
        except NameTaken:
            form.add_error("username", _("Somebody here has this name already. Choose another."))
        except WeakPassword as weak:
            form.add_error("password", weak.reasons)
        except WrongInvite:
            return render(request, "steward/wrong_invite.html", status=410)
        else:
            return _sign_in(request, user)
    context = {"form": form, "invite": invite, "roles": _name_roles(invite)}
    return render(request, "steward/join.html", context, status=422 if form.errors else 200)


def _sign_in(request: HttpRequest, user: User) -> HttpResponse:
    logout(request)
    # The password was just entered; the second factor may be set up without asking for it again.
    record_authentication(request, user, "password", reauthenticated=True)
    return perform_password_login(request, {"username": user.username}, Login(user=user))


def _name_roles(invite: InviteView) -> list[str]:
    return [str(Role(role).label) for role in invite.roles]
