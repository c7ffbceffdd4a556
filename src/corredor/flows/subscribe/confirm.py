"""Confirm a subscription (double opt-in): by code, by link, or by YES from the phone.

Writes subscriptions, people (addresses), delivery (transactional messages). Called by the public pages and webhooks.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.channels.catalogue import get_channel
from corredor.delivery.enums import TransactionalKind
from corredor.delivery.words import render_text
from corredor.flows.after_commit import after_change
from corredor.flows.notify import notify
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.subscriptions import actions, queries
from corredor.subscriptions.errors import CodeNeeded, WrongCode
from corredor.subscriptions.models import ContactMethod
from corredor.subscriptions.unsubscribe_link import find_by_token


def confirm_subscription(*, token: str, code: str, now: datetime) -> int:
    """Confirm by code or link. Return the subscription's id.

    Raise UnknownSubscription, WrongCode, TooManyTries. Wrong tries are counted outside the transaction that they fail.
    """
    subscription = find_by_token(token)
    # A number added later is confirmed by its own SMS.
    waiting = list(subscription.methods.filter(confirmed_at=None, asked_at=None))
    if not waiting:
        if subscription.methods.exists():
            return subscription.pk  # a link pressed twice: idempotent
        raise WrongCode
    for method in waiting:
        actions.check_code(method=method, token=token, code=code)
    with transaction.atomic():
        for method in waiting:
            confirm_method(method, now=now)
            for other in queries.list_pending_methods(address_id=method.address_id):
                actions.delete_pending_method(method=other)
        after_change(now=now)
    return subscription.pk


@transaction.atomic
def confirm_by_address(contact: Contact, *, now: datetime) -> int:
    """Confirm by YES or SI from the phone itself. Return the number of subscriptions activated.

    Of several pending sign-ups with the same preferences the newest counts and the others are erased. If preferences
    differ, another person may have made one of them: then only a code can select it. Raise CodeNeeded.
    """
    found = address_book.find_address(contact)
    waiting = list(queries.list_pending_methods(address_id=found.pk)) if found else []
    if not waiting:
        return 0
    newest, *older = waiting
    wanted = actions.get_preferences_key(newest.subscription)
    if any(actions.get_preferences_key(method.subscription) != wanted for method in older):
        raise CodeNeeded
    for method in older:
        actions.delete_pending_method(method=method)
    if newest.subscription.asked_again:
        actions.invalidate_token(subscription=newest.subscription)  # the first person to sign up may not be the owner
    confirm_method(newest, welcome=False, now=now)
    after_change(now=now)
    return 1


def confirm_method(method: ContactMethod, *, welcome: bool = True, now: datetime) -> None:
    """Record an opt-in and queue the welcome text. Call inside the flow's transaction."""
    actions.confirm_method(method=method, now=now)
    if welcome and get_channel(method.kind).sends_welcome:
        language = method.subscription.language
        text = render_text("WELCOME", language, is_drill=method.subscription.is_drill)
        notify(address=method.address, kind=TransactionalKind.WELCOME, text=text, language=language, now=now)
