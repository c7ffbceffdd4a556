"""START or INICIO: lift the suppression of an address.

Writes subscriptions (suppression list). Called by the SMS webhooks.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.flows.subscribe.opt_in import contacts_stopped_with
from corredor.people.contact import Contact
from corredor.subscriptions import actions


@transaction.atomic
def lift_stop(contact: Contact, *, now: datetime) -> bool:
    """Remove an address from the suppression list. Return False if it was not on it."""
    return any([actions.lift_suppression(lookup=one.digest) for one in contacts_stopped_with(contact)])
