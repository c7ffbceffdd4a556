"""Decisions on alerts: one conditional change each, made once, recorded on the timeline with its author."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from corredor.alerts import actions
from corredor.alerts.enums import AlertKind, AlertState, HoldReason
from corredor.alerts.errors import AlreadyDecided, SamePerson, Superseded, ThirdPersonNeeded, TooLate
from corredor.alerts.models import Alert
from corredor.flows.alert.compose import write_alert
from corredor.incidents.enums import Agency, Outcome
from corredor.incidents.models import TimelineEntry
from corredor.kit.db_rules import broken_rule
from corredor.people.enums import Role
from tests.factories import NOW, make_confirmed, make_user
from tests.flows.steps import check

pytestmark = pytest.mark.django_db


def write(desk):
    return write_alert(
        incident_id=make_confirmed(desk).pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW
    )


@pytest.fixture
def steward(db):
    return make_user("Estela", Role.STEWARD)


@pytest.fixture
def waiting(desk):
    return write(desk)


@pytest.fixture
def frozen(waiting, desk):
    actions.hold_alert(alert=waiting, why=HoldReason.MANY_ALERTS, by=desk["approver"], now=NOW)
    return waiting


DECISIONS = {
    "approve": lambda alert, desk, steward: actions.approve_alert(alert=alert, by=desk["approver"], now=NOW),
    "freeze": lambda alert, desk, steward: actions.hold_alert(
        alert=alert, why=HoldReason.MANY_ALERTS, by=desk["approver"], now=NOW
    ),
    "send back": lambda alert, desk, steward: actions.send_back_alert(
        alert=alert, reason="not so", by=desk["approver"], now=NOW
    ),
    "stop": lambda alert, desk, steward: actions.stop_alert(alert=alert, by=desk["approver"], now=NOW),
}
BECOMES = {
    "approve": (AlertState.APPROVED, "alert.approved"),
    "freeze": (AlertState.HELD, "alert.frozen"),
    "send back": (AlertState.SENT_BACK, "alert.sent_back"),
    "stop": (AlertState.STOPPED, "alert.stopped"),
}


@pytest.mark.parametrize("what", DECISIONS)
def test_a_decision_changes_its_own_alert_alone(waiting, desk, steward, what):
    other = write(desk)
    DECISIONS[what](waiting, desk, steward)

    state, kind = BECOMES[what]
    waiting.refresh_from_db()
    other.refresh_from_db()
    assert (waiting.state, other.state) == (state, AlertState.WAITING)
    entry = TimelineEntry.objects.order_by("-seq")[0]
    assert (entry.kind, entry.actor_id, entry.incident_id) == (kind, desk["approver"].pk, waiting.incident_id)
    assert entry.data["alert"] == waiting.pk


@pytest.mark.parametrize(
    ("first", "what"),
    [(first, what) for first in ("approve", "send back") for what in DECISIONS if (first, what) != ("approve", "stop")],
)
def test_of_two_decisions_at_once_the_second_is_refused(waiting, desk, steward, first, what):
    """Each browser holds the alert as it was when its page was drawn."""
    DECISIONS[first](Alert.objects.get(pk=waiting.pk), desk, steward)
    before = TimelineEntry.objects.count()
    with pytest.raises(AlreadyDecided):
        DECISIONS[what](waiting, desk, steward)
    assert Alert.objects.get(pk=waiting.pk).state == BECOMES[first][0]
    assert TimelineEntry.objects.count() == before


def test_what_was_approved_may_still_be_stopped(waiting, desk, steward):
    DECISIONS["approve"](waiting, desk, steward)
    DECISIONS["stop"](waiting, desk, steward)

    assert Alert.objects.get().state == AlertState.STOPPED


def test_the_time_it_holds_ends_with_its_last_second(waiting, desk):
    with pytest.raises(TooLate):
        actions.approve_alert(alert=waiting, by=desk["approver"], now=waiting.expires_at)
    actions.approve_alert(alert=waiting, by=desk["approver"], now=waiting.expires_at - timedelta(seconds=1))

    assert Alert.objects.get().state == AlertState.APPROVED


def test_what_a_newer_finding_contradicts_is_not_approved(waiting, desk):
    check(desk, waiting.incident, Outcome.NOT_IMMIGRATION, Agency.POLICE)
    with pytest.raises(Superseded):
        actions.approve_alert(alert=waiting, by=desk["approver"], now=NOW)
    assert Alert.objects.get().state == AlertState.WAITING


def test_nobody_approves_their_own(waiting, desk):
    with pytest.raises(SamePerson):
        actions.approve_alert(alert=waiting, by=desk["writer"], now=NOW)
    assert Alert.objects.get().state == AlertState.WAITING


@pytest.mark.parametrize("who", ["writer", "approver"])
def test_neither_of_the_two_releases_what_was_frozen(frozen, desk, who):
    with pytest.raises(ThirdPersonNeeded):
        actions.release_alert(alert=frozen, by=desk[who], now=NOW)
    assert Alert.objects.get().state == AlertState.HELD


@pytest.mark.parametrize("who", ["writer", "approver", None])
def test_the_database_too_wants_a_third_person(frozen, desk, who):
    released = {"released_by": desk[who], "released_at": NOW} if who else {}
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        Alert.objects.filter(pk=frozen.pk).update(state=AlertState.APPROVED, approved_at=NOW, **released)

    assert broken_rule(refused.value) == "a_third_person_releases"


def test_a_third_person_releases_one_alert_once(frozen, desk, steward):
    other = write(desk)
    actions.hold_alert(alert=other, why=HoldReason.MANY_ALERTS, by=desk["approver"], now=NOW)
    stale = Alert.objects.get(pk=frozen.pk)
    later = NOW + timedelta(minutes=1)
    actions.release_alert(alert=frozen, by=steward, now=later)

    row = Alert.objects.get(pk=frozen.pk)
    assert (row.state, row.approved_by, row.approved_at) == (AlertState.APPROVED, desk["approver"], later)
    assert (row.released_by, row.released_at) == (steward, later)
    assert (frozen.state, frozen.approved_at) == (row.state, row.approved_at)
    assert Alert.objects.get(pk=other.pk).state == AlertState.HELD
    assert TimelineEntry.objects.order_by("-seq")[0].actor_id == steward.pk
    with pytest.raises(AlreadyDecided):
        actions.release_alert(alert=stale, by=steward, now=later)


def test_what_was_going_out_keeps_the_time_of_its_approval(waiting, desk, steward):
    actions.approve_alert(alert=waiting, by=desk["approver"], now=NOW)
    actions.hold_alert(alert=waiting, why=HoldReason.ALTERED, by=None, now=NOW)
    assert TimelineEntry.objects.order_by("-seq")[0].actor_id is None
    assert Alert.objects.get().approved_by == desk["approver"]

    actions.release_alert(alert=waiting, by=steward, now=NOW + timedelta(minutes=1))
    assert Alert.objects.get().approved_at == NOW


def test_what_is_too_late_or_overtaken_is_not_released(frozen, desk, steward):
    with pytest.raises(TooLate):
        actions.release_alert(alert=frozen, by=steward, now=frozen.expires_at)
    check(desk, frozen.incident, Outcome.NOT_IMMIGRATION, Agency.POLICE)
    with pytest.raises(Superseded):
        actions.release_alert(alert=frozen, by=steward, now=NOW)
    assert Alert.objects.get().state == AlertState.HELD


def test_time_that_ran_out_stops_it_without_a_person(waiting):
    actions.stop_alert(alert=waiting, by=None, now=NOW)

    row = Alert.objects.get()
    assert (row.state, row.stopped_by, row.stopped_at) == (AlertState.STOPPED, None, NOW)
    assert TimelineEntry.objects.order_by("-seq")[0].actor_id is None
    with pytest.raises(AlreadyDecided):
        actions.stop_alert(alert=waiting, by=None, now=NOW)


def test_an_approval_is_not_taken_over(waiting, desk):
    actions.approve_alert(alert=waiting, by=desk["approver"], now=NOW)
    second = make_user("Segunda", Role.APPROVER)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        Alert.objects.filter(pk=waiting.pk).update(approved_by=second)

    assert broken_rule(refused.value) == "approval_is_not_taken_over"


@pytest.mark.parametrize(
    "column", ["incident_id", "verification_id", "kind", "is_drill", "written_by_id", "place_id", "radius_m"]
)
def test_what_an_alert_rests_on_is_not_changed(waiting, desk, column):
    other = make_confirmed(desk)
    new = {
        "incident_id": other.pk,
        "verification_id": other.verifications.get().pk,
        "kind": AlertKind.UPDATE,
        "is_drill": True,
        "written_by_id": desk["operator"].pk,
        "place_id": other.place_id,
        "radius_m": 801,
    }
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        Alert.objects.filter(pk=waiting.pk).update(**{column: new[column]})

    assert broken_rule(refused.value) == "alert_keeps_its_ground"


@pytest.mark.parametrize("state", [AlertState.SENT_BACK, AlertState.STOPPED])
def test_what_was_decided_is_not_approved_after_all(waiting, desk, state):
    Alert.objects.filter(pk=waiting.pk).update(state=state)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        Alert.objects.filter(pk=waiting.pk).update(
            state=AlertState.APPROVED, approved_by=desk["approver"], approved_at=NOW
        )

    assert broken_rule(refused.value) == "an_overtaken_alert_is_not_approved"


def test_the_same_finding_again_and_another_incident_s_overtake_nothing(waiting, desk):
    check(desk, waiting.incident)
    check(desk, make_confirmed(desk), Outcome.NOT_IMMIGRATION, Agency.POLICE)
    actions.approve_alert(alert=waiting, by=desk["approver"], now=NOW)

    assert Alert.objects.get().state == AlertState.APPROVED
