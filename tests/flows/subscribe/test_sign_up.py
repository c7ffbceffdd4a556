"""Sign-up: double opt-in, cells stored instead of places, erasure on leaving."""

from __future__ import annotations

from datetime import timedelta

import phonenumbers
import pytest

from corredor.delivery.enums import TransactionalKind
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.engines import hexgrid
from corredor.flows.report.receive_sms import receive_sms
from corredor.flows.run.sweep import sweep
from corredor.flows.subscribe.confirm import confirm_subscription
from corredor.flows.subscribe.leave import forget_dead_addresses, leave
from corredor.flows.subscribe.sign_up import start_subscription
from corredor.incidents.errors import OutsideCity
from corredor.intake.enums import NoteKind
from corredor.intake.models import Note, Report
from corredor.people.contact import Contact
from corredor.people.enums import AddressKind
from corredor.people.errors import WrongAddress
from corredor.people.models import Address
from corredor.subscriptions.actions import MOST_TRIES, PENDING_FOR, Preferences
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.errors import (
    NoPlaceChosen,
    Suppressed,
    TooManyOptInRequests,
    TooManyTries,
    TooWide,
    UnknownSubscription,
    WrongCode,
)
from corredor.subscriptions.models import ContactMethod, CoverageArea, CoverageCell, Subscription
from tests.factories import NOW, PERSHING_KEDZIE, contact_for

pytestmark = pytest.mark.django_db
PHONE = "+17735550142"
BRIGHTON_PARK = Preferences(language="es", areas=("58",))


def start(preferences=BRIGHTON_PARK, channel=Channel.SMS, address=PHONE):
    return start_subscription(preferences=preferences, contact=contact_for(channel, address), now=NOW)


def code_sent() -> str:
    """The code in the last text, as its owner reads it."""
    text = TransactionalMessage.objects.filter(kind=TransactionalKind.CONFIRM).latest("pk").text
    return next(word.strip(".:") for word in text.split() if word.strip(".:").isdigit() and len(word.strip(".:")) == 6)


def sms(text, reference="1", sender=PHONE, now=NOW):
    return receive_sms(
        sender=Contact.parse("PHONE", sender), text=text, raw=text.encode(), provider_reference=reference, now=now
    )


def test_nothing_counts_before_the_second_yes():
    started = start()
    assert Subscription.objects.get().state == "PENDING"

    confirm_subscription(token=started.unsubscribe_token, code=code_sent(), now=NOW)
    assert Subscription.objects.get().state == "ACTIVE"


def test_si_from_the_phone_itself_is_a_yes():
    start()
    sms("Sí")

    assert ContactMethod.objects.get().confirmed_at == NOW


def test_a_guessed_code_is_counted_and_stopped():
    started = start()
    wrong = "000000" if code_sent() != "000000" else "000001"
    for _ in range(MOST_TRIES):
        with pytest.raises(WrongCode):
            confirm_subscription(token=started.unsubscribe_token, code=wrong, now=NOW)

    with pytest.raises(TooManyTries):
        confirm_subscription(token=started.unsubscribe_token, code=code_sent(), now=NOW)


def test_only_cells_are_kept_of_a_circle():
    lat, lon = PERSHING_KEDZIE
    start(Preferences(language="en", circle=(lat, lon, 800)))
    nearby = (lat + 0.0004, lon + 0.0004)  # another door of the same block
    start(Preferences(language="en", circle=(*nearby, 800)), address="+17735550143")

    assert hexgrid.cell_of(*nearby) == hexgrid.cell_of(lat, lon)
    first, second = Subscription.objects.order_by("pk")
    assert first.coverage_area == second.coverage_area
    assert CoverageCell.objects.filter(coverage_area=first.coverage_area).count() > 5
    assert str(lat) not in str(vars(first))


@pytest.mark.parametrize(
    ("preferences", "error"),
    [
        (Preferences(language="es"), NoPlaceChosen),
        (Preferences(language="es", areas=("9999",)), NoPlaceChosen),
        (Preferences(language="es", circle=(*PERSHING_KEDZIE, 30_000)), TooWide),
        (Preferences(language="es", circle=(48.2, 16.4, 800)), OutsideCity),
    ],
)
def test_wishes_that_cannot_be_kept_leave_nothing_behind(preferences, error):
    with pytest.raises(error):
        start(preferences)
    assert not Subscription.objects.exists()
    assert not Address.objects.exists()


@pytest.mark.parametrize("address", ["", "12", "not a number", "+1773555014" * 9])
def test_no_telephone_number_no_subscription(address):
    with pytest.raises(WrongAddress):
        start(address=address)


@pytest.mark.parametrize("address", ["+19002345678", "+88216123456789", "+870773111632", "+448712345678"])
def test_numbers_that_earn_by_being_texted_are_never_texted(address):
    assert phonenumbers.is_valid_number(phonenumbers.parse(address))
    with pytest.raises(WrongAddress):
        start(address=address)
    with pytest.raises(WrongAddress):
        sms("ESTADO", sender=address)


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.VOICE])
def test_one_hour_costs_only_so_much_whoever_makes_up_numbers(settings, channel):
    settings.QUESTIONS_AN_HOUR = 3
    for row in range(3):
        start(channel=channel, address=f"+1773555020{row}")
    with pytest.raises(TooManyOptInRequests):
        start(channel=channel, address="+17735550209")

    assert Subscription.objects.count() == TransactionalMessage.objects.filter(kind="CONFIRM").count() == 3
    start(channel=Channel.EMAIL, address="ana@example.org")  # what costs nothing goes on
    TransactionalMessage.objects.update(due_at=NOW - timedelta(hours=1, seconds=1))
    start(channel=channel, address="+17735550209")


def test_leaving_erases_everything():
    started = start()
    confirm_subscription(token=started.unsubscribe_token, code=code_sent(), now=NOW)
    leave(token=started.unsubscribe_token, now=NOW)

    assert not Subscription.objects.exists()
    assert not CoverageArea.objects.exists()
    assert not CoverageCell.objects.exists()
    assert not Address.objects.exists()
    with pytest.raises(UnknownSubscription):
        leave(token=started.unsubscribe_token, now=NOW)


@pytest.mark.parametrize("word", ["STOP", "alto", "Stop.", "BAJA", "no más"])
def test_stop_erases_and_cannot_be_undone_by_others(word):
    start()
    sms(word)
    assert not Address.objects.exists()
    with pytest.raises(Suppressed):
        start()

    sms("INICIO", "2")
    start()


def test_a_sentence_with_stop_in_it_is_a_report():
    sms("please stop at 39th and Kedzie, agents there")

    assert Report.objects.get().text.startswith("please stop")


def test_further_texts_without_a_place_join_the_report_before():
    sms("agentes en la 39 y kedzie", "1")
    sms("ya echaron gas, hay niños", "2", now=NOW + timedelta(minutes=3))
    sms("now also at cermak and rockwell", "3", now=NOW + timedelta(minutes=6))
    sms("son como diez", "4", now=NOW + timedelta(hours=2))

    assert Report.objects.count() == 3
    note = Note.objects.get()
    assert (note.kind, note.text) == (NoteKind.ADDED, "ya echaron gas, hay niños")


def test_a_replayed_text_is_answered_once():
    sms("agentes en la 39 y kedzie", "SM1")
    again = sms("agentes en la 39 y kedzie", "SM1")

    assert Report.objects.count() == 1
    assert again.text == ""


def test_a_sign_up_nobody_said_yes_to_is_erased():
    start()
    sweep(now=NOW + PENDING_FOR)
    assert Subscription.objects.exists()
    sweep(now=NOW + PENDING_FOR + timedelta(minutes=1))

    assert not Subscription.objects.exists()
    assert not Address.objects.exists()


def test_a_dead_address_is_erased_with_what_hangs_on_it():
    start()
    address_id = Address.objects.get().pk

    assert forget_dead_addresses(address_ids=[address_id], now=NOW) == 1
    assert not Subscription.objects.exists()
    assert not Delivery.objects.exists()


def test_a_callers_number_is_erased_after_a_week():
    sms("agentes en la 39 y kedzie")
    assert Address.objects.filter(kind=AddressKind.PHONE).exists()
    sweep(now=NOW + timedelta(days=7, minutes=1))

    assert not Address.objects.exists()
    assert Report.objects.get().reply_to is None
