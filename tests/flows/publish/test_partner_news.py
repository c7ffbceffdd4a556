"""Webhooks to partners: signed, public data only, once per change, not lost in a crash, finally given up."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.utils import timezone
from standardwebhooks.webhooks import WebhookVerificationError

from corredor.alerts.enums import AlertKind
from corredor.flows.alert.compose import write_alert
from corredor.flows.partner import set_up as partner_set_up
from corredor.flows.partner.send import call_partners
from corredor.flows.publish.snapshot import publish
from corredor.flows.run.sweep import sweep
from corredor.incidents.enums import Agency, Outcome
from corredor.partners.enums import HookState, OffReason
from corredor.partners.models import Announcement, Hook, Partner
from corredor.partners.queue import FAILING_FOR, MOST_EACH, RETRY_AFTER_S, claim_due
from corredor.people.enums import Role
from tests.factories import NOW, make_confirmed, make_incident, make_user
from tests.flows.steps import check, say
from tests.servers.partner import PartnerServer

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PUBLIC_SNAPSHOT = tmp_path / "public"


@pytest.fixture
def steward(db):
    return make_user("Estela", Role.STEWARD)


@pytest.fixture
def server(certificate, settings):
    with PartnerServer(certificate) as running:
        settings.CORREDOR_PARTNERS = {"allowed_private_origins": [running.origin], "ca_file": running.ca_file}
        yield running


def add(steward, server, now=NOW, name="Neighbors of the West"):
    return partner_set_up.add_partner(name=name, url=f"{server.origin}/hook?x=1", may_report=False, by=steward, now=now)


def test_a_confirmation_and_its_alert_are_told_once_and_signed(desk, steward, server):
    now = timezone.now()
    shown = add(steward, server, now)
    incident = make_confirmed(desk, now=now)
    alert = say(desk, incident, AlertKind.CONFIRMED, now=now)
    publish(now=now)
    call_partners(now=now)
    bodies = sorted((server.verify(number, shown.secret) for number in range(2)), key=lambda body: body["type"])
    assert [body["type"] for body in bodies] == ["alert.published", "incident.changed"]
    assert bodies[0]["data"]["slug"] == alert.slug
    assert bodies[0]["data"]["texts"]["es"]["long"] == alert.texts.get(language="es").long
    assert bodies[1]["data"]["status"] == "CONFIRMED"
    publish(now=now + MINUTE)
    call_partners(now=now + MINUTE)
    assert len(server.calls) == 2


def test_another_secret_or_another_word_does_not_verify(desk, steward, server):
    now = timezone.now()
    shown = add(steward, server, now)
    make_confirmed(desk, now=now)
    publish(now=now)
    call_partners(now=now)
    with pytest.raises(WebhookVerificationError):
        server.verify(0, "whsec_" + base64.b64encode(b"x" * 32).decode())
    headers, body = server.calls[0]
    server.calls[0] = (headers, body.replace(b"CONFIRMED", b"CORRECTED"))
    with pytest.raises(WebhookVerificationError):
        server.verify(0, shown.secret)


def test_nothing_that_is_not_public_is_told(desk, steward, server):
    add(steward, server)
    make_incident(desk["operator"])
    confirmed = make_confirmed(desk)
    make_confirmed(desk, is_drill=True)
    waiting = write_alert(incident_id=confirmed.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW)
    publish(now=NOW)
    call_partners(now=NOW)
    (told,) = server.told
    assert told["data"]["slug"] == confirmed.slug
    text = json.dumps(told)
    for secret in ("41.82", "-87.70", "Pershing", "Kedzie", waiting.slug, "Ana", "Beto"):
        assert secret not in text


def test_a_correction_follows_what_it_corrects(desk, steward, server):
    add(steward, server)
    incident = make_confirmed(desk)
    publish(now=NOW)
    check(desk, incident, Outcome.NOT_IMMIGRATION, Agency.POLICE, now=NOW + MINUTE)
    publish(now=NOW + MINUTE)
    call_partners(now=NOW + MINUTE)
    assert [told["data"]["status"] for told in server.told] == ["CORRECTED"], "old news is not sent after new"


def test_old_news_that_waits_for_another_try_is_overtaken(desk, steward, server):
    add(steward, server)
    incident = make_confirmed(desk)
    publish(now=NOW)
    server.answers = [(500, {})]
    call_partners(now=NOW)
    check(desk, incident, Outcome.CONFIRMED_ENDED, now=NOW + MINUTE)
    publish(now=NOW + MINUTE)
    call_partners(now=NOW + timedelta(hours=1))
    assert [told["data"]["status"] for told in server.told] == ["CONFIRMED", "ENDED"]
    assert Hook.objects.filter(state=HookState.SUPERSEDED).count() == 1


def test_news_arrives_in_its_order(desk, steward, server):
    add(steward, server)
    slugs = []
    for minute in range(8):
        slugs.append(make_confirmed(desk, now=NOW + minute * MINUTE).slug)
        publish(now=NOW + minute * MINUTE)
    call_partners(now=NOW + 9 * MINUTE)
    assert [told["data"]["slug"] for told in server.told] == slugs


def test_what_was_on_its_way_when_the_process_died_is_sent_again_with_its_own_id(desk, steward, server):
    add(steward, server)
    make_confirmed(desk)
    publish(now=NOW)
    (lost,) = claim_due(most=10, now=NOW)  # and then the power goes
    assert call_partners(now=NOW + MINUTE) == 0, "somebody else may still be at it"
    assert call_partners(now=NOW + 3 * MINUTE) == 1
    assert server.calls[0][0]["webhook-id"] == lost.message_id
    assert Hook.objects.get().state == HookState.SENT


def test_news_that_a_crash_kept_from_the_queue_is_found_at_the_next_look(desk, steward, server):
    from corredor.flows.publish.snapshot import write_snapshot

    add(steward, server)
    make_confirmed(desk)
    write_snapshot(now=NOW)  # the files were written, and then the process died
    publish(now=NOW + MINUTE)
    call_partners(now=NOW + MINUTE)
    assert len(server.calls) == 1


def test_a_server_that_is_down_is_asked_again_less_and_less_often(desk, steward, server):
    add(steward, server)
    make_confirmed(desk)
    publish(now=NOW)
    now, tries = NOW, []
    server.answers = [(500, {})] * 20
    while Hook.objects.get().state == HookState.DUE:
        now = Hook.objects.get().due_at
        tries.append(now)
        call_partners(now=now)
    waits = [(after - before).total_seconds() for before, after in pairwise(tries)]
    assert waits == list(RETRY_AFTER_S)
    assert Hook.objects.get().state == HookState.FAILED
    assert len({headers["webhook-id"] for headers, _ in server.calls}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in server.calls}) == len(tries)


def test_a_partner_whose_secret_is_broken_keeps_nobody_else_from_the_news(desk, steward, server):
    broken = add(steward, server, name="Broken").partner
    shown = add(steward, server)
    Partner.objects.filter(pk=broken.pk).update(sealed_secret=b"no seal of ours")
    make_confirmed(desk)
    publish(now=NOW)
    call_partners(now=NOW)

    assert server.told[0]["data"]["status"] == "CONFIRMED"
    assert Hook.objects.get(partner=shown.partner).state == HookState.SENT
    assert Hook.objects.get(partner=broken).code == "WRONG_ENDPOINT"


def test_a_partner_with_much_to_hear_is_called_beside_the_others_not_before_them(desk, steward, server):
    first = add(steward, server, name="Slow").partner
    for minute in range(9):
        make_confirmed(desk, now=NOW + minute * MINUTE)
        publish(now=NOW + minute * MINUTE)
    add(steward, server)
    make_confirmed(desk, now=NOW + 10 * MINUTE)
    publish(now=NOW + 10 * MINUTE)
    claimed = claim_due(most=6, now=NOW + 10 * MINUTE)

    assert sum(hook.partner_id == first.pk for hook in claimed) == MOST_EACH
    assert len(claimed) == MOST_EACH + 1


def test_it_waits_as_long_as_it_is_asked_to(desk, steward, server):
    add(steward, server)
    make_confirmed(desk)
    publish(now=NOW)
    server.answers = [(429, {"Retry-After": "900"})]
    call_partners(now=NOW)
    assert Hook.objects.get().due_at == NOW + timedelta(seconds=900)


def test_gone_is_gone(desk, steward, server):
    partner = add(steward, server).partner
    make_confirmed(desk)
    publish(now=NOW)
    server.answers = [(410, {})]
    call_partners(now=NOW)
    partner.refresh_from_db()
    assert (partner.is_on, partner.off_reason) == (False, OffReason.GONE)
    assert Hook.objects.get().state == HookState.STOPPED


def test_days_of_failure_turn_it_off_and_one_success_forgives(desk, steward, server):
    partner = add(steward, server).partner
    incident = make_confirmed(desk)
    publish(now=NOW)
    server.answers = [(500, {}), (204, {}), (503, {}), (503, {})]
    call_partners(now=NOW)
    call_partners(now=NOW + MINUTE)
    partner.refresh_from_db()
    assert partner.failing_since is None
    for later in (timedelta(hours=1), timedelta(hours=1) + FAILING_FOR):
        check(desk, incident, Outcome.CONFIRMED_ACTIVE, now=NOW + later)
        publish(now=NOW + later)
        call_partners(now=NOW + later)
    partner.refresh_from_db()
    assert (partner.is_on, partner.off_reason) == (False, OffReason.FAILING)
    publish(now=NOW + timedelta(days=9))
    assert not Hook.objects.filter(state__in=[HookState.DUE, HookState.CLAIMED]).exists()


def test_a_redirect_is_a_failure_and_is_not_followed(desk, steward, server):
    add(steward, server)
    make_confirmed(desk)
    publish(now=NOW)
    server.answers = [(307, {"Location": f"{server.origin}/elsewhere"})]
    call_partners(now=NOW)
    assert len(server.calls) == 1
    assert (Hook.objects.get().state, Hook.objects.get().code) == (HookState.DUE, "307")


def test_private_addresses_are_never_called(desk, steward, server, settings):
    add(steward, server)
    make_confirmed(desk)
    publish(now=NOW)
    settings.CORREDOR_PARTNERS = {"allowed_private_origins": [], "ca_file": server.ca_file}
    call_partners(now=NOW)
    assert server.calls == []
    assert Hook.objects.get().code == "PRIVATE_ADDRESS"


def test_while_a_secret_changes_both_are_good(desk, steward, server):
    now = timezone.now()
    shown = add(steward, server, now)
    newer = partner_set_up.change_secret(partner_id=shown.partner.pk, by=steward, now=now)
    make_confirmed(desk, now=now)
    publish(now=now)
    call_partners(now=now)
    server.verify(0, shown.secret)
    server.verify(0, newer.secret)
    assert server.calls[0][0]["webhook-signature"].count("v1,") == 2
    sweep(now=now + timedelta(days=2))
    assert Partner.objects.get().sealed_older_secret is None
    partner_set_up.test_partner(partner_id=shown.partner.pk, by=steward, now=now + timedelta(hours=25))
    assert server.calls[-1][0]["webhook-signature"].count("v1,") == 1


def test_a_test_is_tried_once(steward, server):
    partner = add(steward, server).partner
    assert partner_set_up.test_partner(partner_id=partner.pk, by=steward, now=NOW).is_accepted
    assert server.told[0]["type"] == "test"
    server.answers = [(500, {})]
    tested = partner_set_up.test_partner(partner_id=partner.pk, by=steward, now=NOW)
    assert (tested.is_accepted, tested.code) == (False, "500")
    assert call_partners(now=NOW + timedelta(days=1)) == 0


def test_the_secret_is_nowhere_in_the_database(steward, server):
    shown = add(steward, server)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM partners_partner")
        row = repr([bytes(v) if isinstance(v, memoryview) else v for v in cursor.fetchone()])
    assert shown.secret not in row
    assert repr(base64.b64decode(shown.secret.removeprefix("whsec_")))[2:-1] not in row


def test_secrets_are_sealed_anew_with_a_new_key(steward, server, settings):
    from corredor.flows.network.change_keys import reseal_all

    now = timezone.now()
    shown = add(steward, server, now)
    settings.ADDRESS_KEYS_OLDER = [settings.ADDRESS_KEY]
    settings.ADDRESS_KEY = b"n" * 32
    assert reseal_all().secrets == 1
    settings.ADDRESS_KEYS_OLDER = []
    partner_set_up.test_partner(partner_id=shown.partner.pk, by=steward, now=now)
    server.verify(0, shown.secret)


def test_who_is_removed_leaves_a_name_and_nothing_that_opens(desk, steward, server):
    partner = add(steward, server).partner
    make_confirmed(desk)
    publish(now=NOW)
    partner_set_up.remove_partner(partner_id=partner.pk, by=steward, now=NOW)
    assert call_partners(now=NOW) == 0
    partner.refresh_from_db()
    assert (partner.url, partner.token_digest, partner.sealed_secret) == ("", "", None)


def test_what_is_over_is_forgotten(desk, steward, server):
    add(steward, server)
    incident = make_confirmed(desk)
    publish(now=NOW)
    call_partners(now=NOW)
    sweep(now=NOW + timedelta(days=8))
    assert Hook.objects.count() == 0
    sweep(now=NOW + timedelta(days=70))
    assert Announcement.objects.filter(subject=f"incident:{incident.slug}").exists(), "it is still open, and told"


@pytest.mark.parametrize(
    "url",
    ["http://partner.example/x", "https://", "https://me:pass@partner.example/", "ftp://x/", "x", "https://a b/"],
)
def test_addresses_that_cannot_be_called_are_not_taken(steward, url):
    with pytest.raises(partner_set_up.WrongEndpoint):
        partner_set_up.add_partner(name="X Y", url=url, may_report=False, by=steward, now=NOW)


def test_two_who_see_the_same_news_tell_it_once(desk, steward, server):
    from corredor.partners.actions import record_announcement

    assert record_announcement(subject="incident:x", digest="a", before=None, now=NOW)
    assert not record_announcement(subject="incident:x", digest="a", before=None, now=NOW)
    assert record_announcement(subject="incident:x", digest="b", before="a", now=NOW)
    assert not record_announcement(subject="incident:x", digest="b", before="a", now=NOW)
