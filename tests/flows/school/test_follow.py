"""Following a school from a phone: one tap, active once the first push is shown, and one tap to leave."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corredor.channels.base import Message, Result
from corredor.channels.inbound import Receipt
from corredor.corridors.enums import MessageKind
from corredor.corridors.models import Following, School
from corredor.delivery.enums import TransactionalKind
from corredor.delivery.models import Delivery, Route, TransactionalMessage
from corredor.delivery.providers.receipts import ArrivedReceipt, make_reference
from corredor.delivery.queue.claim import claim_due
from corredor.delivery.queue.message import build_transactional_messages
from corredor.flows.alert.receipts import SHOWN, receive_shown, write_receipts
from corredor.flows.school import follow as school_follow
from corredor.flows.school import tell
from corredor.flows.school.follow import OnPhone
from corredor.flows.subscribe.leave import forget_dead_addresses
from corredor.flows.subscribe.renew_push import renew_push
from corredor.flows.subscribe.sign_up import start_subscription
from corredor.people.contact import Contact
from corredor.people.errors import WrongAddress
from corredor.people.models import Address
from corredor.subscriptions.actions import Preferences, confirm_method
from corredor.subscriptions.errors import ChannelIsOff, Suppressed
from corredor.subscriptions.models import ContactMethod, Subscription, Suppression
from tests.factories import PERSHING_KEDZIE, contact_for, push_address
from tests.flows.school_day import FRIDAY, SchoolDay, make_school_day

pytestmark = pytest.mark.django_db
PHONE, OTHER = push_address(1), push_address(2)


def push(phone: str) -> Contact:
    return Contact.parse("PUSH", phone)


@pytest.fixture
def at(db) -> SchoolDay:
    return make_school_day(volunteers=0)


def follow(at: SchoolDay, phone: str = PHONE, language: str = "es") -> OnPhone:
    return school_follow.follow_on_phone(slug=at.school.slug, language=language, subscription=push(phone), now=at.now)


def look(at: SchoolDay, phone: str = PHONE) -> OnPhone:
    return school_follow.get_phone_state(slug=at.school.slug, subscription=push(phone))


def leave(at: SchoolDay, phone: str = PHONE) -> bool:
    return school_follow.leave_on_phone(slug=at.school.slug, subscription=push(phone), now=at.now)


def take_pushes() -> list[Message]:
    """What the sender would hand to the channel now."""
    rows = claim_due(model=TransactionalMessage, channel="PUSH", worker="w", most=50, now=FRIDAY + timedelta(seconds=1))
    messages, gone = build_transactional_messages(rows)
    assert gone == []
    return messages


def show(message: Message) -> None:
    receive_shown(reference=message.reference, now=FRIDAY + timedelta(seconds=2))


def tell_parents(at: SchoolDay, kind: MessageKind = MessageKind.HELD) -> int:
    dismissal = at.planned()
    message = tell.write_to_parents(dismissal, kind, proposal=None, by=at.lead, now=at.now)
    return tell.send_to_parents(message_id=message.pk, by=at.co_lead, now=at.now)


def test_a_phone_counts_once_it_has_shown_the_first_notice(at):
    assert look(at) == OnPhone.OFF
    assert follow(at) == OnPhone.WAITING
    assert tell_parents(at) == 0, "nothing counts before the second yes"
    (hello,) = take_pushes()
    assert hello.standard.startswith(f"{at.school.name}: desde ahora le avisamos")
    show(hello)
    assert look(at) == OnPhone.ON
    assert tell_parents(at, MessageKind.REOPENED) == 1
    (told,) = take_pushes()
    assert told.standard == TransactionalMessage.objects.get(kind=TransactionalKind.SCHOOL).text
    assert told.language == "es"


def test_what_the_phone_shows_is_the_schools_text_and_opens_its_page(at):
    follow(at, language="en")
    show(take_pushes()[0])
    tell_parents(at)
    tell_parents(at, MessageKind.REOPENED)
    first, second = take_pushes()
    page = f"/school/{at.school.slug}/"
    assert first.title == at.school.name
    assert first.link.endswith(page)
    assert first.unsubscribe_link.endswith(f"{page}#told"), "one press on the notice leads to where it is stopped"
    assert (first.reference, second.reference) == ("", "")
    assert first.topic == second.topic, "on the locked screen the newer takes the older one's place"
    assert "/s/" not in first.standard, "no link that opens somebody's subscription stands on a locked screen"


def test_a_tap_that_is_repeated_is_one(at):
    assert [follow(at) for _ in range(5)] == [OnPhone.WAITING] * 5
    assert Following.objects.count() == 1
    hellos = take_pushes()
    assert len(hellos) == 3, "asked again, but not without end"
    show(hellos[0])
    show(hellos[1])
    assert follow(at) == OnPhone.ON
    assert ContactMethod.objects.filter(confirmed_at__isnull=False).count() == 1


def test_what_another_phone_shows_says_yes_for_nobody_else(at):
    follow(at)
    follow(at, OTHER)
    first, _ = take_pushes()
    show(first)
    assert {look(at), look(at, OTHER)} == {OnPhone.ON, OnPhone.WAITING}
    receive_shown(reference=f"n{TransactionalMessage.objects.last().pk}-AAAAAAAAAAAAAAAA", now=FRIDAY)
    assert {look(at), look(at, OTHER)} == {OnPhone.ON, OnPhone.WAITING}


@pytest.mark.parametrize("code", ["", "DELIVERED", "shown"])
def test_only_a_receipt_of_being_shown_is_a_yes(at, code):
    follow(at)
    (hello,) = take_pushes()
    receipt = Receipt(hello.reference, Result.ACCEPTED, is_final=True, code=code)
    write_receipts([ArrivedReceipt(receipt, "PUSH", at.now)])
    assert look(at) == OnPhone.WAITING


def test_an_alert_shown_says_yes_for_no_notice_of_the_same_number(at):
    follow(at)
    (hello,) = take_pushes()
    notice = TransactionalMessage.objects.get()
    news = [
        ArrivedReceipt(Receipt(reference, Result.ACCEPTED, is_final=True, code=SHOWN), "PUSH", at.now)
        for reference in (make_reference(Delivery, notice.pk), "forged")
    ]
    write_receipts(news)
    assert look(at) == OnPhone.WAITING
    show(hello)
    assert look(at) == OnPhone.ON


def test_the_notice_that_asks_for_ordinary_alerts_is_no_yes_when_shown(at):
    preferences = Preferences(language="es", circle=(*PERSHING_KEDZIE, 800))
    start_subscription(preferences=preferences, contact=contact_for("PUSH", PHONE), now=at.now)
    (hello,) = take_pushes()
    assert hello.reference == ""
    assert not ContactMethod.objects.filter(confirmed_at__isnull=False).exists()


def test_leaving_erases_and_leaving_twice_is_no_fault(at):
    follow(at)
    show(take_pushes()[0])
    assert leave(at) is False, "the browser may give its address up"
    assert look(at) == OnPhone.OFF
    assert not Subscription.objects.exists()
    assert not Address.objects.filter(kind="PUSH").exists()
    assert leave(at) is False


def test_a_phone_that_has_said_yes_before_needs_no_second_time_and_keeps_its_alerts(at):
    preferences = Preferences(language="es", circle=(*PERSHING_KEDZIE, 800))
    started = start_subscription(preferences=preferences, contact=contact_for("PUSH", PHONE), now=at.now)
    confirm_method(method=ContactMethod.objects.get(subscription_id=started.subscription_id), now=at.now)
    take_pushes()
    assert follow(at) == OnPhone.ON
    assert take_pushes() == []
    assert leave(at) is True, "its alerts still need the address"
    assert Subscription.objects.get().pk == started.subscription_id


def test_a_dead_phone_is_erased_and_its_following_with_it(at):
    follow(at)
    dead = Address.objects.get(kind="PUSH")
    forget_dead_addresses(address_ids=[dead.pk], now=at.now)
    assert not Following.objects.exists()
    assert not Subscription.objects.exists()


def test_a_browser_that_changes_its_address_goes_on_being_told(at):
    import json

    follow(at)
    show(take_pushes()[0])
    renew_push(old_endpoint=json.loads(PHONE)["endpoint"], subscription=push(OTHER), now=at.now)
    assert (look(at), look(at, OTHER)) == (OnPhone.OFF, OnPhone.ON)


def test_who_is_refused(at):
    with pytest.raises(WrongAddress):
        follow(at, "{}")
    follow(at)
    phone = Address.objects.get(kind="PUSH")
    Suppression.objects.create(lookup=bytes(phone.lookup), refused_at=at.now)
    leave(at)
    with pytest.raises(Suppressed):
        follow(at)
    Route.objects.filter(channel="PUSH").update(provider="null")
    with pytest.raises(ChannelIsOff):
        follow(at, OTHER)


def test_a_drills_school_takes_no_real_phone(at):
    School.objects.filter(pk=at.school.pk).update(is_drill=True)
    with pytest.raises(WrongAddress):
        follow(at)
