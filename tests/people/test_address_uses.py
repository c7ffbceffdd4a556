""" "Is this address still used?": every foreign key is registered, and every erasure asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps

from corredor.corridors.models import Lead
from corredor.delivery.enums import TransactionalKind
from corredor.delivery.models import TransactionalMessage
from corredor.flows.report import receive
from corredor.flows.report.receive_sms import receive_sms
from corredor.flows.run.sweep import sweep
from corredor.flows.school import roster as school_roster
from corredor.flows.school import set_up as school_set_up
from corredor.flows.subscribe.leave import leave
from corredor.flows.subscribe.sign_up import start_subscription
from corredor.intake.models import Report
from corredor.intake.retention import CONTACT_KEPT
from corredor.people import address_book
from corredor.people.address_uses import Hold, erase_if_unused, filter_unused, list_uses
from corredor.people.contact import Contact
from corredor.people.models import Address
from corredor.subscriptions.actions import PENDING_FOR, Preferences
from corredor.subscriptions.enums import Channel
from corredor.volunteers.models import Volunteer
from tests.factories import contact_for, turn_channels_on
from tests.flows.school_day import CO_PHONE, FRIDAY, LEAD_PHONE, make_school_day
from tests.flows.steps import report

NEVER_SEEN = "+17735550177"


@pytest.fixture
def at(db):
    return make_school_day(volunteers=1)


def volunteer_phone(at):
    return "+13125551000"  # as school_day.make_school_day numbers them


def address_of(phone: str) -> Address | None:
    return address_book.find_address(Contact.parse("PHONE", phone))


def subscribed(phone: str, *, now=FRIDAY):
    return start_subscription(
        preferences=Preferences(language="es", areas=("58",)), contact=contact_for(Channel.SMS, phone), now=now
    )


def test_every_foreign_key_to_an_address_is_registered():
    """Otherwise an address would be erased under the rows of a table that nobody thought of."""
    keys = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Address
    }

    assert len(keys) >= 6
    assert keys == {(use.model._meta.label, use.field) for use in list_uses()}


@pytest.mark.parametrize("phone", [LEAD_PHONE, CO_PHONE, "+13125551000"])
def test_a_withdrawn_report_leaves_the_number_of_a_lead_or_volunteer(at, phone):
    received = report(contact=phone, now=FRIDAY)
    assert Report.objects.get().reply_to == address_of(phone)

    receive.withdraw_report(code=received.tracking_code, now=FRIDAY)

    assert Report.objects.get().reply_to is None
    assert address_of(phone) is not None
    assert Lead.objects.exclude(address=None).count() == 2
    assert Volunteer.objects.get().address is not None


@pytest.mark.parametrize("phone", [LEAD_PHONE, "+13125551000"])
def test_a_subscription_that_ends_leaves_the_number_of_a_lead_or_volunteer(at, phone):
    leave(token=subscribed(phone).unsubscribe_token, now=FRIDAY)
    assert address_of(phone) is not None

    subscribed(phone)
    sweep(now=FRIDAY + PENDING_FOR + timedelta(minutes=1))
    assert address_of(phone) is not None


def test_a_subscription_that_ends_leaves_the_number_that_a_report_is_answered_at(db):
    turn_channels_on()
    received = report(contact=NEVER_SEEN, now=FRIDAY)
    leave(token=subscribed(NEVER_SEEN).unsubscribe_token, now=FRIDAY)
    assert address_of(NEVER_SEEN) is not None

    receive.withdraw_report(code=received.tracking_code, now=FRIDAY)
    assert address_of(NEVER_SEEN) is None


def test_one_of_two_reports_taken_back_leaves_the_number_to_the_other(db):
    first, second = (report(text, contact=NEVER_SEEN, now=FRIDAY) for text in ("uno en la 39", "dos en la 40"))
    receive.withdraw_report(code=first.tracking_code, now=FRIDAY)
    assert address_of(NEVER_SEEN) is not None

    receive.withdraw_report(code=second.tracking_code, now=FRIDAY)
    assert address_of(NEVER_SEEN) is None


def test_a_volunteer_who_stops_helping_is_forgotten_at_once(at):
    school_roster.end_volunteer(member_id=at.members[0].pk, by=None, now=FRIDAY)

    assert address_of(volunteer_phone(at)) is None


def test_a_volunteer_who_stops_helping_is_still_warned(at):
    subscribed(volunteer_phone(at))
    school_roster.end_volunteer(member_id=at.members[0].pk, by=None, now=FRIDAY)

    assert address_of(volunteer_phone(at)) is not None


def test_a_lead_who_leads_no_more_is_forgotten_at_once(at):
    TransactionalMessage.objects.all().delete()
    school_set_up.end_lead(slug=at.school.slug, user_id=at.co_lead.pk, by=at.steward, now=FRIDAY)

    assert address_of(CO_PHONE) is None
    assert address_of(LEAD_PHONE) is not None


def test_stop_erases_whatever_uses_the_number(at):
    receive_sms(
        sender=Contact.parse("PHONE", volunteer_phone(at)), text="STOP", raw=b"STOP", provider_reference="1", now=FRIDAY
    )

    assert address_of(volunteer_phone(at)) is None
    assert Volunteer.objects.get().address is None


def test_the_sweep_waits_for_a_message_on_its_way_and_a_wish_to_be_forgotten_does_not(db):
    received = report(contact=NEVER_SEEN, now=FRIDAY)
    address = address_of(NEVER_SEEN)
    later = FRIDAY + CONTACT_KEPT + timedelta(minutes=1)
    TransactionalMessage.objects.create(
        kind=TransactionalKind.QUESTION,
        channel=Channel.SMS,
        address=address,
        language="es",
        text="?",
        due_at=FRIDAY,
        expires_at=later,
    )
    Report.objects.update(reply_to=None)
    assert not filter_unused(Address.objects.all(), after_messages=True).exists()
    assert filter_unused(Address.objects.all(), after_messages=False).get() == address

    Report.objects.update(reply_to=address)
    receive.withdraw_report(code=received.tracking_code, now=FRIDAY)
    assert address_of(NEVER_SEEN) is None


def test_nothing_to_erase_is_no_fault(db):
    assert erase_if_unused([]) == 0
    assert erase_if_unused([10**9]) == 0
    assert {use.hold for use in list_uses()} == set(Hold)


def test_a_lead_with_another_telephone_leaves_the_first_one_behind(at):
    school_roster.set_lead_phone(slug=at.school.slug, phone=NEVER_SEEN, by=at.lead, now=FRIDAY)
    assert address_of(LEAD_PHONE) is None

    school_roster.set_lead_phone(slug=at.school.slug, phone=NEVER_SEEN, by=at.lead, now=FRIDAY)
    assert address_of(NEVER_SEEN) is not None


def test_only_the_addresses_that_are_named_are_erased(db):
    one, other = (address_book.save_address(Contact.parse("EMAIL", f"{n}@example.org"), now=FRIDAY) for n in "ab")

    assert erase_if_unused([one.pk]) == 1
    assert Address.objects.get() == other
