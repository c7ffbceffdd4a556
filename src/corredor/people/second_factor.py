"""Second factor of sign-in: set-up, removal, and secrets encrypted with a key outside the database."""

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
    """Encrypt a TOTP secret or the seed of recovery codes, as hex."""
    return _ring().seal(text.encode(), context=_CONTEXT).hex()


def open_secret(sealed: str) -> str:
    """Decrypt a secret. Raise engines.sealing.CannotOpen."""
    return _ring().open(bytes.fromhex(sealed), context=_CONTEXT).decode()


def has_factor(user: User) -> bool:
    """Return whether a passkey or an authenticator app is set up; recovery codes alone do not count."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user=user, type__in=kinds).exists()


def list_factors(user: User) -> list[Authenticator]:
    """Return the person's factors, oldest first, recovery codes included."""
    return list(Authenticator.objects.filter(user=user).order_by("created_at"))


def make_totp(user: User) -> str:
    """Set up an authenticator app. Return the secret to type or scan. Raise DrillPerson."""
    if user.is_drill:
        raise DrillPerson
    secret = generate_totp_secret()
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(user, secret)
    return secret


def read_totp(user: User) -> str | None:
    """Return the six digits that the person's app shows now; None without an app."""
    factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if factor is None:
        return None
    counter = int(time.time()) // mfa_settings.TOTP_PERIOD
    return format_hotp_value(hotp_value(open_secret(factor.data["secret"]), counter))


def forget_factors(user: User) -> int:
    """Remove all passkeys, apps and recovery codes. Return their number."""
    return Authenticator.objects.filter(user=user).delete()[0]


def reseal_secrets() -> int:
    """Re-encrypt secrets sealed with an older key. Return the number of changed records."""
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
