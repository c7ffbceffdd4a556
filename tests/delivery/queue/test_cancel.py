"""Cancellation: sending stops within the batch, and altered texts are never sent."""

from __future__ import annotations

from collections import Counter
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db.models import Q

from corredor.alerts.enums import AlertKind, AlertState
from corredor.alerts.errors import Altered, ThirdPersonNeeded
from corredor.alerts.models import Alert, AlertText, Signature
from corredor.delivery import halt_file
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, Halt, Route
from corredor.delivery.queries import get_halt, is_halted
from corredor.delivery.queue import cancel
from corredor.delivery.workers.worker import Sender
from corredor.flows.alert.approve import release_alert
from corredor.flows.alert.halt import end_halt, halt_everything
from corredor.flows.alert.stop import stop_alert
from corredor.flows.run.ready import STAGES
from corredor.flows.run.sweep import sweep
from corredor.kit.db_rules import drop_guards, guards_of
from corredor.people.address_book import open_addresses
from corredor.people.enums import Role
from corredor.subscriptions.enums import Channel
from tests.factories import NOW, approve_new_alert, make_confirmed, make_neighbours, make_user
from tests.servers.provider import ProviderServer

pytestmark = pytest.mark.django_db
OK = (202, {}, "0: Accepted for delivery")


class Interrupting(ProviderServer):
    """A gateway during whose fifth request somebody at the desk does something; it answers all the same."""

    def __init__(self, then) -> None:
        super().__init__(OK)
        self.then, self.is_due = then, False

    def take(self, asked):
        answer = super().take(asked)
        self.is_due = len(self.asked) >= 5
        return answer


@pytest.fixture
def alert(desk):
    make_neighbours(60, channel=Channel.SMS)
    return approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)


@pytest.fixture
def send(settings, monkeypatch):
    """Sends by text message through a gateway; after the fifth answer ``then`` is done, as if from the desk."""

    def run(then=lambda: None):
        monkeypatch.setattr(cancel, "CHECK_EACH_S", 0.0)
        with Interrupting(then) as gateway:
            settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {
                "sms_gateway": {"url": f"{gateway.url}/sendsms", "user": "u", "password": "p", "sender": "8888"}
            }
            Route.objects.update_or_create(channel="SMS", defaults={"provider": "sms_gateway"})
            sender = Sender("SMS", clock=lambda: NOW)
            _do_when_due(sender, gateway)
            sender.send_due()
            sender.close()
            return gateway.asked

    return run


def _do_when_due(sender: Sender, gateway: Interrupting) -> None:
    """The desk acts in the same thread and database, between two answers."""
    outcomes = sender._outcomes

    def watched(work, messages, **how):
        for outcome in outcomes(work, messages, **how):
            if gateway.is_due and gateway.then is not None:
                then, gateway.then = gateway.then, None
                then()
            yield outcome

    sender._outcomes = watched


def states():
    return Counter(Delivery.objects.values_list("state", flat=True))


def test_the_switch_stops_a_batch_half_way(alert, desk, send):
    asked = send(lambda: halt_everything(reason="stolen account", by=desk["approver"], now=NOW))

    assert 5 <= len(asked) < 60
    assert states()[SendState.DUE] > 0
    assert states()[SendState.CLAIMED] == 0


def test_only_what_was_given_to_the_channel_is_in_doubt(desk, send):
    make_neighbours(200, channel=Channel.SMS)
    approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    asked = send(lambda: halt_everything(reason="stolen account", by=desk["approver"], now=NOW))

    taken = {dict(parse_qsl(urlsplit(one.path).query))["to"] for one in asked}
    reached = Delivery.objects.filter(Q(state=SendState.SENT) | Q(outcome_unknown=True))
    assert taken <= set(open_addresses(reached.values_list("address_id", flat=True)).values())
    assert Delivery.objects.filter(state=SendState.DUE, outcome_unknown=False).count() > 100


def test_after_the_halt_the_rest_goes_out(alert, desk, send):
    send(lambda: halt_everything(reason="stolen account", by=desk["approver"], now=NOW))
    end_halt(by=desk["approver"], now=NOW)
    send(None)

    assert states() == {SendState.SENT: 60}


def test_stopping_the_alert_stops_its_batch_for_good(alert, desk, send):
    asked = send(lambda: stop_alert(alert_id=alert.pk, by=desk["approver"], now=NOW))
    send(None)

    assert len(asked) < 60
    assert set(states()) == {SendState.SENT, SendState.STOPPED}
    assert Delivery.objects.filter(state=SendState.STOPPED, outcome_unknown=True).exists()


def test_a_look_is_remembered_for_a_moment(alert, desk, monkeypatch):
    monkeypatch.setattr(cancel, "CHECK_EACH_S", 3600.0)
    pulled = cancel.Cancellation([alert.pk])
    halt_everything(reason="x", by=desk["approver"], now=NOW)
    assert not pulled.is_on()  # looked when the batch was claimed, a moment ago
    monkeypatch.setattr(cancel, "CHECK_EACH_S", 0.0)

    assert pulled.is_on()
    end_halt(by=desk["approver"], now=NOW)
    assert pulled.is_on()  # a batch once broken off stays so


def test_drills_know_no_switch(alert, desk):
    halt_everything(reason="x", by=desk["approver"], now=NOW)

    assert cancel.is_cancelled([])
    assert not cancel.is_cancelled([], is_drill=True)


def test_the_file_halts_before_the_database_does(alert, desk):
    halt_file.create()
    try:
        assert is_halted()
        assert get_halt() is None
        assert Sender("EMAIL", clock=lambda: NOW).send_due() == 0
        sweep(now=NOW)
        assert get_halt() is not None
    finally:
        halt_file.remove()
    assert Halt.objects.count() == 1


@pytest.fixture
def open_rules(open_db):
    """A database whose guards were taken off, as somebody who owns the machine could."""
    for stage in STAGES:
        drop_guards(guards_of(stage))


def alter(alert, **texts):
    AlertText.objects.filter(alert=alert, language="es").update(**texts)


@pytest.mark.django_db(transaction=True)
def test_altered_words_are_never_sent(open_rules, desk, send):
    make_neighbours(60, channel=Channel.SMS)
    alert = approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    alter(alert, standard="Llame ya al 312 555 0199")
    asked = send(None)
    alert.refresh_from_db()

    assert asked == []
    assert (alert.state, alert.held_for) == (AlertState.HELD, "ALTERED")
    assert states() == {SendState.STOPPED: 60}


@pytest.mark.django_db(transaction=True)
def test_words_and_slots_altered_together_break_the_signature(open_rules, desk, send):
    make_neighbours(3, channel=Channel.SMS)
    alert = approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    slots = alert.slots | {"es": alert.slots["es"] | {"where": "Otra calle"}}
    Alert.objects.filter(pk=alert.pk).update(slots=slots)
    for text in AlertText.objects.filter(alert=alert, language="es"):
        was = alert.slots["es"]["where"]
        changed = {
            name: getattr(text, name).replace(was, "Otra calle") for name in ("title", "short", "standard", "long")
        }
        alter(alert, **changed)

    assert send(None) == []
    assert states() == {SendState.STOPPED: 3}


def test_without_a_signature_nothing_is_sent(alert, send):
    Signature.objects.all().delete()

    assert send(None) == []


@pytest.mark.django_db(transaction=True)
def test_a_third_person_lets_it_go_on_once_the_words_are_right(open_rules, desk, send):
    make_neighbours(4, channel=Channel.SMS)
    alert = approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    right = AlertText.objects.get(alert=alert, language="es").standard
    alter(alert, standard="otra cosa")
    send(None)
    steward = make_user("Estela", Role.STEWARD)
    with pytest.raises(Altered):
        release_alert(alert_id=alert.pk, by=steward, now=NOW)
    alter(alert, standard=right)
    grant_role_to_approver(desk)
    with pytest.raises(ThirdPersonNeeded):
        release_alert(alert_id=alert.pk, by=desk["approver"], now=NOW)

    assert release_alert(alert_id=alert.pk, by=steward, now=NOW).deliveries == 4
    assert len(send(None)) == 4
    assert states() == {SendState.SENT: 4}


def grant_role_to_approver(desk) -> None:
    from tests.factories import grant_role

    grant_role(desk["approver"], Role.STEWARD)
