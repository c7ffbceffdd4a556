"""Each safety measure is 0 without violations, and counts them otherwise."""

from __future__ import annotations

import pytest

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Alert, AlertText
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.flows.incident.close import close_incident
from corredor.incidents.enums import Agency, Outcome
from corredor.incidents.errors import AllClearMissing
from corredor.incidents.models import TimelineEntry
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.review import safety
from corredor.subscriptions.models import Subscription
from tests.factories import NOW
from tests.review.conftest import minutes
from tests.review.unguarded import rules_off

pytestmark = pytest.mark.django_db

ALL = (
    safety.count_sends_before_confirmation,
    safety.count_single_person_sends,
    safety.count_corrections_missed,
    safety.count_all_clear_missed,
    safety.count_warned_twice,
    safety.count_real_recipients,
    safety.count_unmarked_texts,
    safety.count_private_words,
)


def end(street):
    street.check(Outcome.CONFIRMED_ENDED, after_min=30)
    return street.say(AlertKind.ALL_CLEAR, after_min=32)


def refute(street):
    street.check(Outcome.NOT_IMMIGRATION, Agency.SHERIFF, after_min=20)
    return street.say(AlertKind.CORRECTION, after_min=22)


def test_a_street_where_all_is_well_breaks_nothing(street):
    end(street)

    assert Delivery.objects.filter(state=SendState.SENT).count() == 6
    assert {measure.__name__: measure(incident_ids=street.ids) for measure in ALL} == {
        measure.__name__: 0 for measure in ALL
    }
    assert safety.is_chain_valid()


def test_a_message_begun_before_any_outcome(street):
    row = street.row(street.warning)
    Delivery.objects.filter(pk=row.pk).update(claimed_at=minutes(-1))

    assert safety.count_sends_before_confirmation(incident_ids=street.ids) == 1


def test_a_message_begun_before_its_approval(street):
    row = street.row(street.warning)
    Delivery.objects.filter(pk=row.pk).update(claimed_at=minutes(1))

    assert safety.count_sends_before_confirmation(incident_ids=street.ids) == 1


def test_a_warning_that_only_rests_on_a_refutation(street):
    with rules_off("incidents"):
        street.incident.verifications.update(outcome=Outcome.COULD_NOT_VERIFY)

    assert safety.count_sends_before_confirmation(incident_ids=street.ids) == 3


def test_one_person_writing_and_approving(street):
    with rules_off("alerts"):
        Alert.objects.filter(pk=street.warning.pk).update(approved_by=street.warning.written_by)

        assert safety.count_single_person_sends(incident_ids=street.ids) == 3


def test_nobody_approving(street):
    with rules_off("alerts"):
        Alert.objects.filter(pk=street.warning.pk).update(approved_by=None)

        assert safety.count_single_person_sends(incident_ids=street.ids) == 3


def test_everyone_warned_of_what_was_wrong_is_told(street):
    refute(street)

    assert safety.count_corrections_missed(incident_ids=street.ids) == 0


def test_a_correction_that_did_not_reach_one(street):
    correction = refute(street)
    street.row(correction).delete()

    assert safety.count_corrections_missed(incident_ids=street.ids) == 1


def test_a_correction_that_failed_on_the_way(street):
    correction = refute(street)
    Delivery.objects.filter(pk=street.row(correction).pk).update(state=SendState.FAILED)

    assert safety.count_corrections_missed(incident_ids=street.ids) == 1


def test_wrong_and_never_corrected(street):
    street.check(Outcome.COULD_NOT_VERIFY, Agency.UNKNOWN, after_min=20)

    assert safety.count_corrections_missed(incident_ids=street.ids) == 3


def test_who_has_left_need_not_be_told(street):
    street.neighbours[0].delete()
    street.check(Outcome.NOT_IMMIGRATION, Agency.POLICE, after_min=20)

    assert safety.count_corrections_missed(incident_ids=street.ids) == 2


def test_an_all_clear_that_did_not_reach_one(street):
    all_clear = end(street)
    street.row(all_clear, 2).delete()

    assert safety.count_all_clear_missed(incident_ids=street.ids) == 1


def test_an_all_clear_before_the_last_warning_does_not_count(street):
    end(street)
    street.check(Outcome.CONFIRMED_ACTIVE, after_min=40)
    street.say(AlertKind.RETURNED, after_min=42)
    street.check(Outcome.CONFIRMED_ENDED, after_min=60)

    assert safety.count_all_clear_missed(incident_ids=street.ids) == 3
    street.say(AlertKind.ALL_CLEAR, after_min=62)
    assert safety.count_all_clear_missed(incident_ids=street.ids) == 0


def test_who_never_got_the_warning_is_owed_nothing(street):
    Delivery.objects.filter(pk=street.row(street.warning).pk).update(state=SendState.FAILED)
    all_clear = end(street)

    assert not Delivery.objects.filter(alert=all_clear, subscription=street.neighbours[0]).exists()
    assert safety.count_all_clear_missed(incident_ids=street.ids) == 0


def test_a_return_told_twice(street):
    end(street)
    street.check(Outcome.CONFIRMED_ACTIVE, after_min=40)
    again = street.say(AlertKind.RETURNED, after_min=42)
    twin = Alert.objects.get(pk=again.pk)
    twin.pk, twin.slug = None, "twin"
    with rules_off("alerts", "delivery"):
        twin.save(force_insert=True)
        row = street.row(again)
        row.pk, row.alert = None, twin
        row.save(force_insert=True)

    assert safety.count_warned_twice(incident_ids=street.ids) == 1


def test_what_was_wrong_is_put_right_even_after_the_all_clear(street):
    end(street)
    street.check(Outcome.NOT_IMMIGRATION, Agency.SHERIFF, after_min=50)
    assert safety.count_corrections_missed(incident_ids=street.ids) == 3
    with pytest.raises(AllClearMissing):
        close_incident(incident_id=street.incident.pk, by=street.desk["operator"], now=minutes(51))

    street.say(AlertKind.CORRECTION, after_min=52)

    assert safety.count_corrections_missed(incident_ids=street.ids) == 0
    close_incident(incident_id=street.incident.pk, by=street.desk["operator"], now=minutes(53))


def test_an_all_clear_to_people_who_knew_is_counted(street):
    end(street)
    street.check(Outcome.CONFIRMED_ACTIVE, after_min=40)
    again = street.say(AlertKind.RETURNED, after_min=42)
    street.check(Outcome.CONFIRMED_ENDED, after_min=60)
    street.say(AlertKind.ALL_CLEAR, after_min=62)
    street.row(again).delete()

    assert safety.count_needless_endings(incident_ids=street.ids) == 1


@pytest.mark.parametrize(("field", "value"), [("channel", "SMS"), ("provider", "sms_twilio"), ("provider", "console")])
def test_a_drill_message_that_left_the_drill(street, field, value):
    with rules_off("delivery"):
        Delivery.objects.filter(pk=street.row(street.warning).pk).update(**{field: value})

    assert safety.count_real_recipients(incident_ids=street.ids) == 1


def test_a_drill_message_to_a_real_address(street):
    real = address_book.save_address(Contact.parse("EMAIL", "neighbour@example.org"), now=NOW)
    with rules_off("delivery"):
        Delivery.objects.filter(pk=street.row(street.warning).pk).update(address=real)

    assert safety.count_real_recipients(incident_ids=street.ids) == 1


def test_a_drill_message_to_a_real_subscription(street):
    Subscription.objects.filter(pk=street.neighbours[0].pk).update(is_drill=False)

    assert safety.count_real_recipients(incident_ids=street.ids) == 1


def test_a_drill_notice_on_a_real_channel(street):
    TransactionalMessage.objects.create(
        kind="HELP",
        channel="DRILL",
        address_id=street.row(street.warning).address_id,
        language="es",
        title="x",
        is_drill=True,
        due_at=NOW,
        expires_at=minutes(60),
        provider="email",
    )

    assert safety.count_real_recipients(incident_ids=street.ids) == 1


def test_a_drill_text_without_its_mark(street):
    with rules_off("alerts"):
        AlertText.objects.filter(alert=street.warning, language="en").update(short="Confirmed: ICE agents")

    assert safety.count_unmarked_texts(incident_ids=street.ids) == 1


def test_a_plate_and_a_made_up_name_in_a_text(street):
    with rules_off("alerts"):
        AlertText.objects.filter(alert=street.warning, language="en").update(
            short="[DRILL] plate BX 48213", standard="[DRILL] Nobodyson is there"
        )

    assert safety.count_private_words(incident_ids=street.ids) == 1
    assert safety.count_private_words(incident_ids=street.ids, invented=["nobodyson"]) == 2


def test_an_entry_of_the_timeline_that_was_changed(street):
    entry = TimelineEntry.objects.order_by("seq")[1]
    with rules_off("incidents"):
        TimelineEntry.objects.filter(pk=entry.pk).update(kind="incident.other")

    assert not safety.is_chain_valid()


def test_other_incidents_are_left_out(street):
    street.check(Outcome.NOT_IMMIGRATION, after_min=20)

    assert safety.count_corrections_missed(incident_ids=[]) == 0
