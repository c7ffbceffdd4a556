"""Allauth adapters: sign-up by invitation only, no e-mail, no IP address stored."""

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
_SALT = secrets.token_bytes(16)  # random per process; never stored


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are created by invitation; e-mails are not sent."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: open sign-up is disabled."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return a stand-in for the IP address, for allauth's rate limits, which stay in memory for some minutes.

        A salted digest: the salt is lost when the process ends.
        """
        address = super().get_client_ip(request)
        return hashlib.blake2b(address.encode(), key=_SALT, digest_size=12).hexdigest()

    def get_http_user_agent(self, request: HttpRequest) -> str:
        """Return the coarse browser name for the list of sessions."""
        return name_device(super().get_http_user_agent(request))

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """Refuse closed accounts and drill accounts, whatever the sign-in method."""
        if not user.is_active or getattr(user, "is_drill", True):
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in, and add this browser to the user's sessions.

        An account created on the command line has no language yet: its first sign-in stores the page's language.
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
        """Sign out, and remove this browser from the list."""
        mark = request.session.get(SESSION_MARK)
        if mark and isinstance(request.user, User):
            end_session(session_id=mark, by=request.user, now=timezone.now())
        super().logout(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Redirect to one's own page."""
        return reverse("steward:me")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: e-mail addresses are not stored."""

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Pass errors only: allauth's other messages duplicate what our pages say."""
        if kwargs.get("message"):
            super().add_message(request, level, *args, **kwargs)


class FactorAdapter(DefaultMFAAdapter):
    """Stores secrets of second factors sealed with a key outside the database."""

    def encrypt(self, text: str) -> str:
        """Seal a TOTP secret."""
        return seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Unseal a TOTP secret."""
        return open_secret(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code for the authenticator app."""
        return draw_qr(url)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """Propose the browser's name as the passkey's name."""
        return name_device(context.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return a neutral name, shown on the phone beside the passkey, that does not reveal the service."""
        return {"id": context.request.get_host().partition(":")[0], "name": "Corredor"}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """Return only the alias."""
        entity = super().get_public_key_credential_user_entity(user)
        if isinstance(user, User):
            entity["display_name"] = user.alias
        return entity

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: e-mail addresses are not stored."""
