"""Signing up another person's phone number: what it must not do, and what must not be left behind."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from corredor.alerts.enums import AlertKind
from corredor.delivery.models import Delivery, Route, TransactionalMessage
from corredor.flows.report import receive
from corredor.flows.run.sweep import sweep
from corredor.flows.subscribe.confirm import confirm_subscription
from corredor.flows.subscribe.leave import leave
from corredor.flows.subscribe.opt_in import MAX_OPT_IN_REQUESTS
from corredor.flows.subscribe.preferences import show_preferences
from corredor.flows.subscribe.renew_push import renew_push
from corredor.incidents.enums import Agency, Outcome
from corredor.intake.models import Report
from corredor.intake.retention import CONTACT_KEPT
from corredor.people.models import Address
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.errors import UnknownSubscription
from corredor.subscriptions.models import ContactMethod, Subscription, Suppression
from tests.factories import NOW, PERSHING_KEDZIE, contact_for, make_neighbours
from tests.flows.steps import check, got, open_at, report, say, send_all

from .test_sign_up import PHONE, code_sent, sms, start

pytestmark = pytest.mark.django_db
ELSEWHERE = Preferences(language="es", areas=("1",))


def test_asking_again_changes_nothing_that_waits():
    Route.objects.create(channel="SMS", provider="console")
    start()
    start(ELSEWHERE)

    assert sorted(row.areas for row in Subscription.objects.all()) == [["1"], ["58"]]
    reply = sms("Si")
    assert "codigo" in reply.text
    assert not ContactMethod.objects.filter(confirmed_at__isnull=False).exists()


def test_the_code_confirms_its_own_asking_and_ends_the_other():
    stranger = start(ELSEWHERE)
    mine = start()
    confirm_subscription(token=mine.unsubscribe_token, code=code_sent(), now=NOW)

    assert Subscription.objects.get().areas == ["58"]
    with pytest.raises(UnknownSubscription):
        show_preferences(token=stranger.unsubscribe_token)


def test_who_asked_first_for_the_same_does_not_hold_the_key():
    stranger = start()
    assert start().unsubscribe_token == ""
    sms("Si")

    assert Subscription.objects.get().state == "ACTIVE"
    with pytest.raises(UnknownSubscription):
        leave(token=stranger.unsubscribe_token, now=NOW)


def test_a_phone_is_asked_three_times_a_day_at_most():
    for area in range(1, 9):
        start(Preferences(language="es", areas=(str(area),)))

    assert TransactionalMessage.objects.filter(kind="CONFIRM").count() == MAX_OPT_IN_REQUESTS


def test_yes_to_the_desk_is_an_answer_and_no_sign_up(desk):
    start()  # by whoever
    sms("agentes en la 39 y kedzie", "r1")
    kept = Report.objects.get()
    receive.ask_sender(report_id=kept.pk, text="¿Siguen ahí? Conteste SI o NO", by=desk["operator"], now=NOW)
    sms("Si", "r2")

    assert kept.notes.last().text == "Si"
    assert not ContactMethod.objects.filter(confirmed_at__isnull=False).exists()
    sms("Si", "r3")  # nothing is asked any more
    assert ContactMethod.objects.get().confirmed_at == NOW


def test_stop_holds_for_what_others_send_in_with_this_number(desk):
    sms("ALTO")
    assert Suppression.objects.exists()
    incident, _ = open_at(desk, contact=PHONE)
    check(desk, incident)

    assert not TransactionalMessage.objects.exists()


def test_one_outcome_for_one_phone(desk):
    from corredor.flows.incident.join_split import join_report

    incident, _ = open_at(desk, contact=PHONE)
    for number in range(4):
        other = report(f"otra cosa {number} {'xyzw'[number] * 9}", contact=PHONE)
        join_report(report_id=other.report_id, incident_id=incident.pk, by=desk["operator"], now=NOW)
    check(desk, incident)

    assert TransactionalMessage.objects.filter(kind="OUTCOME").count() == 1


def test_no_number_stays_after_its_owner_left():
    report(contact=PHONE)
    started = start()
    confirm_subscription(token=started.unsubscribe_token, code=code_sent(), now=NOW)
    leave(token=started.unsubscribe_token, now=NOW)
    assert Address.objects.count() == 1  # the report may still be answered
    TransactionalMessage.objects.all().delete()
    sweep(now=NOW + CONTACT_KEPT + timedelta(hours=1))

    assert not Address.objects.exists()
    assert Report.objects.get().reply_to is None


def test_a_sign_up_that_nobody_confirmed_leaves_no_number():
    report(contact=PHONE)
    start()
    sweep(now=NOW + timedelta(days=8))
    sweep(now=NOW + timedelta(days=8, minutes=1))

    assert not Subscription.objects.exists()
    assert not Address.objects.exists()


def test_a_phone_that_left_one_of_two_subscriptions_gets_the_correction(desk, settings):
    (mine,) = make_neighbours(1)
    other = Subscription.objects.create(
        coverage_area=mine.coverage_area,
        unsubscribe_digest="x",
        asked_at=NOW,
        language="es",
        state="ACTIVE",
        confirmed_at=NOW,
        areas=["1"],
    )
    ContactMethod.objects.create(subscription=other, kind="EMAIL", address=mine.methods.get().address, confirmed_at=NOW)
    incident, _ = open_at(desk)
    check(desk, incident)
    first = say(desk, incident, AlertKind.CONFIRMED)
    send_all(settings)
    mine.delete()
    check(desk, incident, Outcome.COULD_NOT_VERIFY, Agency.UNKNOWN)
    correction = say(desk, incident, AlertKind.CORRECTION)

    assert correction.deliveries.get().address_id == first.deliveries.get().address_id
    assert correction.deliveries.get().subscription_id == other.pk


def test_a_browser_that_renewed_its_address_gets_the_correction(desk, vapid_subscription):
    old, new = vapid_subscription("old"), vapid_subscription("new")
    lat, lon = PERSHING_KEDZIE
    started = start(Preferences(language="en", circle=(lat, lon, 800)), channel=Channel.PUSH, address=json.dumps(old))
    ContactMethod.objects.update(confirmed_at=NOW)
    Subscription.objects.filter(pk=started.subscription_id).update(state="ACTIVE", confirmed_at=NOW)
    incident, _ = open_at(desk)
    check(desk, incident)
    first = say(desk, incident, AlertKind.CONFIRMED)
    Delivery.objects.update(state="SENT")
    assert renew_push(old_endpoint=old["endpoint"], subscription=contact_for("PUSH", json.dumps(new)), now=NOW)
    check(desk, incident, Outcome.COULD_NOT_VERIFY, Agency.UNKNOWN)
    correction = say(desk, incident, AlertKind.CORRECTION)

    assert got(first) == {correction.deliveries.get().address_id}


@pytest.fixture
def vapid_subscription():
    """Browser subscriptions with keys of the right form."""
    import base64

    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    def make(name):
        point = (
            ec.generate_private_key(ec.SECP256R1())
            .public_key()
            .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        )
        text = lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode()  # noqa: E731
        keys = {"p256dh": text(point), "auth": text(b"0123456789abcdef")}
        return {"endpoint": f"https://push.example.org/{name}", "keys": keys}

    return make
