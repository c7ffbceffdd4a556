"""Two people act at the same moment: one wins, and nothing happens twice or half."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from corredor.alerts.enums import AlertKind
from corredor.alerts.errors import AlreadyDecided
from corredor.delivery.models import Delivery
from corredor.flows.alert.approve import approve_alert
from corredor.flows.alert.compose import write_alert
from corredor.flows.incident.claim import claim_incident, release_incident
from corredor.flows.incident.join_split import join_report
from corredor.flows.incident.open import open_incident
from corredor.flows.report.receive import receive_report
from corredor.incidents.errors import AlreadyJoined, ClaimedByOther
from corredor.incidents.models import Incident, Membership, TimelineEntry
from corredor.incidents.timeline import find_broken_entry
from corredor.intake.models import Report
from corredor.intake.new_report import NewReport, ReportFields
from corredor.people.enums import Role
from tests.factories import NOW, PERSHING_KEDZIE, make_confirmed, make_desk, make_neighbours, make_user


def at_once(*tasks: Callable[[], object]) -> list[object]:
    """Run tasks in threads that start together; each result is what it returned or raised."""
    gate = threading.Barrier(len(tasks))
    results: list[object] = [None] * len(tasks)

    def run(place: int, task: Callable[[], object]) -> None:
        gate.wait()
        try:
            results[place] = task()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def crew(open_db):
    return make_desk()


def new_report(reference: str = "") -> int:
    return receive_report(
        NewReport(
            source="SMS",
            language="es",
            raw=b"migra en pershing y kedzie",
            fields=ReportFields(text="migra en pershing y kedzie"),
            provider_reference=reference,
        ),
        now=NOW,
    ).report_id


@pytest.mark.parametrize("round_", range(5))
def test_two_approvers_one_approval_one_row_each(crew, round_):
    make_neighbours(20)
    incident = make_confirmed(crew)
    alert = write_alert(incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=crew["writer"], now=NOW)
    second = make_user("Elena", Role.APPROVER)

    results = at_once(
        lambda: approve_alert(alert_id=alert.pk, by=crew["approver"], now=NOW),
        lambda: approve_alert(alert_id=alert.pk, by=second, now=NOW),
    )

    assert sorted(type(one).__name__ for one in results) == ["AlreadyDecided", "Approved"]
    assert any(isinstance(one, AlreadyDecided) for one in results)
    assert Delivery.objects.count() == 20
    assert TimelineEntry.objects.filter(kind="alert.approved").count() == 1


def test_two_operators_open_the_same_report(crew):
    report_id = new_report()
    lat, lon = PERSHING_KEDZIE

    def open_it(who: str) -> Incident:
        return open_incident(report_id=report_id, lat=lat, lon=lon, by=crew[who], now=NOW)

    results = at_once(lambda: open_it("operator"), lambda: open_it("verifier"))

    assert sum(isinstance(one, AlreadyJoined) for one in results) == 1
    assert Membership.objects.filter(report_id=report_id, left_at=None).count() == 1
    assert Incident.objects.count() == 1


def test_one_message_delivered_twice_by_its_provider_is_one_report(crew):
    results = at_once(*[lambda: new_report("SM123")] * 4)

    assert len(set(results)) == 1
    assert Report.objects.count() == 1


def test_many_hands_keep_the_chain_whole(crew):
    incident = make_confirmed(crew)
    others = [new_report() for _ in range(6)]

    def claim_and_release(who: str) -> None:
        try:
            claim_incident(incident_id=incident.pk, by=crew[who], now=NOW)
            release_incident(incident_id=incident.pk, by=crew[who], now=NOW)
        except ClaimedByOther:
            return

    at_once(
        *[
            lambda pk=pk: join_report(report_id=pk, incident_id=incident.pk, by=crew["operator"], now=NOW)
            for pk in others
        ],
        lambda: claim_and_release("operator"),
        lambda: claim_and_release("verifier"),
    )

    assert find_broken_entry() is None
    assert Membership.objects.filter(incident=incident, left_at=None).count() == 6


@pytest.mark.parametrize("round_", range(3))
def test_one_account_does_not_outrun_the_freeze(crew, settings, round_):
    """Pressed in the same moment, four alerts count as four: none of them sees the others as not approved yet."""
    make_neighbours(20)
    settings.APPROVALS_IN_TEN_MINUTES = 1
    alerts = [
        write_alert(
            incident_id=make_confirmed(crew).pk, kind=AlertKind.CONFIRMED, radius_m=800, by=crew["writer"], now=NOW
        )
        for _ in range(4)
    ]

    results = at_once(
        *(lambda pk=alert.pk: approve_alert(alert_id=pk, by=crew["approver"], now=NOW) for alert in alerts)
    )

    assert [type(one).__name__ for one in results] == ["Approved"] * 4
    assert sorted(str(one.held_for) for one in results) == ["None"] + ["ONE_ACCOUNT"] * 3
