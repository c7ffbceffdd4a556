"""What the database refuses, independently of the code above it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Alert, AlertText
from corredor.delivery.actions import queue_for_methods
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.incidents.enums import Agency, Method, Outcome
from corredor.incidents.models import Incident, TimelineEntry, Verification
from corredor.intake.models import Report
from corredor.kit.db_rules import broken_rule
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.people.models import Training
from corredor.subscriptions.models import ContactMethod
from tests.factories import NOW, approve_new_alert, make_confirmed, make_incident, make_neighbours, make_user

pytestmark = pytest.mark.django_db


def refused(change) -> str | None:
    """The rule (or constraint) that a change breaks; None when the database takes it."""
    try:
        with transaction.atomic():
            change()
    except DatabaseError as error:
        return broken_rule(error) or str(error)
    return None


def new_alert(incident, verification, desk, **fields):
    defaults = {
        "slug": "x",
        "incident": incident,
        "verification": verification,
        "place": incident.place,
        "kind": AlertKind.CONFIRMED,
        "radius_m": 800,
        "template_version": "v1",
        "written_by": desk["writer"],
        "written_at": NOW,
        "expires_at": NOW + timedelta(hours=1),
        "is_drill": incident.is_drill,
    }
    return Alert.objects.create(**(defaults | fields))


def deliver(alert, address, **fields):
    defaults = {
        "alert": alert,
        "address": address,
        "channel": "EMAIL",
        "language": "es",
        "due_at": NOW,
        "expires_at": NOW,
    }
    return Delivery.objects.create(**(defaults | fields))


def test_no_alert_without_a_verification(desk):
    incident = make_incident(desk["operator"])
    other = make_confirmed(desk).verifications.get()

    with pytest.raises(IntegrityError, match="alert_rests_on_a_verification"), transaction.atomic():
        new_alert(incident, None, desk)
    assert refused(lambda: new_alert(incident, other, desk)) == "alert_rests_on_a_verification"


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Outcome.NOT_IMMIGRATION, AlertKind.CONFIRMED),
        (Outcome.COULD_NOT_VERIFY, AlertKind.HAZARD),
        (Outcome.CONFIRMED_ACTIVE, AlertKind.ALL_CLEAR),
        (Outcome.CONFIRMED_ACTIVE, AlertKind.CORRECTION),
    ],
)
def test_no_alert_that_says_other_than_what_was_verified(desk, outcome, kind):
    incident = make_incident(desk["operator"])
    training = Training.objects.get(user=desk["verifier"], course="VERIFICATION")
    verification = Verification.objects.create(
        incident=incident,
        outcome=outcome,
        agency=Agency.ICE,
        method=Method.MEDIA,
        verifier=desk["verifier"],
        training=training,
        seen_at=NOW,
        checked_at=NOW,
    )

    assert refused(lambda: new_alert(incident, verification, desk, kind=kind)) == "alert_rests_on_a_verification"


def test_writer_cannot_approve(desk):
    incident = make_confirmed(desk)
    alert = new_alert(incident, incident.verifications.get(), desk)

    def approve_own():
        Alert.objects.filter(pk=alert.pk).update(state="APPROVED", approved_by=desk["writer"], approved_at=NOW)

    assert "writer_and_approver_differ" in refused(approve_own)


def test_approval_needs_a_person(desk):
    incident = make_confirmed(desk)
    alert = new_alert(incident, incident.verifications.get(), desk)

    assert "approved_by_somebody" in refused(lambda: Alert.objects.filter(pk=alert.pk).update(state="APPROVED"))


def test_nothing_is_delivered_before_approval(desk):
    (neighbour,) = make_neighbours(1)
    incident = make_confirmed(desk)
    alert = new_alert(incident, incident.verifications.get(), desk)
    address = neighbour.methods.get().address

    assert refused(lambda: deliver(alert, address)) == "only_approved_alerts_are_delivered"


def test_drills_never_meet_real_addresses(desk):
    (neighbour,) = make_neighbours(1)
    (dummy,) = make_neighbours(1, channel="DRILL", prefix="dummy", is_drill=True)
    drill = approve_new_alert(desk, make_confirmed(desk, is_drill=True), AlertKind.CONFIRMED)
    real = approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    rule = "only_approved_alerts_are_delivered"
    Delivery.objects.all().delete()

    assert refused(lambda: deliver(drill, neighbour.methods.get().address)) == rule
    assert refused(lambda: deliver(drill, neighbour.methods.get().address, channel="DRILL")) == rule
    assert refused(lambda: deliver(real, dummy.methods.get().address)) == rule
    assert refused(lambda: deliver(real, dummy.methods.get().address, channel="DRILL")) == rule
    assert refused(lambda: deliver(drill, dummy.methods.get().address, channel="SMS")) == rule
    assert refused(lambda: deliver(real, None)) == rule
    assert refused(lambda: deliver(drill, dummy.methods.get().address, channel="DRILL")) is None
    assert refused(lambda: deliver(real, neighbour.methods.get().address)) is None


def test_one_wrong_row_among_many_is_refused(desk):
    neighbours = make_neighbours(20)
    (dummy,) = make_neighbours(1, channel="DRILL", prefix="dummy", is_drill=True)
    alert = approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    Delivery.objects.all().delete()
    method_ids = [one.methods.get().pk for one in (*neighbours, dummy)]

    def queue_all():
        queue_for_methods(alert=alert, methods=ContactMethod.objects.filter(pk__in=method_ids), due_at=NOW)

    assert refused(queue_all) == "only_approved_alerts_are_delivered"
    assert not Delivery.objects.exists()


def test_drill_notices_stay_in_the_drill(desk):
    real = address_book.save_address(Contact.parse("EMAIL", "someone@example.org"), now=NOW)

    def write():
        TransactionalMessage.objects.create(
            kind="OUTCOME",
            channel="EMAIL",
            address=real,
            language="es",
            title="",
            text="",
            is_drill=True,
            due_at=NOW,
            expires_at=NOW,
        )

    assert refused(write) == "drill_messages_only_to_drill_addresses"


def test_drill_people_touch_no_real_alert(desk):
    incident = make_confirmed(desk)
    actor = make_user("Actor", "APPROVER", is_drill=True)
    alert = new_alert(incident, incident.verifications.get(), desk)

    def approve():
        Alert.objects.filter(pk=alert.pk).update(state="APPROVED", approved_by=actor, approved_at=NOW)

    assert refused(approve) == "drill_people_approve_no_alert"
    assert (
        refused(lambda: new_alert(incident, incident.verifications.get(), desk, slug="y", written_by=actor))
        == "drill_people_write_no_alert"
    )


@pytest.mark.parametrize("column", ["raw", "raw_digest", "received_at", "source", "is_drill"])
def test_a_report_is_kept_as_received(db, column):
    report = Report.objects.create(
        source="WEB", raw=b"as it came", raw_digest="d", received_at=NOW, tracking_digest="r"
    )
    new = {"raw": b"other", "raw_digest": "x", "received_at": NOW + timedelta(1), "source": "SMS", "is_drill": True}

    change = lambda: Report.objects.filter(pk=report.pk).update(**{column: new[column]})  # noqa: E731 -- one line says it
    assert refused(change) == "report_is_kept_as_received"


def test_timeline_and_verifications_are_never_rewritten(desk):
    incident = make_confirmed(desk)

    assert refused(lambda: TimelineEntry.objects.update(kind="other")) == "timeline_is_never_rewritten"
    assert refused(lambda: TimelineEntry.objects.filter(seq=1).delete()) == "timeline_is_never_cut"
    change = lambda: incident.verifications.update(outcome="CONFIRMED_ENDED")  # noqa: E731 -- one line says it
    assert refused(change) == "verification_is_never_rewritten"


def test_an_approved_text_is_frozen(desk):
    make_neighbours(1)
    alert = approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)

    assert refused(lambda: AlertText.objects.filter(alert=alert).update(short="!")) == "approved_text_is_not_changed"
    assert refused(lambda: AlertText.objects.filter(alert=alert).delete()) == "approved_text_is_not_removed"
    add = lambda: AlertText.objects.create(alert=alert, language="pl", title="", short="", standard="", long="")  # noqa: E731 -- one line says it
    assert refused(add) == "approved_text_is_not_added_to"


def test_status_rests_on_a_verification(desk):
    incident = make_incident(desk["operator"])

    change = lambda: Incident.objects.filter(pk=incident.pk).update(status="CONFIRMED")  # noqa: E731 -- one line says it
    assert refused(change) == "nothing_confirmed_without_verification"


@pytest.mark.parametrize("training", ["expired", "another_course", "somebody_elses"])
def test_only_the_trained_verify(desk, training):
    incident = make_incident(desk["operator"])
    mine = Training.objects.create(
        user=desk["operator"],
        course="VERIFICATION",
        passed_on=NOW.date() - timedelta(400),
        expires_on=NOW.date() - timedelta(1),
    )
    used = {
        "expired": mine,
        "another_course": Training.objects.get(user=desk["operator"], course="HOTLINE"),
        "somebody_elses": Training.objects.get(user=desk["verifier"], course="VERIFICATION"),
    }[training]

    def verify():
        Verification.objects.create(
            incident=incident,
            outcome="CONFIRMED_ACTIVE",
            agency="ICE",
            method="MEDIA",
            training=used,
            verifier=desk["operator"],
            seen_at=NOW,
            checked_at=NOW,
        )

    assert refused(verify) == "verifier_is_trained"
