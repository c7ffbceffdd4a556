"""TODO."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from corredor.delivery.actions import move_address
from corredor.people import address_book
from corredor.people.address_uses import erase_if_unused
from corredor.people.enums import AddressKind
from corredor.people.errors import WrongAddress
from corredor.people.models import Address
from corredor.subscriptions.models import ContactMethod


def find_phone(subscription: str) -> Address | None:
    """The row of a browser's push address, if we keep it. Raises WrongAddress."""
    return address_book.find_address(kind=AddressKind.PUSH, value=subscription)


@transaction.atomic
def renew_push(*, old_endpoint: str, subscription: str, now: datetime) -> bool:
    """A browser has changed its push address: what led to the old one leads to the new one.

    Only who knows the old address, which is unguessable, can do this. ``subscription`` is the new one as
    JSON. Returns False when the old one is not known. Raises WrongAddress.
    """
    fresh = address_book.save_address(kind=AddressKind.PUSH, value=subscription, now=now)
    try:
        old = json.dumps({**json.loads(subscription), "endpoint": old_endpoint})
        found = address_book.find_address(kind=AddressKind.PUSH, value=old)
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
