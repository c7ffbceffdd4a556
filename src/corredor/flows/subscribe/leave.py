"""Unsubscribe: erase one subscription, all subscriptions of an address, or an invalid address.

Writes subscriptions, people (addresses), intake. Called by the public pages, webhooks and workers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from corredor.flows.after_commit import after_change
from corredor.flows.subscribe.opt_in import contacts_stopped_with
from corredor.intake.models import Report
from corredor.people import address_book
from corredor.people.address_uses import erase_if_unused
from corredor.people.contact import Contact
from corredor.subscriptions import actions
from corredor.subscriptions.models import ContactMethod, Subscription
from corredor.subscriptions.unsubscribe_link import find_by_token


@transaction.atomic
def leave(*, token: str, now: datetime) -> None:
    """Erase the subscription of an unsubscribe link (one click). Raise UnknownSubscription."""
    end_subscription(find_by_token(token), now=now)


def end_subscription(subscription: Subscription, *, now: datetime) -> None:
    """Erase one subscription, and its addresses if unused. Call inside the flow's transaction."""
    erase_if_unused(actions.erase_subscription(subscription=subscription))
    after_change(now=now)


@transaction.atomic
def leave_by_address(contact: Contact, *, now: datetime) -> int:
    """STOP or ALTO: erase the address and add its digest to the suppression list.

    Overrides every other use of the address, volunteering at a school included. Sent as SMS it covers calls and Signal
    on the same number; a key pressed in a call covers calls only. Return the number of subscriptions ended.
    """
    actions.suppress_address(lookup=contact.digest, now=now)
    ended = sum(_leave_one(one) for one in contacts_stopped_with(contact))
    after_change(now=now)
    return ended


def _leave_one(contact: Contact) -> int:
    found = address_book.find_address(contact)
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
    """Erase addresses that a provider reports invalid, whatever uses them. Return their number."""
    count = 0
    for address_id in set(address_ids):
        for subscription in Subscription.objects.filter(methods__address_id=address_id).distinct():
            ContactMethod.objects.filter(subscription=subscription, address_id=address_id).delete()
            if not subscription.methods.exists():
                actions.erase_subscription(subscription=subscription)
        count += address_book.erase_address(address_id)
    return count
