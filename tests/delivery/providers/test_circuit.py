"""The circuit breaker: a failing provider is replaced by its failover, probed, and used again when it answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corredor.alerts.enums import AlertKind
from corredor.delivery.enums import SendState
from corredor.delivery.models import Route
from corredor.delivery.providers.circuit import (
    PROBE,
    TRY_AGAIN_AFTER,
    choose_provider,
    is_circuit_open,
    list_health,
    note_health,
)
from corredor.delivery.workers.worker import Sender
from corredor.incidents.models import TimelineEntry
from tests.factories import NOW, approve_new_alert, make_confirmed, make_neighbours
from tests.servers.provider import ProviderServer

pytestmark = pytest.mark.django_db
PATIENCE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _route(settings):
    settings.CORREDOR_PROVIDER_PATIENCE_S = 30
    Route.objects.create(channel="SMS", provider="sms_twilio", failover="sms_gateway")


def fail(at=NOW, provider="sms_twilio", count=3):
    note_health(provider, answers=0, faults=count, code="503", now=at)


def answer(at=NOW, provider="sms_twilio"):
    note_health(provider, answers=2, faults=1, code="503", now=at)


def choose(at):
    return choose_provider(channel="SMS", now=at)


def test_a_provider_that_answers_carries_everything():
    answer()
    assert choose(NOW + PATIENCE) == ("sms_twilio", None)


def test_a_short_outage_is_waited_out():
    fail()
    assert choose(NOW + PATIENCE - SECOND) == ("sms_twilio", None)


def test_a_long_outage_is_passed_over():
    fail()
    fail(NOW + SECOND)
    assert choose(NOW + PATIENCE) == ("sms_gateway", None)
    entry = TimelineEntry.objects.get(kind="channel.passed_over")
    assert entry.data == {"channel": "SMS", "provider": "sms_twilio", "failover": "sms_gateway"}


def test_without_a_second_everything_waits_for_the_first():
    Route.objects.update(failover="")
    fail()
    assert choose(NOW + 10 * PATIENCE) == ("sms_twilio", None)


def test_some_answers_among_faults_are_no_outage():
    fail()
    answer(NOW + SECOND)
    assert choose(NOW + PATIENCE) == ("sms_twilio", None)
    assert list_health()["sms_twilio"].failing_since is None


def test_now_and_then_a_few_go_by_the_first_again():
    fail()
    assert choose(NOW + PATIENCE) == ("sms_gateway", None)
    at = NOW + PATIENCE + TRY_AGAIN_AFTER
    assert [choose(at), choose(at)] == [("sms_twilio", PROBE), ("sms_gateway", None)]
    fail(at)
    assert choose(at + SECOND) == ("sms_gateway", None)
    assert choose(at + TRY_AGAIN_AFTER) == ("sms_twilio", PROBE)


def test_its_first_answer_brings_everything_back():
    fail()
    choose(NOW + PATIENCE)
    answer(NOW + PATIENCE + TRY_AGAIN_AFTER)
    assert choose(NOW + PATIENCE + TRY_AGAIN_AFTER) == ("sms_twilio", None)
    fail(NOW + 2 * (PATIENCE + TRY_AGAIN_AFTER))
    assert choose(NOW + 2 * (PATIENCE + TRY_AGAIN_AFTER)) == ("sms_twilio", None)


def test_drills_have_no_second():
    Route.objects.create(channel="DRILL", provider="null", failover="console")
    fail(provider="drill_sink")
    assert choose_provider(channel="DRILL", now=NOW + PATIENCE) == ("drill_sink", None)


def test_counts_begin_anew():
    answer()
    answer(NOW + timedelta(minutes=20))
    assert (list_health()["sms_twilio"].answers, list_health()["sms_twilio"].faults) == (2, 1)


def test_a_provider_never_heard_of_is_well():
    assert not is_circuit_open(list_health().get("sms_twilio"), now=NOW)


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


def test_what_a_dead_provider_could_not_take_goes_by_the_other_and_back_again(desk, settings):
    """The real senders and both real channels, towards two providers of which the first is down for a while."""
    make_neighbours(30, channel="SMS")
    down, well = (503, {}, "{}"), (201, {}, '{"sid": "SM1"}')
    with ProviderServer(down) as first, ProviderServer((202, {}, "0: Accepted")) as failover:
        settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {
            "sms_twilio": {
                "url": first.url,
                "account": "AC1",
                "token": "t",
                "sender": "+13125550100",
                "rate_long": 0,  # this is about faults, not about pace
            },
            "sms_gateway": {"url": failover.url + "/send", "user": "u", "password": "p"},
        }
        alert = approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
        clock = Clock()
        sender = Sender("SMS", clock=clock)
        while sender.send_due(most=15):
            pass
        assert (len(first.asked), len(failover.asked)) == (30, 0)
        clock.now = NOW + PATIENCE
        while sender.send_due():  # tried again, and still down: it is passed over at once
            pass
        assert {row.provider for row in alert.deliveries.all()} == {"sms_gateway"}
        assert len(failover.asked) == 30
        assert set(alert.deliveries.values_list("state", flat=True)) == {SendState.SENT}

        first.answers = [well]
        clock.now = NOW + PATIENCE + TRY_AGAIN_AFTER
        later = approve_new_alert(desk, make_confirmed(desk, now=clock.now), AlertKind.CONFIRMED, now=clock.now)
        while sender.send_due(most=10):
            pass
        sender.close()
        used = list(later.deliveries.order_by("settled_at", "pk").values_list("provider", flat=True))
        assert used.count("sms_twilio") >= 20  # a few to try, and then everything
        assert set(later.deliveries.values_list("state", flat=True)) == {SendState.SENT}
        assert len(failover.asked) == 60 - used.count("sms_twilio")


def test_a_channel_that_is_not_set_up_counts_as_down(desk, settings):
    make_neighbours(2, channel="SMS")
    settings.CORREDOR_PROVIDERS = {}
    Route.objects.update(failover="console")
    alert = approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    clock = Clock()
    sender = Sender("SMS", clock=clock)
    sender.send_due()
    assert list_health()["sms_twilio"].fault_code == "NOT_CONFIGURED"
    clock.now = NOW + timedelta(seconds=60)
    sender.send_due()
    assert set(alert.deliveries.values_list("state", "provider")) == {("SENT", "console")}
    sender.close()
