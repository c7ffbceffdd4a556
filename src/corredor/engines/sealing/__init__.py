"""Encryption of small values with keys outside the database, and keyed digests for looking them up."""

from .box import CannotOpen, KeyRing, WrongKey
from .digest import DIGEST_SIZE, digest_value
from .keys import KEY_SIZE, derive_key

__all__ = [
    "DIGEST_SIZE",
    "KEY_SIZE",
    "CannotOpen",
    "KeyRing",
    "WrongKey",
    "derive_key",
    "digest_value",
]
