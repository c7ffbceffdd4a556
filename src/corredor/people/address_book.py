"""Encryption of addresses at rest: the only module that seals and opens them; only delivery and two flows import it.

Reads and writes ``people_address``. The keys are files outside the database (settings ADDRESS_KEY, ADDRESS_KEYS_OLDER,
LOOKUP_KEY), so a stolen database reveals no address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from django.conf import settings

from corredor.engines.sealing import CannotOpen, KeyRing, derive_key, digest_value

from .address import identify, normalise, parse_contact
from .enums import AddressKind
from .errors import WrongAddress
from .models import Address

__all__ = [
    "CannotOpen",
    "WrongAddress",
    "erase_address",
    "erase_expired",
    "find_address",
    "lookup_digest",
    "open_addresses",
    "parse_contact",
    "reseal_addresses",
    "save_address",
    "save_addresses",
]
_T = TypeVar("_T")
_SLICE = 5_000  # ids per query; SQLite takes 32,766 parameters


def save_address(
    *, kind: str, value: str, now: datetime, expires_at: datetime | None = None, is_drill: bool = False
) -> Address:
    """Get or create the row of an address. Raise WrongAddress.

    An existing row keeps the later expiry (no ``expires_at``: never expires). A push subscription whose browser renewed
    its keys is sealed again.
    """
    if is_drill != (kind == AddressKind.DRILL):
        raise WrongAddress(kind)
    value = normalise(kind, value)
    address, is_new = Address.objects.get_or_create(
        kind=kind,
        lookup=_digest(kind, value),
        is_drill=is_drill,
        defaults={"sealed": _seal(kind, value), "made_at": now, "expires_at": expires_at},
    )
    if not is_new:
        _extend_expiry(address, expires_at)
        if kind == AddressKind.PUSH and _open(kind, address.sealed) != value:
            address.sealed = _seal(kind, value)
            address.save(update_fields=["sealed"])
    return address


def save_addresses(*, kind: str, values: Sequence[str], now: datetime) -> list[int]:
    """Get or create rows of many addresses in bulk, in the order of ``values``. Raise WrongAddress."""
    values = [normalise(kind, value) for value in values]
    digests = [_digest(kind, value) for value in values]
    Address.objects.bulk_create(
        (
            Address(
                kind=kind, sealed=_seal(kind, value), lookup=digest, made_at=now, is_drill=kind == AddressKind.DRILL
            )
            for value, digest in zip(values, digests, strict=True)
        ),
        ignore_conflicts=True,
        batch_size=_SLICE,
    )
    found: dict[bytes, int] = {}
    for part in _slices(digests):
        rows = Address.objects.filter(kind=kind, lookup__in=part).values_list("lookup", "pk")
        found.update((bytes(lookup), pk) for lookup, pk in rows)
    return [found[digest] for digest in digests]


def open_addresses(ids: Iterable[int]) -> dict[int, str]:
    """Return the decrypted addresses of these rows; missing rows are left out.

    Raise CannotOpen when a row was tampered with or its key file is missing.
    """
    opened: dict[int, str] = {}
    for part in _slices(ids):
        rows = Address.objects.filter(pk__in=part).values_list("pk", "kind", "sealed")
        ring = _ring()  # outside the loop: up to 100,000 rows
        opened.update((pk, ring.open(bytes(sealed), context=_context(kind)).decode()) for pk, kind, sealed in rows)
    return opened


def find_address(*, kind: str, value: str) -> Address | None:
    """Return the row of this address by its digest, without decrypting any. Raise WrongAddress."""
    return Address.objects.filter(kind=kind, lookup=lookup_digest(kind=kind, value=value)).first()


def lookup_digest(*, kind: str, value: str) -> bytes:
    """Return the 16-byte keyed digest of an address, irreversible without the key. Raise WrongAddress."""
    return _digest(kind, normalise(kind, value))


def erase_address(address_id: int) -> bool:
    """Delete the row; True if there was one. Cascades to contact methods; messages lose their address."""
    return bool(Address.objects.filter(pk=address_id).delete()[0])


def erase_expired(*, now: datetime) -> int:
    """Delete expired addresses. Return their number."""
    return Address.objects.filter(expires_at__lte=now).delete()[1].get(Address._meta.label, 0)


def reseal_addresses(*, limit: int = 10_000) -> int:
    """Re-encrypt rows sealed with an older key, up to ``limit``. Return their number (key rotation)."""
    ring = _ring()
    changed: list[Address] = []
    rows = Address.objects.order_by("pk").only("pk", "kind", "sealed")
    for address in rows.iterator(chunk_size=2000):
        if len(changed) == limit:
            break
        if not ring.is_current(bytes(address.sealed)):
            address.sealed = _seal(address.kind, _open(address.kind, address.sealed))
            changed.append(address)
    Address.objects.bulk_update(changed, ["sealed"], batch_size=500)
    return len(changed)


def _extend_expiry(address: Address, expires_at: datetime | None) -> None:
    if address.expires_at is None or (expires_at is not None and expires_at <= address.expires_at):
        return
    address.expires_at = expires_at
    address.save(update_fields=["expires_at"])


def _seal(kind: str, value: str) -> bytes:
    return _ring().seal(value.encode(), context=_context(kind))


def _open(kind: str, sealed: bytes | memoryview) -> str:
    return _ring().open(bytes(sealed), context=_context(kind)).decode()


def _context(kind: str) -> str:
    # Drill addresses have their own context, so none can be passed off as a real one or the reverse.
    return f"address:{kind}"


def _digest(kind: str, value: str) -> bytes:
    return digest_value(identify(kind, value), key=settings.LOOKUP_KEY, context=_context(kind))


def _ring() -> KeyRing:
    return _make_ring(settings.ADDRESS_KEY, tuple(settings.ADDRESS_KEYS_OLDER))


@lru_cache(maxsize=2)
def _make_ring(newest: bytes, older: tuple[bytes, ...]) -> KeyRing:
    first, *rest = (derive_key(key, purpose="addresses") for key in (newest, *older))
    return KeyRing(first, older=rest)


def _slices(items: Iterable[_T]) -> Iterator[list[_T]]:
    iterator = iter(items)
    while part := list(islice(iterator, _SLICE)):
        yield part
