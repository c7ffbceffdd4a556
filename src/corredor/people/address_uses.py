"""Which rows still need an address: the only answer to "may it be erased?".

Every stage registers its own foreign keys in ``AppConfig.ready``, so this module imports no stage above people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from .models import Address


class Hold(Enum):
    """How strongly a row holds on to its address."""

    PERSON = "PERSON"  # somebody asked for what needs it: never erased as unused
    MESSAGE = "MESSAGE"  # a message on its way: the sweep waits for it, a wish to be forgotten does not
    NONE = "NONE"  # a record that loses its address when nothing else holds it


@dataclass(frozen=True, slots=True)
class AddressUse:
    """A foreign key to Address, and which of its rows hold the address."""

    model: type[Model]
    field: str
    hold: Hold
    holding: Q

    def exists(self) -> Exists:
        """Return the clause that is true for an address which a row of this use holds."""
        return Exists(self.model._default_manager.filter(self.holding, **{self.field: OuterRef("pk")}))


_uses: dict[tuple[str, str], AddressUse] = {}


def register_use(model: type[Model], field: str, *, hold: Hold = Hold.PERSON, holding: Q | None = None) -> None:
    """Declare that rows of ``model`` which match ``holding`` (None: all of them) hold the address in ``field``."""
    _uses[model._meta.label, field] = AddressUse(model, field, hold, holding or Q())


def list_uses() -> list[AddressUse]:
    """Return every registered use."""
    return list(_uses.values())


def filter_unused(addresses: QuerySet[Address], *, after_messages: bool) -> QuerySet[Address]:
    """Narrow ``addresses`` to those that no row holds; with ``after_messages`` a message on its way holds too."""
    holds = {Hold.PERSON, Hold.MESSAGE} if after_messages else {Hold.PERSON}
    return addresses.filter(*(~use.exists() for use in list_uses() if use.hold in holds))


def erase_if_unused(address_ids: Iterable[int]) -> int:
    """Erase the addresses that nobody's wish holds any more; return how many.

    For a person who leaves or takes something back: messages that still wait are not sent.
    """
    unused = filter_unused(Address.objects.filter(pk__in=list(address_ids)), after_messages=False)
    return unused.delete()[1].get(Address._meta.label, 0)
