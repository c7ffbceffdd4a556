"""The second step of signing in: its secrets sealed with a key outside the database, made and taken away."""

from __future__ import annotations

import time
from functools import lru_cache

from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings

from corredor.engines.sealing import KeyRing, derive_key

from .errors import DrillPerson
from .models import User

_CONTEXT = "second factor"


def seal_secret(text: str) -> str:
    """The stored form of a shared secret or of the seed of recovery codes."""
    return _ring().seal(text.encode(), context=_CONTEXT).hex()


def open_secret(sealed: str) -> str:
    """The secret again. Raises engines.sealing.CannotOpen."""
    return _ring().open(bytes.fromhex(sealed), context=_CONTEXT).decode()


def has_factor(user: User) -> bool:
    """Whether a passkey or an authenticator app is set up; recovery codes alone are none."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user=user, type__in=kinds).exists()


def list_factors(user: User) -> list[Authenticator]:
    """What the person has set up, oldest first, recovery codes among them."""
    return list(Authenticator.objects.filter(user=user).order_by("created_at"))


def make_totp(user: User) -> str:
    """Set up an authenticator app for somebody; returns the secret to type or scan. Raises DrillPerson."""
    if user.is_drill:
        raise DrillPerson
    secret = generate_totp_secret()
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(user, secret)
    return secret


def read_totp(user: User) -> str | None:
    """The six digits that the person's app shows now; None without an app."""
    factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if factor is None:
        return None
    counter = int(time.time()) // mfa_settings.TOTP_PERIOD
    return format_hotp_value(hotp_value(open_secret(factor.data["secret"]), counter))


def forget_factors(user: User) -> int:
    """Take all passkeys, apps and recovery codes away; returns how many."""
    return Authenticator.objects.filter(user=user).delete()[0]


def reseal_secrets() -> int:
    """Seal with the newest key what an older one sealed; returns how many records changed."""
    changed = 0
    for factor in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN):
        stale = {
            name: seal_secret(open_secret(value))
            for name, value in factor.data.items()
            if name in ("secret", "seed") and not _ring().is_current(bytes.fromhex(value))
        }
        if stale:
            factor.data |= stale
            factor.save(update_fields=["data"])
            changed += 1
    return changed


def _ring() -> KeyRing:
    return _make_ring(settings.ADDRESS_KEY, tuple(settings.ADDRESS_KEYS_OLDER))


@lru_cache(maxsize=2)
def _make_ring(newest: bytes, older: tuple[bytes, ...]) -> KeyRing:
    first, *rest = (derive_key(key, purpose=_CONTEXT) for key in (newest, *older))
    return KeyRing(first, older=rest)
