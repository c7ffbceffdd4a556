"""A parsed address: its kind, its stored form, and the digest it is found by. Parse once, at the edge."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Self

from django.conf import settings

from corredor.channels.catalogue import list_channels
from corredor.channels.spec import AddressSpec, WrongForm
from corredor.engines.sealing import digest_value

from .enums import AddressKind
from .errors import WrongAddress


@dataclass(frozen=True, slots=True)
class Contact:
    """``canonical`` is the one form in which the address is stored and stays out of logs; ``digest`` is the 16-byte
    keyed digest of what identifies it, irreversible without the key.
    """

    kind: AddressKind
    canonical: str = field(repr=False)
    digest: bytes = field(repr=False)

    @classmethod
    def parse(cls, kind: str, text: str) -> Self:
        """Parse an address of this kind. Raise WrongAddress if ``text`` is none."""
        spec = address_spec(kind)
        if len(text) > spec.longest:
            raise WrongAddress(kind)
        try:
            canonical = spec.normalise(text.strip())
        except WrongForm as error:
            raise WrongAddress(kind) from error
        return cls(AddressKind(kind), canonical, _digest(kind, canonical))

    @classmethod
    def parse_typed(cls, text: str) -> Self | None:
        """Parse what a person typed when asked for a phone number or an e-mail address; None for nothing."""
        if not text.strip():
            return None
        return cls.parse(AddressKind.EMAIL if "@" in text else AddressKind.PHONE, text)

    @property
    def is_drill(self) -> bool:
        return self.kind == AddressKind.DRILL

    def with_kind(self, kind: AddressKind) -> Self:
        """Return the same address as another kind uses it: a phone number for SMS, calls or Signal."""
        return type(self)(kind, self.canonical, _digest(kind, self.canonical))


def sealing_context(kind: str) -> str:
    """Return the context of digests and ciphertexts. Drill addresses have their own, so none passes for a real one."""
    return f"address:{kind}"


def address_spec(kind: str) -> AddressSpec:
    """Return what the channel says of its kind of address."""
    return _specs()[kind]


def _digest(kind: str, canonical: str) -> bytes:
    identity = address_spec(kind).identity(canonical)
    return digest_value(identity, key=settings.LOOKUP_KEY, context=sealing_context(kind))


@cache
def _specs() -> dict[str, AddressSpec]:
    return {str(spec.address.kind): spec.address for spec in list_channels()}
