"""Text fallback of a push without a receipt: once, in time, only for those who want it, within the budget."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from corredor.alerts.enums import AlertKind
from corredor.channels.base import Outcome, Result
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, Route
from corredor.delivery.providers.receipts import make_reference
from corredor.delivery.queries import get_progress
from corredor.delivery.queue.claim import claim_due
from corredor.delivery.queue.settle import settle
from corredor.delivery.queue.text_fallback import get_budget
from corredor.engines import hexgrid
from corredor.flows.alert.fall_back import fall_back
from corredor.flows.alert.forecast import plan_alert
from corredor.flows.alert.halt import end_halt, halt_everything
from corredor.flows.alert.receipts import receive_shown
from corredor.flows.alert.stop import stop_alert
from corredor.flows.run.sweep import sweep
from corredor.incidents.enums import Agency
from corredor.incidents.enums import Outcome as Found
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.subscriptions import actions
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.models import Subscription
from tests.factories import (
    NOW,
    PERSHING_KEDZIE,
    approve_new_alert,
    make_confirmed,
    make_desk,
    make_neighbours,
    push_address,
    turn_channels_on,
)
from tests.flows.steps import check

pytestmark = pytest.mark.django_db
MINUTE = timedelta(seconds=60)


def make_person(number=0, *, phone=None, **preferences):
    """Somebody with confirmed alerts on the phone and a confirmed number."""
    cells = hexgrid.compact(hexgrid.cells_in_circle(*PERSHING_KEDZIE, 800))
    push = address_book.save_address(Contact.parse("PUSH", push_address(number)), now=NOW)
    subscription, token = actions.create_subscription(
        preferences=Preferences(language="es", **preferences),
        cells=cells,
        channel="PUSH",
        address=push,
        code="1",
        is_drill=False,
        now=NOW,
    )
    actions.confirm_method(method=subscription.methods.get(), now=NOW)
    kept = address_book.save_address(Contact.parse("PHONE", phone or f"+1773555{number:04d}"), now=NOW)
    channel = actions.add_method(subscription=subscription, kind="SMS", address=kept, token=token, code="1", now=NOW)
    actions.confirm_method(method=channel, now=NOW)
    return subscription


@pytest.fixture(autouse=True)
def _channels(db):
    turn_channels_on()


def warn(desk, kind=AlertKind.CONFIRMED):
    return approve_new_alert(desk, make_confirmed(desk), kind)


def send(channel, *, now=NOW, result=Result.ACCEPTED, **fields):
    """Claim what is due by a way and settle it."""
    rows = claim_due(model=Delivery, channel=channel, worker="w", most=100, now=now)
    outcomes = [Outcome(row.pk, result, **fields) for row in rows]
    attempts = {row.pk: row.attempts for row in rows}
    settle(model=Delivery, worker="w", provider="console", outcomes=outcomes, attempts=attempts, now=now)
    return len(rows)


def row_of(alert, channel):
    return alert.deliveries.get(channel=channel)


def show(alert, *, now=NOW):
    return receive_shown(reference=make_reference(Delivery, row_of(alert, "PUSH").pk), now=now)


def test_the_text_waits_for_the_push(desk):
    make_person()
    alert = warn(desk)
    text = row_of(alert, "SMS")
    assert (text.state, text.after_push, text.due_at) == (SendState.WAITING, True, NOW + MINUTE)
    assert row_of(alert, "PUSH").state == SendState.DUE
    assert send("SMS") == 0


def test_a_push_that_was_shown_needs_no_text(desk):
    make_person()
    alert = warn(desk)
    send("PUSH")
    show(alert)
    assert fall_back(now=NOW + MINUTE).spared == 1
    assert row_of(alert, "SMS").state == SendState.SPARED
    assert send("SMS", now=NOW + MINUTE) == 0


def test_a_push_without_a_sign_goes_on_as_a_text_once(desk):
    make_person()
    alert = warn(desk)
    send("PUSH")
    assert fall_back(now=NOW + MINUTE - timedelta(seconds=1)).released == 0
    assert fall_back(now=NOW + MINUTE).released == 1
    assert send("SMS", now=NOW + MINUTE) == 1
    for later in range(2, 8):
        assert fall_back(now=NOW + later * MINUTE).released == 0
        assert send("SMS", now=NOW + later * MINUTE) == 0
    assert row_of(alert, "SMS").state == SendState.SENT


def test_the_minute_begins_when_the_push_service_took_it(desk):
    make_person()
    alert = warn(desk)
    send("PUSH", now=NOW + timedelta(seconds=50))  # a long queue
    assert fall_back(now=NOW + MINUTE).released == 0
    show(alert)
    assert fall_back(now=NOW + 2 * MINUTE).spared == 1


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"result": Result.INVALID_ADDRESS}, SendState.INVALID_ADDRESS),
        ({"result": Result.FAILED}, SendState.FAILED),
        ({"result": Result.RETRY, "retry_after_s": 600}, SendState.DUE),
    ],
)
def test_a_push_that_was_refused_goes_on_as_a_text(desk, fields, state):
    make_person()
    alert = warn(desk)
    send("PUSH", **fields)
    assert row_of(alert, "PUSH").state == state
    assert fall_back(now=NOW + MINUTE).released == 1


def test_a_push_that_nobody_could_try_is_waited_for_longer_but_not_for_ever(desk):
    make_person()
    warn(desk)
    assert fall_back(now=NOW + MINUTE).released == 0
    assert fall_back(now=NOW + 2 * MINUTE).released == 0
    assert fall_back(now=NOW + 5 * MINUTE).released == 1


def test_late_news_of_the_push_stops_a_text_that_still_waits(desk):
    make_person()
    alert = warn(desk)
    show(alert)  # nothing was tried yet: not believed
    send("PUSH", now=NOW + MINUTE)
    assert fall_back(now=NOW + MINUTE).released == 0
    show(alert, now=NOW + MINUTE)
    assert fall_back(now=NOW + 3 * MINUTE).spared == 1


def test_who_wants_both_gets_both_at_once(desk):
    make_person(text_if_needed=False)
    alert = warn(desk)
    assert set(alert.deliveries.values_list("channel", "state")) == {("PUSH", "DUE"), ("SMS", "DUE")}


def test_who_has_only_a_number_is_texted_at_once(desk):
    make_neighbours(1, channel="SMS")
    assert row_of(warn(desk), "SMS").state == SendState.DUE


@pytest.mark.parametrize("channel", ["PUSH", "SMS"])
def test_where_one_of_both_is_off_nothing_waits(desk, channel):
    Route.objects.filter(channel=channel).update(provider="null")
    make_person()
    assert row_of(warn(desk), "SMS").state == SendState.DUE


def test_a_number_of_two_subscriptions_gets_one_text_and_at_once(desk):
    make_neighbours(1, channel="SMS")
    make_person(phone="+13125550000")
    alert = warn(desk)
    assert row_of(alert, "SMS").state == SendState.DUE
    send("SMS")
    send("PUSH")
    fall_back(now=NOW + MINUTE)
    assert send("SMS", now=NOW + MINUTE) == 0


def test_two_phones_one_of_which_showed_it(desk):
    """One push address may be signed up twice; the row carries one subscription, the text belongs to the other."""
    one, two = make_person(0), make_person(1)
    shared = one.methods.get(kind="PUSH").address
    two.methods.filter(kind="PUSH").update(address=shared)
    alert = warn(desk)
    assert alert.deliveries.filter(channel="PUSH").count() == 1
    send("PUSH")
    show(alert)
    assert fall_back(now=NOW + MINUTE).spared == 2


def test_the_budget_of_an_alert_is_not_overspent(desk, settings):
    settings.CORREDOR_FALLBACK = {"after_s": 60, "segments_per_alert": 7, "segments_per_day": 1000}
    for number in range(6):
        make_person(number)
    alert = warn(desk)
    send("PUSH")
    done = fall_back(now=NOW + MINUTE)
    size = alert.deliveries.filter(state=SendState.DUE, channel="SMS").first().segments
    assert size >= 2
    assert done.released == 7 // size
    assert done.released + done.refused == 6
    stopped = alert.deliveries.filter(channel="SMS", state=SendState.STOPPED)
    assert set(stopped.values_list("code", flat=True)) == {"BUDGET"}
    budget = get_budget(now=NOW + MINUTE)
    assert (budget.used, budget.refused, budget.is_used_up) == (done.released * size, done.refused, True)


def test_the_budget_of_a_day_counts_all_alerts_and_comes_back(desk, settings):
    settings.CORREDOR_FALLBACK = {"after_s": 60, "segments_per_alert": 1000, "segments_per_day": 3}
    make_person()
    warn(desk)
    send("PUSH")
    assert fall_back(now=NOW + MINUTE).released == 1
    tomorrow = NOW + timedelta(hours=24, minutes=5)
    for at, released in ((NOW + timedelta(hours=1), 0), (tomorrow, 1)):
        approve_new_alert(desk, make_confirmed(desk, now=at), AlertKind.CONFIRMED, now=at)
        send("PUSH", now=at)
        assert fall_back(now=at + MINUTE).released == released


def test_the_budget_of_a_day_is_spent_once_within_one_look(desk, settings):
    """Two alerts and two languages are four groups; none may count on what another has just used."""
    settings.CORREDOR_FALLBACK = {"after_s": 60, "segments_per_alert": 1000, "segments_per_day": 5}
    for number in range(4):
        make_person(number)
    Subscription.objects.filter(pk__in=Subscription.objects.order_by("pk").values("pk")[:2]).update(language="en")
    warn(desk)
    warn(desk)
    send("PUSH")

    done = fall_back(now=NOW + MINUTE)
    texts = Delivery.objects.filter(channel="SMS", state=SendState.DUE)
    assert 0 < sum(texts.values_list("segments", flat=True)) <= 5
    assert done.released == texts.count()
    assert done.released + done.refused == 8


@pytest.mark.parametrize("state", [SendState.DUE, SendState.CLAIMED])
def test_a_push_in_its_second_try_is_not_waited_for(desk, state):
    make_person()
    alert = warn(desk)
    tries = {SendState.DUE: 1, SendState.CLAIMED: 2}[state]  # a claim counts its own try
    alert.deliveries.filter(channel="PUSH").update(state=state, attempts=tries, due_at=NOW + MINUTE)

    assert fall_back(now=NOW + MINUTE).released == 1


@pytest.mark.parametrize("state", [SendState.DUE, SendState.CLAIMED])
def test_a_push_in_its_first_try_is_waited_for(desk, state):
    make_person()
    alert = warn(desk)
    tries = {SendState.DUE: 0, SendState.CLAIMED: 1}[state]
    alert.deliveries.filter(channel="PUSH").update(state=state, attempts=tries, due_at=NOW + MINUTE)

    assert fall_back(now=NOW + MINUTE).released == 0


@pytest.mark.parametrize(("form", "parts"), [("standard", 2), ("short", 1)])
def test_parts_are_counted_as_the_provider_in_use_writes_them(desk, settings, form, parts):
    other = {"standard": "short", "short": "standard"}[form]
    settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {
        "sms_telnyx": {"form": form},
        "sms_gateway": {"form": other},
    }
    Route.objects.filter(channel="SMS").update(provider="sms_telnyx")
    make_person()
    alert = warn(desk)
    planned = plan_alert(alert=alert, now=NOW)
    send("PUSH")
    fall_back(now=NOW + MINUTE)

    assert row_of(alert, "SMS").segments == parts
    assert next(lane.segments for lane in planned.lanes if lane.channel == "SMS") == parts


def test_what_is_not_urgent_goes_by_push_alone(desk):
    make_person(wants_rumour=True)
    incident = make_confirmed(desk)
    check(desk, incident, Found.NOT_IMMIGRATION, Agency.POLICE)
    alert = approve_new_alert(desk, incident, AlertKind.DENIAL)
    assert set(alert.deliveries.values_list("channel", flat=True)) == {"PUSH"}


def test_a_correction_goes_the_ways_that_reached_people(desk):
    make_person(0)
    make_person(1)
    incident = make_confirmed(desk)
    alert = approve_new_alert(desk, incident, AlertKind.CONFIRMED)
    send("PUSH")
    first = alert.deliveries.filter(channel="PUSH").order_by("pk").first()
    receive_shown(reference=make_reference(Delivery, first.pk), now=NOW)
    fall_back(now=NOW + MINUTE)
    send("SMS", now=NOW + MINUTE)

    check(desk, incident, Found.NOT_IMMIGRATION, Agency.POLICE, now=NOW + 2 * MINUTE)
    correction = approve_new_alert(desk, incident, AlertKind.CORRECTION, now=NOW + 2 * MINUTE)
    reached = correction.deliveries.values_list("channel", "subscription_id", "state")
    second = alert.deliveries.get(channel="SMS", state=SendState.SENT).subscription_id
    pushes = {("PUSH", pk, "DUE") for pk in Subscription.objects.values_list("pk", flat=True)}
    assert set(reached) == pushes | {("SMS", second, "DUE")}


def test_a_correction_stops_texts_that_still_wait(desk):
    make_person()
    incident = make_confirmed(desk)
    alert = approve_new_alert(desk, incident, AlertKind.CONFIRMED)
    send("PUSH")
    check(desk, incident, Found.NOT_IMMIGRATION, Agency.POLICE)
    approve_new_alert(desk, incident, AlertKind.CORRECTION)
    assert row_of(alert, "SMS").state == SendState.SUPERSEDED
    assert fall_back(now=NOW + MINUTE).released == 0


def test_stopping_an_alert_stops_what_waits(desk):
    make_person()
    alert = warn(desk)
    assert get_progress(alert_id=alert.pk).held == 1
    stop_alert(alert_id=alert.pk, by=desk["approver"], now=NOW)
    assert row_of(alert, "SMS").state == SendState.STOPPED


def test_a_halt_concludes_nothing(desk):
    make_person()
    warn(desk)
    send("PUSH")
    halt_everything(reason="x", by=desk["approver"], now=NOW)
    assert fall_back(now=NOW + MINUTE).released == 0
    end_halt(by=desk["approver"], now=NOW + MINUTE)
    assert fall_back(now=NOW + MINUTE).released == 1


def test_what_is_too_old_is_no_longer_texted(desk):
    make_person()
    alert = warn(desk)
    assert fall_back(now=alert.expires_at).released == 0
    sweep(now=alert.expires_at)
    assert row_of(alert, "SMS").state == SendState.EXPIRED


def test_who_has_left_meanwhile_is_not_texted(desk):
    subscription = make_person()
    alert = warn(desk)
    send("PUSH")
    actions.erase_subscription(subscription=subscription)
    assert fall_back(now=NOW + MINUTE).released == 0
    assert row_of(alert, "SMS").state == SendState.STOPPED


@pytest.mark.usefixtures("open_db")
def test_several_at_once_release_each_text_once():
    desk = make_desk()
    turn_channels_on()
    for number in range(20):
        make_person(number)
    alert = warn(desk)
    send("PUSH")
    released = []

    def look():
        try:
            released.append(fall_back(now=NOW + MINUTE).released)
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(released) == 20
    assert send("SMS", now=NOW + MINUTE) == 20
    assert alert.deliveries.filter(channel="SMS", state=SendState.SENT).count() == 20
