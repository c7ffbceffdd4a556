"""Unusual alerts wait for a third person; corrections are never held for their numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corredor.alerts.enums import AlertKind, AlertState, HoldReason
from corredor.alerts.errors import AlreadyDecided, SamePerson, Superseded, ThirdPersonNeeded
from corredor.alerts.models import Alert, AlertText
from corredor.delivery.models import Delivery, Plan
from corredor.flows.alert import hold_for_review
from corredor.flows.alert.approve import approve_alert, release_alert
from corredor.flows.alert.compose import write_alert
from corredor.flows.alert.stop import stop_alert
from corredor.flows.incident.close import close_incident
from corredor.incidents.enums import Agency, Outcome
from corredor.incidents.models import TimelineEntry
from corredor.people.enums import Role
from corredor.people.errors import NotAllowed
from tests.factories import NOW, ROCKWELL_CERMAK, grant_role, make_confirmed, make_neighbours, make_user
from tests.flows.steps import check, got, open_at, say, send_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(db):
    return make_user("Estela", Role.STEWARD)


def write(desk, incident, kind=AlertKind.CONFIRMED, *, now=NOW):
    return write_alert(incident_id=incident.pk, kind=kind, radius_m=800, by=desk["writer"], now=now)


def approve(desk, alert, *, now=NOW):
    approved = approve_alert(alert_id=alert.pk, by=desk["approver"], now=now)
    alert.refresh_from_db()
    return approved


@pytest.fixture
def held_for(desk, settings):
    """Approved by the second person, and held because this network sends none at all in an hour."""
    make_neighbours(5)
    settings.ALERTS_AN_HOUR = 0
    alert = write(desk, make_confirmed(desk))
    approved = approve(desk, alert)
    assert approved.held_for is HoldReason.MANY_ALERTS
    return alert


def test_a_frozen_alert_reaches_nobody(held_for, desk):
    assert (held_for.state, held_for.approved_by, held_for.approved_at) == (AlertState.HELD, desk["approver"], None)
    assert not Delivery.objects.exists()
    with pytest.raises(AlreadyDecided):
        approve_alert(alert_id=held_for.pk, by=desk["approver"], now=NOW)


def test_only_a_third_person_with_the_role_releases_it(held_for, desk, steward, settings):
    with pytest.raises(NotAllowed):
        release_alert(alert_id=held_for.pk, by=desk["operator"], now=NOW)
    for one in ("writer", "approver"):
        grant_role(desk[one], Role.STEWARD)
        with pytest.raises(ThirdPersonNeeded):
            release_alert(alert_id=held_for.pk, by=desk[one], now=NOW)
    later = NOW + timedelta(minutes=4)

    assert release_alert(alert_id=held_for.pk, by=steward, now=later).deliveries == 5
    held_for.refresh_from_db()
    assert (held_for.state, held_for.approved_at, held_for.released_by) == (AlertState.APPROVED, later, steward)
    assert list(TimelineEntry.objects.filter(kind__startswith="alert.").values_list("kind", flat=True)) == [
        "alert.written",
        "alert.frozen",
        "alert.released",
    ]


def test_it_is_not_released_once_it_is_no_longer_true(held_for, desk, steward):
    check(desk, held_for.incident, Outcome.NOT_IMMIGRATION, Agency.POLICE)

    with pytest.raises(Superseded):
        release_alert(alert_id=held_for.pk, by=steward, now=NOW)


def test_it_can_be_dropped_and_does_not_keep_an_incident_open(held_for, desk):
    close_incident(incident_id=held_for.incident_id, by=desk["operator"], now=NOW)
    held_for.refresh_from_db()

    assert held_for.state == AlertState.STOPPED


def test_dropping_it(held_for, desk):
    assert stop_alert(alert_id=held_for.pk, by=desk["approver"], now=NOW) == 0


def test_one_account_that_approves_many_within_minutes(desk, settings):
    settings.APPROVALS_IN_TEN_MINUTES = 2
    for _ in range(2):
        assert approve(desk, write(desk, make_confirmed(desk))).held_for is None
    third = write(desk, make_confirmed(desk))

    assert approve(desk, third).held_for is HoldReason.ONE_ACCOUNT


def test_after_ten_minutes_it_may_again(desk, settings):
    settings.APPROVALS_IN_TEN_MINUTES = 1
    approve(desk, write(desk, make_confirmed(desk)))
    later = NOW + timedelta(minutes=11)

    assert approve(desk, write(desk, make_confirmed(desk, now=later), now=later), now=later).held_for is None


def test_an_audience_many_times_the_usual(desk, settings, monkeypatch):
    monkeypatch.setattr("corredor.flows.alert.hold_for_review.LEAST_AUDIENCE", 3)
    make_neighbours(1, at=ROCKWELL_CERMAK, prefix="few")
    for _ in range(5):
        incident, _received = open_at(desk, point=ROCKWELL_CERMAK)
        check(desk, incident)
        assert approve(desk, write(desk, incident)).held_for is None
    make_neighbours(11)

    assert approve(desk, write(desk, make_confirmed(desk))).held_for is HoldReason.AUDIENCE
    assert Plan.objects.count() == 5


def test_a_correction_is_never_kept_from_people_by_numbers(desk, settings):
    make_neighbours(3)
    incident = make_confirmed(desk)
    say(desk, incident, AlertKind.CONFIRMED)
    send_all(settings)
    check(desk, incident, Outcome.NOT_IMMIGRATION, Agency.POLICE)
    settings.ALERTS_AN_HOUR = settings.APPROVALS_IN_TEN_MINUTES = 0
    correction = say(desk, incident, AlertKind.CORRECTION)
    send_all(settings)

    assert len(got(correction)) == 3


def test_words_that_no_template_gives_are_frozen_at_approval(desk):
    alert = write(desk, make_confirmed(desk))
    AlertText.objects.filter(alert=alert, language="en").update(short="Pay 100 dollars")

    assert approve(desk, alert).held_for is HoldReason.ALTERED


@pytest.mark.parametrize(
    "change", [{"template_version": "../v1"}, {"template_version": "v999"}, {"slots": {}}, {"slots": {"es": {}}}]
)
def test_a_template_or_slots_that_are_none_are_frozen_too(desk, change):
    alert = write(desk, make_confirmed(desk))
    Alert.objects.filter(pk=alert.pk).update(**change)

    assert approve(desk, alert).held_for is HoldReason.ALTERED


def test_a_link_to_another_message_is_frozen(desk):
    alert = write(desk, make_confirmed(desk))
    Alert.objects.filter(pk=alert.pk).update(slug="elsewhere1")

    assert approve(desk, alert).held_for is HoldReason.ALTERED


def test_the_writer_cannot_even_freeze_it(desk, settings):
    settings.ALERTS_AN_HOUR = 0
    alert = write(desk, make_confirmed(desk))

    with pytest.raises(SamePerson):
        approve_alert(alert_id=alert.pk, by=desk["writer"], now=NOW)


# -- the numbers, written out here -------------------------------------------------------------------------------------


@pytest.fixture
def usual(monkeypatch):
    """Set the sizes of the usual audiences."""
    return lambda *sizes: monkeypatch.setattr(hold_for_review, "list_usual_audiences", lambda: list(sizes))


def reason(desk, alert, *, messages=1, now=NOW):
    return hold_for_review.find_hold_reason(alert=alert, messages=messages, by=desk["approver"], now=now)


def test_no_audience_up_to_500_is_unusual(desk, usual):
    alert = write(desk, make_confirmed(desk))
    usual(1, 1, 1, 1, 1)

    assert reason(desk, alert, messages=500) is None
    assert reason(desk, alert, messages=501) is HoldReason.AUDIENCE


def test_above_that_ten_times_the_median_is_unusual(desk, usual):
    alert = write(desk, make_confirmed(desk))
    usual(10, 80, 100, 120, 9000)

    assert reason(desk, alert, messages=1000) is None
    assert reason(desk, alert, messages=1001) is HoldReason.AUDIENCE


def test_four_alerts_are_not_enough_to_call_an_audience_usual(desk, usual):
    alert = write(desk, make_confirmed(desk))
    usual(10, 10, 10, 10)

    assert reason(desk, alert, messages=1_000_000) is None


def test_alerts_are_counted_for_one_hour(desk, settings):
    settings.ALERTS_AN_HOUR = 2
    approve(desk, write(desk, make_confirmed(desk)))
    approve(desk, write(desk, make_confirmed(desk)))
    alert = write(desk, make_confirmed(desk))

    assert reason(desk, alert, now=NOW + timedelta(minutes=59)) is HoldReason.MANY_ALERTS
    assert reason(desk, alert, now=NOW + timedelta(minutes=61)) is None


def test_one_accounts_approvals_are_counted_for_ten_minutes(desk, settings):
    settings.APPROVALS_IN_TEN_MINUTES = 1
    approve(desk, write(desk, make_confirmed(desk)))
    alert = write(desk, make_confirmed(desk))

    assert reason(desk, alert, now=NOW + timedelta(minutes=9)) is HoldReason.ONE_ACCOUNT
    assert reason(desk, alert, now=NOW + timedelta(minutes=11)) is None


def test_a_drill_is_not_held_by_numbers(desk, settings, usual):
    settings.ALERTS_AN_HOUR = settings.APPROVALS_IN_TEN_MINUTES = 0
    usual(1, 1, 1, 1, 1)
    alert = write(desk, make_confirmed(desk, is_drill=True))

    assert alert.is_drill
    assert reason(desk, alert, messages=5000) is None
