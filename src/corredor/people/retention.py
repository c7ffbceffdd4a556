"""Retention of the people stage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from corredor.channels.catalogue import list_channels
from corredor.kit.retention import CHUNK, Form, Stored

from . import actions, address_book
from .address_uses import filter_unused
from .models import Address, Invite, StaffSession, User

UNUSED_FOR = timedelta(hours=1)  # a sign-up form may be unfinished


@transaction.atomic
def erase_addresses(now: datetime) -> int:
    """Erase expired addresses, and those that no row holds any more."""
    settled = Address.objects.filter(is_drill=False, made_at__lt=now - UNUSED_FOR)
    unused = filter_unused(settled, after_messages=True)
    erased = sum(address_book.erase_address(pk) for pk in unused.values_list("pk", flat=True)[:CHUNK])
    return erased + address_book.erase_expired(now=now)


@transaction.atomic
def erase_sessions(now: datetime) -> int:
    """Erase staff's expired sessions."""
    shift = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return actions.forget_old_sessions(now=now, older_than=shift)


@transaction.atomic
def erase_invites(now: datetime) -> int:
    """Erase invitations not used in time."""
    return actions.forget_old_invites(now=now)


def _addresses(kind: str) -> Callable[[], QuerySet[Model]]:
    return lambda: Address.objects.filter(kind=kind, is_drill=False)


def _staff() -> QuerySet[Model]:
    return User.objects.filter(is_drill=False)


def _passkeys() -> QuerySet[Model]:
    return Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN)


def _factor_secrets() -> QuerySet[Model]:
    return Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)


STORED = [
    *(
        Stored(
            code=one.address.exposure_code,
            rows=_addresses(one.address.kind),
            since="made_at",
            words=_(one.address.exposure),
            form=Form.SEALED,
        )
        for one in list_channels()
        if one.address.exposure
    ),
    Stored(
        code="addresses",
        rows=lambda: Address.objects.filter(is_drill=False),
        since="made_at",
        words=_("All phone numbers and addresses together"),
        form=Form.SEALED,
        kept_for=UNUSED_FOR,
        erase=erase_addresses,
    ),
    Stored(code="staff", rows=_staff, since="made_at", words=_("Staff: sign-in name, alias, roles and training")),
    Stored(
        code="sessions",
        rows=StaffSession.objects.all,
        since="begun_at",
        words=_("Signed-in browsers of staff, in coarse words"),
        erase=erase_sessions,
    ),
    Stored(
        code="passkeys",
        rows=_passkeys,
        since="created_at",
        words=_("Public halves of staff's passkeys; they open nothing"),
    ),
    Stored(code="cookies", rows=Session.objects.all, words=_("Running sessions: valid as a key for a shift at most")),
    Stored(
        code="factors",
        rows=_factor_secrets,
        since="created_at",
        words=_("Secrets of staff's authenticator apps"),
        form=Form.SEALED,
    ),
    Stored(
        code="invites",
        rows=Invite.objects.all,
        since="made_at",
        words=_("Invitation links"),
        form=Form.DIGEST,
        erase=erase_invites,
    ),
    Stored(code="passwords", rows=_staff, since="made_at", words=_("Passwords of staff (Argon2)"), form=Form.DIGEST),
]
