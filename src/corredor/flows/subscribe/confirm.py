"""TODO."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.channels.catalogue import get_channel
from corredor.delivery.enums import TransactionalKind
from corredor.delivery.words import render_text
from corredor.flows.after_commit import after_change
from corredor.flows.notify import notify
from corredor.people import address_book
from corredor.people.enums import AddressKind
from corredor.subscriptions import actions, queries
from corredor.subscriptions.errors import CodeNeeded, WrongCode
from corredor.subscriptions.models import ContactMethod
from corredor.subscriptions.unsubscribe_link import find_by_token


def confirm_subscription(*, token: str, code: str, now: datetime) -> int:
    """The second yes, by a code or link. Returns the subscription's id.

    Raises UnknownSubscription, WrongCode, TooManyTries. Wrong tries are counted outside the transaction
    that they fail.
    """
    subscription = find_by_token(token)
    # A number added later says yes by a text message of its own.
    waiting = list(subscription.methods.filter(confirmed_at=None, asked_at=None))
    if not waiting:
        if subscription.methods.exists():
            return subscription.pk  # a link pressed twice
        raise WrongCode
    for method in waiting:
        actions.check_code(method=method, token=token, code=code)
    with transaction.atomic():
        for method in waiting:
            confirm_method(method, now=now)
            for other in queries.list_waiting_methods(address_id=method.address_id):
                actions.drop_waiting(method=other)
        after_change(now=now)
    return subscription.pk


@transaction.atomic
def confirm_by_address(*, kind: AddressKind, address: str, now: datetime) -> int:
    """YES or SI from the phone itself; returns how many subscriptions now count.

    Asked for twice with the same wishes, the newest counts and the others are erased. With different wishes somebody
    else may have asked for one of them: then only a code tells which. Raises WrongAddress, CodeNeeded.
    """
    found = address_book.find_address(kind=kind, value=address)
    waiting = list(queries.list_waiting_methods(address_id=found.pk)) if found else []
    if not waiting:
        return 0
    newest, *older = waiting
    wanted = actions.list_preferences(newest.subscription)
    if any(actions.list_preferences(method.subscription) != wanted for method in older):
        raise CodeNeeded
    for method in older:
        actions.drop_waiting(method=method)
    if newest.subscription.asked_again:
        actions.forget_token(subscription=newest.subscription)  # the first to ask may not be who says yes
    confirm_method(newest, welcome=False, now=now)
    after_change(now=now)
    return 1


def confirm_method(method: ContactMethod, *, welcome: bool = True, now: datetime) -> None:
    """The second yes was said. Inside the flow's transaction."""
    actions.confirm_method(method=method, now=now)
    if welcome and get_channel(method.kind).sends_welcome:
        language = method.subscription.language
        text = render_text("WELCOME", language, is_drill=method.subscription.is_drill)
        notify(address=method.address, kind=TransactionalKind.WELCOME, text=text, language=language, now=now)
