"""START or INICIO: lift the suppression of an address.

Writes subscriptions (suppression list). Called by the SMS webhooks.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.flows.subscribe.opt_in import kinds_stopped_with
from corredor.people import address_book
from corredor.people.enums import AddressKind
from corredor.subscriptions import actions


@transaction.atomic
def lift_stop(*, kind: AddressKind, address: str, now: datetime) -> bool:
    """Remove an address from the suppression list. Return False if it was not on it. Raise WrongAddress."""
    lookups = [address_book.lookup_digest(kind=one, value=address) for one in kinds_stopped_with(kind)]
    return any([actions.lift_suppression(lookup=lookup) for lookup in lookups])
