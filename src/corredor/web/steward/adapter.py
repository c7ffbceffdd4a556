"""How allauth signs staff in here: by invitation only, without e-mail, without an IP address anywhere."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from corredor.flows.network.staff import begin_session, end_session, set_language
from corredor.people.models import User
from corredor.people.second_factor import open_secret, seal_secret
from corredor.web.language import page_language

from .device import name_device
from .qr import draw_qr

SESSION_MARK = "staff_session"
_SALT = secrets.token_bytes(16)  # of this process; nothing outlives it


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation; what would send e-mail does nothing."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """A stand-in for the IP address, which allauth's limits keep in memory for some minutes.

        Even there the address itself is not: the digest's salt is lost when the process ends.
        """
        address = super().get_client_ip(request)
        return hashlib.blake2b(address.encode(), key=_SALT, digest_size=12).hexdigest()

    def get_http_user_agent(self, request: HttpRequest) -> str:
        """The coarse words that the list of sessions shows."""
        return name_device(super().get_http_user_agent(request))

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """Refuse closed accounts and people of a drill, by whichever door they come."""
        if not user.is_active or getattr(user, "is_drill", True):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in, and list this browser among the person's sessions.

        An account made on the server has nobody's language yet: the first sign-in keeps that of its page.
        """
        if isinstance(user, User) and user.last_login is None and user.language == settings.LANGUAGE_CODE:
            set_language(user=user, language=page_language())
        super().login(request, user)
        if request.session.session_key is None:
            request.session.save()
        session = begin_session(
            user_id=user.pk,
            session_key=request.session.session_key or "",
            device=self.get_http_user_agent(request),
            now=timezone.now(),
        )
        request.session[SESSION_MARK] = session.pk

    def logout(self, request: HttpRequest) -> None:
        """Sign out, and take this browser off the list."""
        mark = request.session.get(SESSION_MARK)
        if mark and isinstance(request.user, User):
            end_session(session_id=mark, by=request.user, now=timezone.now())
        super().logout(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's own page."""
        return reverse("steward:me")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nobody's e-mail address is known."""

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Errors come through; the small talk of allauth's templates does not, for the pages speak themselves."""
        if kwargs.get("message"):
            super().add_message(request, level, *args, **kwargs)


class FactorAdapter(DefaultMFAAdapter):
    """Second factors whose secrets are sealed with a key outside the database."""

    def encrypt(self, text: str) -> str:
        """Seal a shared secret."""
        return seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a shared secret."""
        return open_secret(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """The picture for the app's camera."""
        return draw_qr(url)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """What the form proposes: the browser in which the passkey is made."""
        return name_device(context.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name a phone shows beside the passkey says nothing about what this is."""
        return {"id": context.request.get_host().partition(":")[0], "name": "Corredor"}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """The alias, never more."""
        entity = super().get_public_key_credential_user_entity(user)
        if isinstance(user, User):
            entity["display_name"] = user.alias
        return entity

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nobody's e-mail address is known."""
