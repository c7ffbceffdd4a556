"""Delivery receipts match rows before and after settling, their rank only rises, and they cannot be forged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corredor.alerts.enums import AlertKind
from corredor.channels.base import Outcome, Result
from corredor.channels.inbound import Receipt
from corredor.delivery.enums import ReceiptState, SendState
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.delivery.providers.receipts import ArrivedReceipt, make_reference, read_reference, settle_arrived
from corredor.delivery.queries import get_progress
from corredor.delivery.queue.claim import claim_due
from corredor.delivery.queue.settle import settle as settle_rows
from corredor.delivery.retention import LINKS_KEPT
from corredor.flows.alert.receipts import receive_receipt, receive_shown, write_receipts
from corredor.flows.run.sweep import sweep
from corredor.incidents.models import Incident
from corredor.people.models import Address
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import ContactMethod, Subscription
from tests.factories import NOW, approve_new_alert, make_confirmed, make_desk, make_neighbours
from tests.servers.deadline import wait_until

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(seconds=5)

ARRIVED = {"result": Result.ACCEPTED, "is_final": True, "code": "DELIVERED"}
ON_ITS_WAY = {"result": Result.ACCEPTED, "is_final": False, "code": "SENT"}
LOST = {"result": Result.FAILED, "is_final": True, "code": "30007", "reason": "FILTERED"}
DEAD = {"result": Result.INVALID_ADDRESS, "is_final": True, "code": "30005", "reason": "DEAD_NUMBER"}


@pytest.fixture
def alert(desk):
    make_neighbours(2, channel=Channel.SMS)
    return approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)


@pytest.fixture
def row(alert):
    return alert.deliveries.order_by("pk").first()


def claim():
    return claim_due(model=Delivery, channel="SMS", worker="w", most=10, now=NOW)


def settle(pk, result=Result.ACCEPTED, **fields):
    outcome = Outcome(pk, result, **fields)
    settle_rows(model=Delivery, worker="w", provider="sms", outcomes=[outcome], attempts={pk: 1}, now=NOW)


def hear(pk, said, *, now=LATER, **more):
    """How many receipts were news: one or none."""
    return write_receipts([ArrivedReceipt(Receipt(make_reference(Delivery, pk), **(said | more)), "SMS", now)]).new


def state_of(row):
    row.refresh_from_db()
    return row.receipt, row.receipt_code


@pytest.fixture
def sent(row):
    claim()
    settle(row.pk, code="201", reference="SM1")
    return row


def test_what_a_receipt_says_stands_on_the_row(sent):
    assert hear(sent.pk, ARRIVED)
    sent.refresh_from_db()
    assert (sent.state, sent.receipt, sent.receipt_at) == (SendState.SENT, ReceiptState.DELIVERED, LATER)


@pytest.mark.parametrize(
    ("told", "stays"),
    [
        ((ON_ITS_WAY, ARRIVED), "DELIVERED"),
        ((ARRIVED, ON_ITS_WAY), "DELIVERED"),
        ((LOST, ARRIVED), "DELIVERED"),
        ((ARRIVED, LOST), "DELIVERED"),
        ((LOST, ON_ITS_WAY), "UNDELIVERED"),
        ((ON_ITS_WAY, LOST), "UNDELIVERED"),
        ((ARRIVED, DEAD), "DELIVERED"),
    ],
)
def test_the_order_of_news_does_not_matter(sent, told, stays):
    for said in told:
        hear(sent.pk, said)
    assert state_of(sent)[0] == stays
    assert ContactMethod.objects.count() == 2


@pytest.mark.parametrize("said", [ARRIVED, LOST, ON_ITS_WAY])
def test_a_replay_changes_nothing(sent, said):
    assert hear(sent.pk, said)
    assert not hear(sent.pk, said, now=LATER + timedelta(hours=1))
    sent.refresh_from_db()
    assert sent.receipt_at == LATER


def test_a_receipt_may_come_before_we_have_written_that_it_was_sent(row):
    claim()
    assert hear(row.pk, ARRIVED)
    settle(row.pk, code="201", reference="SM1")
    row.refresh_from_db()
    assert (row.state, row.receipt, row.reference) == (SendState.SENT, ReceiptState.DELIVERED, "SM1")


def test_a_text_whose_answer_was_lost_and_that_arrived_is_not_sent_again(row):
    claim()
    settle(row.pk, Result.RETRY, code="TIMED_OUT", outcome_unknown=True)
    assert hear(row.pk, ARRIVED)
    row.refresh_from_db()
    assert (row.state, row.settled_at) == (SendState.SENT, LATER)
    assert claim_due(model=Delivery, channel="SMS", worker="w", most=10, now=NOW + timedelta(minutes=5)) == []


def test_the_receipt_may_be_there_before_the_lost_answer_is_noticed(row):
    claim()
    hear(row.pk, ARRIVED)
    settle(row.pk, Result.RETRY, code="TIMED_OUT", outcome_unknown=True)
    assert settle_arrived(model=Delivery, ids=[row.pk], now=LATER) == 1
    row.refresh_from_db()
    assert row.state == SendState.SENT


def test_of_an_earlier_try_only_that_it_arrived_counts(sent):
    assert not hear(sent.pk, LOST, provider_id="SM0")
    assert hear(sent.pk, LOST, provider_id="SM1")
    assert hear(sent.pk, ARRIVED, provider_id="SM0")


def test_a_receipt_for_what_was_never_tried_is_not_believed(row):
    assert not hear(row.pk, ARRIVED)
    assert state_of(row) == ("", "")


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "d",
        "d1",
        "d1-",
        "x1-AAAAAAAAAAAAAAAA",
        "d-1-AAAAAAAAAAAAAAAA",
        "d٣-AAAAAAAAAAAAAAAA",
        "d" + "9" * 40,
        "-",
        "é",
    ],
)
def test_references_we_did_not_make_belong_to_nothing(reference):
    assert read_reference(reference) is None


def test_a_forged_reference_changes_nothing(sent):
    good = make_reference(Delivery, sent.pk)
    other = alert_other(sent)
    for forged in (good[:-1] + ("A" if good[-1] != "A" else "B"), f"d{other.pk}-{good.split('-')[1]}", good + "A"):
        receive_receipt(receipt=Receipt(forged, **DEAD), now=LATER)
        assert write_receipts([ArrivedReceipt(Receipt(forged, **DEAD), "SMS", LATER)]).new == 0
    assert state_of(sent) == ("", "")
    assert ContactMethod.objects.count() == 2


def alert_other(row):
    return Delivery.objects.exclude(pk=row.pk).get()


def test_a_notice_and_a_delivery_of_one_number_are_not_mixed_up(sent):
    assert make_reference(TransactionalMessage, sent.pk) != make_reference(Delivery, sent.pk)
    receipt = Receipt(make_reference(TransactionalMessage, sent.pk), **DEAD)
    assert write_receipts([ArrivedReceipt(receipt, "SMS", LATER)]).new == 0
    assert state_of(sent) == ("", "")


def test_a_reference_of_another_way_says_nothing(sent):
    receive_shown(reference=make_reference(Delivery, sent.pk), now=LATER)
    assert state_of(sent) == ("", "")


def test_references_fit_where_gateways_put_them():
    assert len(make_reference(Delivery, 10**17)) <= 36


def test_a_dead_number_is_erased_with_the_way_that_led_to_it(sent):
    address_id, subscription_id = sent.address_id, sent.subscription_id
    assert hear(sent.pk, DEAD)
    assert not Address.objects.filter(pk=address_id).exists()
    assert not Subscription.objects.filter(pk=subscription_id).exists()
    sent.refresh_from_db()
    assert (sent.state, sent.receipt, sent.receipt_reason) == (SendState.INVALID_ADDRESS, "UNDELIVERED", "DEAD_NUMBER")
    assert ContactMethod.objects.count() == 1  # nobody else's


def test_a_text_that_did_not_arrive_leaves_the_number_alone(sent):
    hear(sent.pk, LOST)
    sent.refresh_from_db()
    assert (sent.state, sent.receipt_reason) == (SendState.SENT, "FILTERED")
    assert ContactMethod.objects.count() == 2


def test_progress_counts_what_arrived(alert, sent):
    assert get_progress(alert_id=alert.pk).delivered == 0
    hear(sent.pk, ARRIVED)
    progress = get_progress(alert_id=alert.pk)
    assert (progress.delivered, progress.sent, progress.total) == (1, 1, 2)


def test_many_receipts_at_once_of_rows_and_kinds_of_all_sorts(alert, sent):
    other = alert_other(sent)
    news = [
        ArrivedReceipt(Receipt(make_reference(Delivery, other.pk), **DEAD), "SMS", LATER),
        ArrivedReceipt(Receipt("d1-forged", **DEAD), "SMS", LATER),
        ArrivedReceipt(Receipt(make_reference(Delivery, sent.pk), **LOST), "SMS", LATER),
        ArrivedReceipt(Receipt(make_reference(Delivery, sent.pk), **ARRIVED), "SMS", LATER),
        ArrivedReceipt(Receipt(make_reference(Delivery, sent.pk), **ARRIVED), "SMS", LATER),
        ArrivedReceipt(Receipt(make_reference(TransactionalMessage, 4711), **ARRIVED), "SMS", LATER),
    ]
    noted = write_receipts(news)
    assert (noted.new, len(noted.invalid_address_ids)) == (3, 1)
    assert state_of(sent)[0] == "DELIVERED"
    assert not Address.objects.filter(pk=other.address_id).exists()


@pytest.mark.usefixtures("open_db")
def test_receipts_that_come_together_are_written_within_a_moment(settings):
    settings.CORREDOR_RECEIPTS_EACH_S = 0.01
    make_neighbours(20, channel=Channel.SMS)
    desk = make_desk()
    alert = approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    for row in claim_due(model=Delivery, channel="SMS", worker="w", most=50, now=NOW):
        receive_receipt(receipt=Receipt(make_reference(Delivery, row.pk), **ARRIVED), now=LATER)
    wait_until(lambda: get_progress(alert_id=alert.pk).delivered == 20, "the receipts")


def test_a_month_after_the_end_nothing_leads_to_anybody_and_the_count_stays(alert, sent):
    hear(sent.pk, ARRIVED)
    Incident.objects.filter(pk=alert.incident_id).update(closed_at=NOW)
    sweep(now=NOW + LINKS_KEPT + timedelta(hours=1))
    sent.refresh_from_db()
    assert (sent.address_id, sent.subscription_id, sent.reference) == (None, None, "")
    assert get_progress(alert_id=alert.pk).delivered == 1
