"""Signs test clients in: through the real pages, or directly where sign-in is not under test."""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.internal.userkit import user_id_to_str
from django.test import Client
from django.utils import timezone

from corredor.flows.network.staff import begin_session
from corredor.people.models import User
from corredor.people.second_factor import make_totp, read_totp
from corredor.web.steward.adapter import SESSION_MARK

PASSWORD = "a long password"  # as factories.make_user sets it


def sign_in_through_pages(client: Client, user: User, password: str = PASSWORD) -> None:
    """Name and password, then the six digits, as a person does it. The user needs an app (make_totp)."""
    answer = client.post("/staff/login/", {"login": user.username, "password": password})
    assert (answer.status_code, answer.get("Location")) == (302, "/staff/login/code/"), answer.content
    answer = client.post("/staff/login/code/", {"code": read_totp(user)})
    assert (answer.status_code, answer.get("Location")) == (302, "/desk/"), answer.content


def pass_gate(client: Client, user: User, *, device: str = "Firefox on Linux") -> Client:
    """The state that signing in with an app leaves behind, without walking through the pages."""
    make_totp(user)
    client.force_login(user)
    session = client.session
    mark = begin_session(user_id=user.pk, session_key=session.session_key, device=device, now=timezone.now())
    session[SESSION_MARK] = mark.pk
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()
    return client
