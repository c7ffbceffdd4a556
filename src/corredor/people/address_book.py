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

from corredor.engines.sealing import CannotOpen, KeyRing, derive_key

from .contact import Contact, sealing_context
from .enums import AddressKind
from .models import Address

__all__ = [
    "CannotOpen",
    "erase_address",
    "erase_expired",
    "find_address",
    "open_addresses",
    "reseal_addresses",
    "save_address",
    "save_addresses",
]
_T = TypeVar("_T")
_SLICE = 5_000  # ids per query; SQLite takes 32,766 parameters


def save_address(contact: Contact, *, now: datetime, expires_at: datetime | None = None) -> Address:
    """Get or create the row of a contact.

    An existing row keeps the later expiry (no ``expires_at``: never expires). A push subscription whose browser renewed
    its keys is sealed again.
    """
    address, is_new = Address.objects.get_or_create(
        kind=contact.kind,
        lookup=contact.digest,
        is_drill=contact.is_drill,
        defaults={"sealed": _seal(contact), "made_at": now, "expires_at": expires_at},
    )
    if not is_new:
        _extend_expiry(address, expires_at)
        if contact.kind == AddressKind.PUSH and _open(contact.kind, address.sealed) != contact.canonical:
            address.sealed = _seal(contact)
            address.save(update_fields=["sealed"])
    return address


def save_addresses(contacts: Sequence[Contact], *, now: datetime) -> list[int]:
    """Get or create the rows of many contacts of one kind in bulk; return their ids in the same order."""
    Address.objects.bulk_create(
        (Address(kind=c.kind, sealed=_seal(c), lookup=c.digest, made_at=now, is_drill=c.is_drill) for c in contacts),
        ignore_conflicts=True,
        batch_size=_SLICE,
    )
    found: dict[bytes, int] = {}
    for part in _slices(contacts):
        rows = Address.objects.filter(kind=part[0].kind, lookup__in=[c.digest for c in part])
        found.update((bytes(lookup), pk) for lookup, pk in rows.values_list("lookup", "pk"))
    return [found[contact.digest] for contact in contacts]


def open_addresses(ids: Iterable[int]) -> dict[int, str]:
    """Return the decrypted addresses of these rows; missing rows are left out.

    Raise CannotOpen when a row was tampered with or its key file is missing.
    """
    opened: dict[int, str] = {}
    for part in _slices(ids):
        rows = Address.objects.filter(pk__in=part).values_list("pk", "kind", "sealed")
        ring = _ring()  # outside the loop: up to 100,000 rows
        opened.update(
            (pk, ring.open(bytes(sealed), context=sealing_context(kind)).decode()) for pk, kind, sealed in rows
        )
    return opened


def find_address(contact: Contact) -> Address | None:
    """Return the row of a contact by its digest, without decrypting any."""
    return Address.objects.filter(kind=contact.kind, lookup=contact.digest).first()


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
            context = sealing_context(address.kind)
            address.sealed = ring.seal(ring.open(bytes(address.sealed), context=context), context=context)
            changed.append(address)
    Address.objects.bulk_update(changed, ["sealed"], batch_size=500)
    return len(changed)


def _extend_expiry(address: Address, expires_at: datetime | None) -> None:
    if address.expires_at is None or (expires_at is not None and expires_at <= address.expires_at):
        return
    address.expires_at = expires_at
    address.save(update_fields=["expires_at"])


def _seal(contact: Contact) -> bytes:
    return _ring().seal(contact.canonical.encode(), context=sealing_context(contact.kind))


def _open(kind: str, sealed: bytes | memoryview) -> str:
    return _ring().open(bytes(sealed), context=sealing_context(kind)).decode()


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
