"""Registry of references to addresses: the single rule for when an address may be erased.

Each stage registers its foreign keys in ``AppConfig.ready``, so this module imports no stage above people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from .models import Address


class Hold(Enum):
    """How strongly a row holds its address."""

    PERSON = "PERSON"  # a person's request: the address is never erased as unused
    MESSAGE = "MESSAGE"  # an unsent message: retention waits for it, a person's request to be forgotten does not
    NONE = "NONE"  # a record that loses its address when nothing else holds it


@dataclass(frozen=True, slots=True)
class AddressUse:
    """A foreign key to Address, and the rows that hold the address."""

    model: type[Model]
    field: str
    hold: Hold
    holding: Q

    def exists(self) -> Exists:
        """Return the clause for addresses held by a row of this use."""
        return Exists(self.model._default_manager.filter(self.holding, **{self.field: OuterRef("pk")}))


_uses: dict[tuple[str, str], AddressUse] = {}


def register_use(model: type[Model], field: str, *, hold: Hold = Hold.PERSON, holding: Q | None = None) -> None:
    """Declare that rows of ``model`` which match ``holding`` (None: all of them) hold the address in ``field``."""
    _uses[model._meta.label, field] = AddressUse(model, field, hold, holding or Q())


def list_uses() -> list[AddressUse]:
    """Return every registered use."""
    return list(_uses.values())


def filter_unused(addresses: QuerySet[Address], *, after_messages: bool) -> QuerySet[Address]:
    """Narrow ``addresses`` to those that no row holds; with ``after_messages`` unsent messages hold them too."""
    holds = {Hold.PERSON, Hold.MESSAGE} if after_messages else {Hold.PERSON}
    return addresses.filter(*(~use.exists() for use in list_uses() if use.hold in holds))


def erase_if_unused(address_ids: Iterable[int]) -> int:
    """Erase addresses that no person's request holds any more. Return their number.

    For people who unsubscribe or withdraw: their unsent messages are dropped.
    """
    unused = filter_unused(Address.objects.filter(pk__in=list(address_ids)), after_messages=False)
    return unused.delete()[1].get(Address._meta.label, 0)
