"""Follow a school: parents subscribe with a contact method, confirmed by double opt-in.

On a phone it takes one tap. The delivery receipt of our first push is then the second opt-in: only the browser that
created the push address can decrypt it, and only after its owner has allowed notifications. Writes subscriptions,
people (addresses), corridors, delivery (opt-in request). Called by the school's public pages, and for receipts of a
push.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from corredor.corridors import queries
from corredor.corridors.actions import follow_school
from corredor.corridors.models import School
from corredor.delivery.enums import TransactionalKind
from corredor.delivery.models import TransactionalMessage
from corredor.delivery.words import render_text
from corredor.flows.after_commit import after_change
from corredor.flows.notify import notify
from corredor.flows.subscribe.confirm import confirm_method
from corredor.flows.subscribe.leave import end_subscription
from corredor.flows.subscribe.opt_in import may_send_opt_in_request, save_unsuppressed_address
from corredor.flows.subscribe.renew_push import find_push_address
from corredor.flows.subscribe.sign_up import Started, list_open_channels, start_subscription
from corredor.people.contact import Contact
from corredor.people.errors import WrongAddress
from corredor.people.models import Address
from corredor.subscriptions.actions import Preferences, create_subscription
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.errors import ChannelIsOff
from corredor.subscriptions.models import ContactMethod, Subscription

from .tell import school_link


class OnPhone(StrEnum):
    """State of a phone for a school: off, waiting for the receipt of our first push, or on."""

    OFF = "off"
    WAITING = "waiting"
    ON = "on"


@transaction.atomic
def follow(*, slug: str, language: str, contact: Contact, now: datetime) -> Started:
    """Subscribe to one school, pending double opt-in.

    Raise WrongAddress (a drill's school and a real contact, or the reverse), Suppressed, TooManyOptInRequests,
    UnknownSchool.
    """
    school = queries.get_school(slug=slug)
    _check_world(school, contact)
    started = start_subscription(
        preferences=_preferences(school, language),
        contact=contact,
        needs_place=False,
        now=now,
    )
    follow_school(school=school, subscription=Subscription.objects.get(pk=started.subscription_id))
    return started


def get_phone_state(*, slug: str, subscription: Contact) -> OnPhone:
    """Return the state of this browser's push address for the school. Raise UnknownSchool."""
    school, phone = queries.get_school(slug=slug), find_push_address(subscription)
    return _state_of(queries.find_follower(school=school, address_id=phone.pk) if phone else None)


@transaction.atomic
def follow_on_phone(*, slug: str, language: str, subscription: Contact, now: datetime) -> OnPhone:
    """Subscribe this browser to the school; active as soon as it has shown a first push.

    A phone with another confirmed subscription is active immediately, because its owner is verified. Raise
    WrongAddress (a drill's school), Suppressed, UnknownSchool, ChannelIsOff.
    """
    school = queries.get_school(slug=slug)
    if Channel.PUSH not in list_open_channels():
        raise ChannelIsOff
    _check_world(school, subscription)
    saved = save_unsuppressed_address(subscription, now=now)
    # row lock: a concurrent second tap finds the first one's row
    phone = Address.objects.select_for_update().get(pk=saved.pk)
    method = queries.find_follower(school=school, address_id=phone.pk) or _add(school, phone, language, now=now)
    if method.confirmed_at is not None:
        return OnPhone.ON
    if ContactMethod.objects.filter(address=phone, confirmed_at__isnull=False).exists():
        confirm_method(method, welcome=False, now=now)
        after_change(now=now)
        return OnPhone.ON
    if may_send_opt_in_request(phone, now=now):
        notify(
            address=phone,
            kind=TransactionalKind.CONFIRM,
            text=render_text("CONFIRM_SCHOOL", language, school=school.name),
            language=language,
            link=school_link(school),
            about=method.pk,
            now=now,
        )
        after_change(now=now)
    return OnPhone.WAITING


@transaction.atomic
def leave_on_phone(*, slug: str, subscription: Contact, now: datetime) -> bool:
    """Unsubscribe this browser from the school and erase the subscription. Idempotent.

    Return whether its address is still needed for alerts or another school; if not, the browser can drop it too. Raise
    UnknownSchool.
    """
    school, phone = queries.get_school(slug=slug), find_push_address(subscription)
    if phone is None:
        return False
    while method := queries.find_follower(school=school, address_id=phone.pk):
        end_subscription(method.subscription, now=now)
    return Address.objects.filter(pk=phone.pk).exists()


@transaction.atomic
def confirm_shown(*, notice_ids: Sequence[int], now: datetime) -> int:
    """Confirm school subscriptions whose opt-in push was shown. Return their number."""
    count = 0
    asked = TransactionalMessage.objects.filter(
        pk__in=notice_ids, kind=TransactionalKind.CONFIRM, channel=Channel.PUSH, about__isnull=False
    )
    for about, address_id in asked.values_list("about", "address_id"):
        assert about is not None  # filtered above
        method = ContactMethod.objects.filter(
            pk=about, address_id=address_id, kind=Channel.PUSH, confirmed_at=None
        ).first()
        if method is not None and queries.is_follower(method.subscription_id):
            confirm_method(method, welcome=False, now=now)
            count += 1
    if count:
        after_change(now=now)
    return count


def _check_world(school: School, contact: Contact) -> None:
    if school.is_drill != contact.is_drill:
        raise WrongAddress(contact.kind)


def _preferences(school: School, language: str) -> Preferences:
    return Preferences(language=language, areas=(school.key,), wants_enforcement=False, wants_hazard=False)


def _add(school: School, phone: Address, language: str, *, now: datetime) -> ContactMethod:
    # The code is never sent: the receipt of the push confirms this contact method.
    subscription, _token = create_subscription(
        preferences=_preferences(school, language),
        cells=[],
        channel=Channel.PUSH,
        address=phone,
        code=secrets.token_hex(8),
        is_drill=school.is_drill,
        now=now,
    )
    follow_school(school=school, subscription=subscription)
    return subscription.methods.get()


def _state_of(method: ContactMethod | None) -> OnPhone:
    if method is None:
        return OnPhone.OFF
    return OnPhone.WAITING if method.confirmed_at is None else OnPhone.ON
