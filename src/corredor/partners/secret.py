"""Webhook signing secrets: encrypted with a key outside the database, decrypted only to sign."""

from __future__ import annotations

import base64
import secrets
from functools import lru_cache

from django.conf import settings

from corredor.engines.sealing import CannotOpen, KeyRing, derive_key

from .errors import BrokenSecret
from .models import Partner

_CONTEXT = "partner secret"
_PREFIX = "whsec_"


def make_secret() -> str:
    """Return a new secret in the Standard Webhooks format: whsec_ and base64 of 32 random bytes."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def seal(secret: str) -> bytes:
    """Encrypt for storage."""
    return _ring().seal(secret.encode(), context=_CONTEXT)


def open_key(sealed: bytes | memoryview) -> bytes:
    """Return the key bytes that sign. Raise BrokenSecret."""
    try:
        text = _ring().open(bytes(sealed), context=_CONTEXT).decode()
    except CannotOpen:
        raise BrokenSecret from None
    return base64.b64decode(text.removeprefix(_PREFIX))


def reseal_partner_secrets() -> int:
    """Re-encrypt with the newest key what an older one encrypted; return the number of partners changed."""
    ring, changed = _ring(), 0
    for partner in Partner.objects.exclude(sealed_secret=None):
        fields = {
            name: ring.seal(ring.open(bytes(value), context=_CONTEXT), context=_CONTEXT)
            for name in ("sealed_secret", "sealed_older_secret")
            if (value := getattr(partner, name)) is not None and not ring.is_current(bytes(value))
        }
        if fields:
            Partner.objects.filter(pk=partner.pk).update(**fields)
            changed += 1
    return changed


def _ring() -> KeyRing:
    return _make_ring(settings.ADDRESS_KEY, tuple(settings.ADDRESS_KEYS_OLDER))


@lru_cache(maxsize=2)
def _make_ring(newest: bytes, older: tuple[bytes, ...]) -> KeyRing:
    first, *rest = (derive_key(key, purpose=_CONTEXT) for key in (newest, *older))
    return KeyRing(first, older=rest)
