"""A fallback number counts only after its owner confirms, and is erased otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from corredor.delivery.models import TransactionalMessage
from corredor.flows.report.receive_sms import receive_sms
from corredor.flows.run.sweep import sweep
from corredor.flows.subscribe.add_text import add_text, show_text
from corredor.flows.subscribe.confirm import confirm_subscription
from corredor.flows.subscribe.leave import leave
from corredor.flows.subscribe.sign_up import start_subscription
from corredor.people.contact import Contact
from corredor.people.models import Address
from corredor.subscriptions import actions
from corredor.subscriptions.actions import PENDING_FOR, Preferences
from corredor.subscriptions.errors import Suppressed
from corredor.subscriptions.models import ContactMethod, Subscription
from tests.factories import NOW, contact_for, push_address, turn_channels_on

pytestmark = pytest.mark.django_db
PHONE = "+17735550142"


@pytest.fixture(autouse=True)
def _channels(db):
    turn_channels_on()


@pytest.fixture
def pushed():
    """Somebody with alerts on the phone, and the token of their page."""
    address = push_address(7)
    preferences = Preferences(language="es", areas=("58",))
    started = start_subscription(preferences=preferences, contact=contact_for("PUSH", address), now=NOW)
    actions.confirm_method(method=ContactMethod.objects.get(), now=NOW)
    return started.unsubscribe_token


def say_yes(text="Sí", now=NOW):
    return receive_sms(
        sender=Contact.parse("PHONE", PHONE), text=text, raw=text.encode(), provider_reference=text, now=now
    )


def test_a_number_is_added_by_its_owner_s_yes(pushed):
    assert show_text(token=pushed).may_add
    add_text(token=pushed, number=contact_for("SMS", PHONE), now=NOW)
    shown = show_text(token=pushed)
    assert (shown.is_waiting, shown.is_on) == (True, False)
    say_yes()
    assert show_text(token=pushed).is_on
    assert Subscription.objects.get().text_if_needed


def test_an_added_number_that_says_nothing_is_forgotten_and_the_alerts_stay(pushed):
    add_text(token=pushed, number=contact_for("SMS", PHONE), now=NOW)
    for hours in (1, 2):
        sweep(now=NOW + PENDING_FOR + timedelta(hours=hours))
    assert list(ContactMethod.objects.values_list("kind", flat=True)) == ["PUSH"]
    assert not Address.objects.filter(kind="PHONE").exists()
    assert show_text(token=pushed).may_add


def test_the_yes_link_of_the_phone_still_works_while_a_number_waits(pushed):
    add_text(token=pushed, number=contact_for("SMS", PHONE), now=NOW)
    assert confirm_subscription(token=pushed, code="whatever", now=NOW)
    assert show_text(token=pushed).is_waiting


def test_another_yes_of_the_same_number_does_not_erase_the_alerts_of_the_first(pushed):
    add_text(token=pushed, number=contact_for("SMS", PHONE), now=NOW)
    other = Preferences(language="es", areas=("58",))
    start_subscription(preferences=other, contact=contact_for("SMS", PHONE), now=NOW + timedelta(minutes=10))
    say_yes(now=NOW + timedelta(minutes=11))
    assert ContactMethod.objects.filter(kind="PUSH", confirmed_at__isnull=False).count() == 1
    assert ContactMethod.objects.filter(kind="SMS", confirmed_at__isnull=False).count() == 1


def test_a_number_that_said_stop_is_not_added(pushed):
    say_yes("ALTO")
    with pytest.raises(Suppressed):
        add_text(token=pushed, number=contact_for("SMS", PHONE), now=NOW)


def test_what_is_no_number_is_not_added(pushed, client):
    page = client.post(f"/s/{pushed}/text/", {"number": "neighbour"}, headers={"accept-language": "en"})
    assert "phone number" in page.context["form"].errors["number"][0]
    assert not ContactMethod.objects.filter(kind="SMS").exists()


def test_asking_again_and_again_texts_a_stranger_three_times_at_most(pushed):
    for _ in range(6):
        add_text(token=pushed, number=contact_for("SMS", PHONE), now=timezone.now())
    assert TransactionalMessage.objects.filter(channel="SMS", kind="CONFIRM").count() == 3


def test_leaving_erases_both(pushed):
    add_text(token=pushed, number=contact_for("SMS", PHONE), now=NOW)
    say_yes()
    leave(token=pushed, now=NOW)
    assert not Address.objects.exists()
