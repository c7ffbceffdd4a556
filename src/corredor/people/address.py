"""The one form in which each kind of address is stored, so that the same address is found again."""

from __future__ import annotations

from functools import cache

from corredor.channels.catalogue import list_channels
from corredor.channels.spec import AddressSpec, WrongForm

from .enums import AddressKind
from .errors import WrongAddress


def normalise(kind: str, value: str) -> str:
    """Return the stored form of an address, as its channel defines it. Raise WrongAddress if ``value`` is none."""
    spec = address_spec(kind)
    if len(value) > spec.longest:
        raise WrongAddress(kind)
    try:
        return spec.normalise(value.strip())
    except WrongForm as error:
        raise WrongAddress(kind) from error


def parse_contact(text: str) -> tuple[AddressKind, str]:
    """The kind and stored form of what a person wrote when asked for a phone number or an e-mail address."""
    kind = AddressKind.EMAIL if "@" in text else AddressKind.PHONE
    return kind, normalise(kind, text)


def identify(kind: str, value: str) -> str:
    """Return what makes two addresses the same: a mailbox in any letter case, a push endpoint whatever its keys."""
    return address_spec(kind).identity(value)


def address_spec(kind: str) -> AddressSpec:
    """Return what the channel says of its kind of address."""
    return _specs()[kind]


@cache
def _specs() -> dict[str, AddressSpec]:
    return {str(spec.address.kind): spec.address for spec in list_channels()}
