"""Follow a school: parents say what happened to tell them by, and the second yes goes the usual way.

On a phone it is one tap. The phone's own word that it has shown our first notice is then the second yes: only the
browser that made the address can read that notice, and only after its owner has let this site show any.
Writes subscriptions, people (addresses), corridors, delivery (the question). Called by the school's public pages, and
by what comes back of a push.
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
from corredor.flows.subscribe.opt_in import keep_willing, may_ask
from corredor.flows.subscribe.renew_push import find_phone
from corredor.flows.subscribe.sign_up import Started, list_open_channels, start_subscription
from corredor.people.models import Address
from corredor.subscriptions.actions import Preferences, ask_subscription
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.errors import ChannelIsOff
from corredor.subscriptions.models import ContactMethod, Subscription

from .tell import school_link


class OnPhone(StrEnum):
    """Whether a phone is told of a school: not, once it has shown our first notice, or now."""

    OFF = "off"
    WAITING = "waiting"
    ON = "on"


@transaction.atomic
def follow(*, slug: str, language: str, channel: Channel, address: str, now: datetime) -> Started:
    """A subscription to one school that waits for its second yes.

    Raises WrongAddress, Refused, TooManyAsk, UnknownSchool.
    """
    school = queries.get_school(slug=slug)
    started = start_subscription(
        preferences=_preferences(school, language),
        channel=channel,
        address=address,
        is_drill=school.is_drill,
        needs_place=False,
        now=now,
    )
    follow_school(school=school, subscription=Subscription.objects.get(pk=started.subscription_id))
    return started


def look_at_phone(*, slug: str, subscription: str) -> OnPhone:
    """Whether this browser's push address is told of the school. Raises WrongAddress, UnknownSchool."""
    school, phone = queries.get_school(slug=slug), find_phone(subscription)
    return _state_of(queries.find_follower(school=school, address_id=phone.pk) if phone else None)


@transaction.atomic
def follow_on_phone(*, slug: str, language: str, subscription: str, now: datetime) -> OnPhone:
    """One tap: this browser is told of the school as soon as it has shown a first notice.

    ``subscription`` is the browser's push subscription as JSON. A phone that has said yes to something here before is
    known to be its owner's, and is told from now on. Raises WrongAddress, Refused, UnknownSchool, WayIsOff.
    """
    school = queries.get_school(slug=slug)
    if Channel.PUSH not in list_open_channels():
        raise ChannelIsOff
    saved = keep_willing(channel=Channel.PUSH, address=subscription, is_drill=school.is_drill, now=now)
    phone = Address.objects.select_for_update().get(pk=saved.pk)  # a second tap finds what the first has written
    method = queries.find_follower(school=school, address_id=phone.pk) or _add(school, phone, language, now=now)
    if method.confirmed_at is not None:
        return OnPhone.ON
    if ContactMethod.objects.filter(address=phone, confirmed_at__isnull=False).exists():
        confirm_method(method, welcome=False, now=now)
        after_change(now=now)
        return OnPhone.ON
    if may_ask(phone, now=now):
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
def leave_on_phone(*, slug: str, subscription: str, now: datetime) -> bool:
    """One tap: this browser is told of the school no more, and what was kept for that is erased.

    Says whether its address is still needed, because it gets alerts or follows another school; if not, the browser
    can give it up too. Leaving twice is no fault. Raises WrongAddress, UnknownSchool.
    """
    school, phone = queries.get_school(slug=slug), find_phone(subscription)
    if phone is None:
        return False
    while method := queries.find_follower(school=school, address_id=phone.pk):
        end_subscription(method.subscription, now=now)
    return Address.objects.filter(pk=phone.pk).exists()


@transaction.atomic
def confirm_shown(*, notice_ids: Sequence[int], now: datetime) -> int:
    """These notices have been shown by phones: for those that asked for a school, that is the yes. Returns how many."""
    count = 0
    asked = TransactionalMessage.objects.filter(
        pk__in=notice_ids, kind=TransactionalKind.CONFIRM, channel=Channel.PUSH, about__isnull=False
    )
    for about, address_id in asked.values_list("about", "address_id"):
        assert about is not None  # asked for above
        method = ContactMethod.objects.filter(
            pk=about, address_id=address_id, kind=Channel.PUSH, confirmed_at=None
        ).first()
        if method is not None and queries.is_follower(method.subscription_id):
            confirm_method(method, welcome=False, now=now)
            count += 1
    if count:
        after_change(now=now)
    return count


def _preferences(school: School, language: str) -> Preferences:
    return Preferences(language=language, areas=(school.key,), wants_enforcement=False, wants_hazard=False)


def _add(school: School, phone: Address, language: str, *, now: datetime) -> ContactMethod:
    # The code is told to nobody: what confirms this way is that the phone shows the notice.
    subscription, _token = ask_subscription(
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
