"""Leave: erase one subscription, everything an address signed up for, or an address that is dead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from corredor.flows.after_commit import after_change
from corredor.flows.subscribe.opt_in import kinds_of
from corredor.intake.models import Report
from corredor.people import address_book
from corredor.people.address_uses import erase_if_unused
from corredor.people.enums import AddressKind
from corredor.subscriptions import actions
from corredor.subscriptions.models import ContactMethod, Subscription
from corredor.subscriptions.unsubscribe_link import find_by_token


@transaction.atomic
def leave(*, token: str, now: datetime) -> None:
    """One tap: everything about this subscription is erased. Raises UnknownSubscription."""
    end_subscription(find_by_token(token), now=now)


def end_subscription(subscription: Subscription, *, now: datetime) -> None:
    """Erase one subscription, and its addresses where nothing else uses them. Inside the flow's transaction."""
    erase_if_unused(actions.erase_subscription(subscription=subscription))
    after_change(now=now)


@transaction.atomic
def leave_by_address(*, kind: AddressKind, address: str, now: datetime) -> int:
    """STOP or ALTO: the address is erased, and remembered as a digest only, so that nobody signs it up again.

    Whatever else uses it: nothing may be sent to it any more, by the school where its owner helps either.
    Texted from a phone it ends calls to that number and Signal too; a key pressed in a call ends calls alone.
    Returns how many subscriptions ended. Raises WrongAddress.
    """
    actions.suppress_address(lookup=address_book.lookup_digest(kind=kind, value=address), now=now)
    ended = sum(_leave_one(one, address) for one in kinds_of(kind))
    after_change(now=now)
    return ended


def _leave_one(kind: AddressKind, address: str) -> int:
    found = address_book.find_address(kind=kind, value=address)
    if found is None:
        return 0
    ended = 0
    for subscription in Subscription.objects.filter(methods__address=found).distinct():
        ContactMethod.objects.filter(subscription=subscription, address=found).delete()
        if not subscription.methods.exists():
            actions.erase_subscription(subscription=subscription)
            ended += 1
    Report.objects.filter(reply_to=found).update(reply_to=None)
    address_book.erase_address(found.pk)
    return ended


@transaction.atomic
def forget_dead_addresses(*, address_ids: Iterable[int], now: datetime) -> int:
    """Erase addresses that their provider says no longer exist, whatever uses them; return how many there were."""
    count = 0
    for address_id in set(address_ids):
        for subscription in Subscription.objects.filter(methods__address_id=address_id).distinct():
            ContactMethod.objects.filter(subscription=subscription, address_id=address_id).delete()
            if not subscription.methods.exists():
                actions.erase_subscription(subscription=subscription)
        count += address_book.erase_address(address_id)
    return count
