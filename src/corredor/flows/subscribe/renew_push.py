"""Renew a push address: a browser may replace its push subscription at any time.

Writes subscriptions, people (addresses), delivery. Called by the service worker's request.
"""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from corredor.delivery.actions import move_address
from corredor.people import address_book
from corredor.people.address_uses import erase_if_unused
from corredor.people.contact import Contact
from corredor.people.enums import AddressKind
from corredor.people.errors import WrongAddress
from corredor.people.models import Address
from corredor.subscriptions.models import ContactMethod


def find_push_address(subscription: Contact) -> Address | None:
    """Return the row of a browser's push address, if stored."""
    return address_book.find_address(subscription)


@transaction.atomic
def renew_push(*, old_endpoint: str, subscription: Contact, now: datetime) -> bool:
    """Move everything from a browser's old push address to its new one.

    Authorised by the old endpoint, which is unguessable. ``subscription`` is the new one. Return False if the old one
    is unknown.
    """
    fresh = address_book.save_address(subscription, now=now)
    try:
        old = json.dumps({**json.loads(subscription.canonical), "endpoint": old_endpoint})
        found = address_book.find_address(Contact.parse(AddressKind.PUSH, old))
    except WrongAddress:
        found = None
    if found is None or found.pk == fresh.pk:
        erase_if_unused([fresh.pk])
        return found is not None
    taken = ContactMethod.objects.filter(address=fresh).values("subscription_id")
    ContactMethod.objects.filter(address=found).exclude(subscription_id__in=taken).update(address=fresh)
    move_address(old_id=found.pk, new_id=fresh.pk)
    address_book.erase_address(found.pk)
    return True
