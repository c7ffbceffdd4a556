"""Add an SMS number to a push subscription, as text fallback only.

Writes subscriptions, people (addresses), delivery (transactional messages). Called by the public pages.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from corredor.flows.after_commit import after_change
from corredor.flows.subscribe.opt_in import may_send_opt_in_request, save_unsuppressed_address, send_opt_in_request
from corredor.flows.subscribe.sign_up import list_open_channels
from corredor.people.contact import Contact
from corredor.subscriptions import actions
from corredor.subscriptions.enums import Channel, SubscriptionState
from corredor.subscriptions.models import Subscription
from corredor.subscriptions.unsubscribe_link import find_by_token


@dataclass(frozen=True, slots=True)
class TextShown:
    """State of the text fallback of a subscription. ``is_on``: both contact methods are confirmed."""

    may_add: bool
    is_waiting: bool
    is_on: bool


def show_text(*, token: str) -> TextShown:
    """Return the state for the subscription's page. Raise UnknownSubscription."""
    return _show(find_by_token(token))


@transaction.atomic
def add_text(*, token: str, number: Contact, now: datetime) -> None:
    """Send an opt-in request; nothing else is texted before the opt-in. Over the rate limit it fails silently.

    Raise UnknownSubscription, Suppressed, TooManyOptInRequests.
    """
    subscription = find_by_token(token)
    saved = save_unsuppressed_address(number, now=now)
    if not _show(subscription).may_add:
        return
    code = f"{secrets.randbelow(1_000_000):06d}"
    actions.add_method(subscription=subscription, kind=Channel.SMS, address=saved, token=token, code=code, now=now)
    if may_send_opt_in_request(saved, now=now):
        send_opt_in_request(saved, Channel.SMS, subscription.language, token=token, code=code, now=now)
    after_change(now=now)


def _show(subscription: Subscription) -> TextShown:
    methods = dict(subscription.methods.values_list("kind", "confirmed_at"))
    has_push, has_text = bool(methods.get(Channel.PUSH)), bool(methods.get(Channel.SMS))
    is_waiting = Channel.SMS in methods and not has_text
    is_open = subscription.state == SubscriptionState.ACTIVE and not subscription.is_drill
    return TextShown(
        may_add=is_open and has_push and not has_text and Channel.SMS in list_open_channels(),
        is_waiting=is_waiting,
        is_on=has_push and has_text,
    )
