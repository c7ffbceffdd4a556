"""Retention: each promise of docs/privacy.md, just before its time and just after.

Times are written out here, not read from the code: a constant changed by mistake must show.
"""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from corredor.alerts.enums import AlertKind
from corredor.corridors.models import Attendance
from corredor.delivery.enums import SendState, TransactionalKind
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.flows.incident import close
from corredor.flows.incident import open as opening
from corredor.flows.incident.join_split import join_report, split_report
from corredor.flows.report import receive
from corredor.flows.report.receive import receive_report
from corredor.flows.run.sweep import sweep
from corredor.flows.school import day as school_day
from corredor.flows.school import post as school_post
from corredor.flows.school import roster as school_roster
from corredor.incidents.enums import Outcome
from corredor.incidents.models import Membership, TimelineEntry
from corredor.intake.enums import NoteKind, Source
from corredor.intake.models import Note, Photo, Report
from corredor.intake.new_report import NewReport, ReportFields
from corredor.intake.photos import UploadedPhoto
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.people.models import Address
from corredor.subscriptions.models import Subscription
from corredor.volunteers.models import Member, Volunteer
from tests.factories import NOW, approve_new_alert, make_confirmed, make_neighbours, push_address
from tests.flows.school_day import FRIDAY, make_school_day
from tests.flows.steps import check, open_at, report, send_all

pytestmark = pytest.mark.django_db
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
REPORT_OVER = NOW + 90 * DAY


def report_with_photo(colour="teal"):
    file = io.BytesIO()
    Image.new("RGB", (16, 12), colour).save(file, "JPEG")
    return receive_report(
        NewReport(
            source=Source.WEB,
            language="es",
            raw=b"foto",
            fields=ReportFields(text="foto"),
            photos=[UploadedPhoto(file.getvalue())],
        ),
        now=NOW,
    ).report_id


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.fixture
def photo_root(settings, tmp_path):
    settings.PHOTO_ROOT = tmp_path / "photos"
    settings.PHOTO_ROOT.mkdir()
    return settings.PHOTO_ROOT


# -- reports -----------------------------------------------------------------------------------------------------------


def test_a_report_is_kept_for_90_days_and_then_erased_with_what_was_added():
    received = report()
    receive.add_to_report(code=received.tracking_code, text="ya se fueron", now=NOW)

    assert sweep(now=REPORT_OVER)["reports"] == 0
    assert Note.objects.filter(kind=NoteKind.ADDED).exists()

    assert sweep(now=REPORT_OVER + SECOND)["reports"] == 1
    assert not Report.objects.exists()
    assert not Note.objects.exists()


def test_a_report_of_an_open_incident_stays_until_that_is_closed(desk):
    incident, _ = open_at(desk)
    assert sweep(now=REPORT_OVER + DAY)["reports"] == 0
    assert Report.objects.exists()

    check(desk, incident, Outcome.NOT_IMMIGRATION, now=REPORT_OVER + DAY)
    close.close_incident(incident_id=incident.pk, by=desk["operator"], now=REPORT_OVER + DAY)
    assert sweep(now=REPORT_OVER + DAY)["reports"] == 1
    assert not Report.objects.exists()


def test_a_report_split_off_an_open_incident_is_erased_in_its_time(desk):
    open_at(desk)  # goes on
    ended, received = open_at(desk, "otra cosa en la 47 y ashland", now=NOW)
    still_open = Membership.objects.exclude(report_id=received.report_id).get().incident
    split_report(report_id=received.report_id, by=desk["operator"], now=NOW)
    join_report(report_id=received.report_id, incident_id=still_open.pk, by=desk["operator"], now=NOW)
    split_report(report_id=received.report_id, by=desk["operator"], now=NOW)
    join_report(report_id=received.report_id, incident_id=ended.pk, by=desk["operator"], now=NOW)
    check(desk, ended, Outcome.NOT_IMMIGRATION)
    close.close_incident(incident_id=ended.pk, by=desk["operator"], now=NOW)

    assert sweep(now=REPORT_OVER + SECOND)["reports"] == 1
    assert not Report.objects.filter(pk=received.report_id).exists()
    assert Report.objects.count() == 1


def test_a_report_split_off_and_joined_to_an_open_incident_stays(desk):
    ended, received = open_at(desk)
    goes_on, _ = open_at(desk, "otra cosa en la 47 y ashland")
    split_report(report_id=received.report_id, by=desk["operator"], now=NOW)
    join_report(report_id=received.report_id, incident_id=goes_on.pk, by=desk["operator"], now=NOW)
    check(desk, ended, Outcome.NOT_IMMIGRATION)
    close.close_incident(incident_id=ended.pk, by=desk["operator"], now=NOW)

    assert sweep(now=REPORT_OVER + SECOND)["reports"] == 0
    assert Report.objects.count() == 2


def test_photo_files_leave_the_disk_with_their_report(photo_root, after, desk):
    erased = report_with_photo()
    kept = report_with_photo("red")
    opening.open_incident(report_id=kept, lat=41.8226, lon=-87.7044, by=desk["operator"], now=NOW)
    assert len(files(photo_root)) == 4

    after(lambda: sweep(now=REPORT_OVER))
    assert len(files(photo_root)) == 4

    after(lambda: sweep(now=REPORT_OVER + SECOND))
    assert not Report.objects.filter(pk=erased).exists()
    photo = Photo.objects.get()
    assert photo.report_id == kept
    assert files(photo_root) == sorted([photo.original, photo.display])


# -- addresses ---------------------------------------------------------------------------------------------------------


def test_a_call_back_number_is_kept_for_seven_days():
    report(contact="+17735550142")
    assert sweep(now=NOW + 7 * DAY - SECOND)["addresses"] == 0
    assert Report.objects.get().reply_to is not None

    sweep(now=NOW + 7 * DAY + SECOND)
    assert Report.objects.get().reply_to is None
    assert not Address.objects.exists()


def test_an_address_that_nothing_leads_to_is_erased_after_an_hour():
    address_book.save_address(Contact.parse("EMAIL", "half-way@example.org"), now=NOW)
    assert sweep(now=NOW + timedelta(hours=1))["addresses"] == 0

    assert sweep(now=NOW + timedelta(hours=1) + SECOND)["addresses"] == 1
    assert not Address.objects.exists()


def test_addresses_that_are_used_stay():
    make_neighbours(2)
    make_school_day(volunteers=1)
    before = Address.objects.count()
    assert before == 2 + 2 + 1

    sweep(now=FRIDAY + 400 * DAY)
    assert Address.objects.count() == before


def test_addresses_of_drills_are_left_to_the_drill():
    address_book.save_address(Contact.parse("DRILL", "somebody"), now=NOW)
    sweep(now=NOW + DAY)

    assert Address.objects.filter(is_drill=True).exists()


# -- sign-ups ----------------------------------------------------------------------------------------------------------


def test_a_sign_up_waits_two_days_for_its_yes_and_a_confirmed_one_stays():
    (confirmed,) = make_neighbours(1)
    pending = make_neighbours(1, prefix="p")[0]
    pending.methods.update(confirmed_at=None)
    Subscription.objects.filter(pk=pending.pk).update(state="PENDING", confirmed_at=None)

    assert sweep(now=NOW + 2 * DAY)["unconfirmed"] == 0
    assert sweep(now=NOW + 2 * DAY + SECOND)["unconfirmed"] == 1
    assert Subscription.objects.get() == confirmed
    assert confirmed.methods.get().confirmed_at == NOW, "the way to reach them stays"
    assert Address.objects.count() == 1


def test_a_way_added_later_waits_two_days_for_its_yes_and_a_confirmed_one_stays():
    for row, subscription in enumerate(make_neighbours(2)):
        later = subscription.methods.get()
        later.pk, later.kind, later.asked_at, later.confirmed_at = None, "SMS", NOW, NOW if row else None
        later.address = address_book.save_address(Contact.parse("PHONE", f"+1773555014{row}"), now=NOW)
        later.save()

    assert sweep(now=NOW + 2 * DAY)["unconfirmed"] == 0
    assert sweep(now=NOW + 2 * DAY + SECOND)["unconfirmed"] == 1
    assert [one.methods.count() for one in Subscription.objects.order_by("pk")] == [1, 2]


def test_erased_addresses_are_counted_unused_and_expired_together():
    address_book.save_address(Contact.parse("EMAIL", "half-way@example.org"), now=NOW)
    browser = Contact.parse("PUSH", push_address(1))
    address_book.save_address(browser, now=NOW + DAY - timedelta(minutes=9), expires_at=NOW + DAY)

    assert sweep(now=NOW + DAY)["addresses"] == 2
    assert not Address.objects.exists()


# -- notices -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def notice(db):
    address = make_neighbours(1)[0].methods.get().address
    row = {"kind": TransactionalKind.CONFIRM, "channel": "EMAIL", "address": address, "language": "es"}
    return TransactionalMessage.objects.create(
        text="su clave es 123456", link="https://x/", due_at=NOW, expires_at=NOW + 9 * DAY, **row
    )


@pytest.mark.parametrize("state", [SendState.DUE, SendState.CLAIMED])
def test_a_notice_that_is_to_be_sent_keeps_its_words(notice, state):
    TransactionalMessage.objects.update(state=state, claimed_at=NOW + 3 * DAY)
    sweep(now=NOW + 3 * DAY)

    assert TransactionalMessage.objects.get().text == notice.text


@pytest.mark.parametrize("state", [SendState.SENT, SendState.FAILED, SendState.EXPIRED])
def test_a_settled_notice_loses_its_words_at_once_and_goes_after_two_days(notice, state):
    TransactionalMessage.objects.update(state=state, settled_at=NOW)
    assert sweep(now=NOW + 2 * DAY)["transactional"] == 0
    kept = TransactionalMessage.objects.get()
    assert (kept.text, kept.link) == ("", "")

    assert sweep(now=NOW + 2 * DAY + SECOND)["transactional"] == 1
    assert not TransactionalMessage.objects.exists()


def test_notices_that_have_lost_their_words_do_not_hold_up_the_next(notice, monkeypatch):
    monkeypatch.setattr("corredor.delivery.retention.CHUNK", 1)
    second = TransactionalMessage.objects.get()
    second.pk, second.about = None, None
    second.save()
    TransactionalMessage.objects.update(state=SendState.SENT, settled_at=NOW)
    for left in (1, 0):
        sweep(now=NOW)
        assert TransactionalMessage.objects.exclude(text="").count() == left


# -- deliveries --------------------------------------------------------------------------------------------------------


def test_who_got_an_alert_is_forgotten_30_days_after_the_incident_closed(desk, settings):
    make_neighbours(3)
    incident = make_confirmed(desk)
    approve_new_alert(desk, incident, AlertKind.CONFIRMED)
    send_all(settings)
    Delivery.objects.update(reference="SM1")

    sweep(now=NOW + 60 * DAY)  # still open, so a correction may be owed
    assert Delivery.objects.exclude(address=None).count() == 3

    type(incident).objects.filter(pk=incident.pk).update(closed_at=NOW)
    assert sweep(now=NOW + 30 * DAY)["deliveries"] == 0
    assert sweep(now=NOW + 30 * DAY + SECOND)["deliveries"] == 3
    assert set(Delivery.objects.values_list("address", "subscription", "reference")) == {(None, None, "")}
    assert Delivery.objects.filter(state=SendState.SENT).count() == 3


# -- schools -----------------------------------------------------------------------------------------------------------


def test_who_stood_where_is_forgotten_after_30_days():
    at = make_school_day(volunteers=1)
    dismissal = at.opened()
    school_post.check_in(member=at.members[0], now=FRIDAY)
    assert Attendance.objects.get().arrived_at == FRIDAY

    assert sweep(now=dismissal.bell_at + 30 * DAY)["attendance"] == 0
    sweep(now=dismissal.bell_at + 30 * DAY + SECOND)
    assert not Attendance.objects.filter(dismissal=dismissal).exists()
    assert school_day.find_post(dismissal, 1)


def test_who_asked_to_help_and_was_never_accepted_is_forgotten_after_30_days():
    at = make_school_day(volunteers=1)
    asked = school_roster.ask_to_help(
        slug=at.school.slug, alias="Nueva", language="es", phone="+17735550142", now=FRIDAY
    )
    sweep(now=FRIDAY + 30 * DAY)
    assert Member.objects.get(pk=asked.member_id).volunteer.alias == "Nueva"

    sweep(now=FRIDAY + 30 * DAY + SECOND)
    assert Member.objects.get() == at.members[0]
    assert Volunteer.objects.get() == at.volunteers[0]
    sweep(now=FRIDAY + 31 * DAY)
    assert address_book.find_address(Contact.parse("PHONE", "+17735550142")) is None


# -- the timeline ------------------------------------------------------------------------------------------------------


def test_what_was_erased_is_on_the_timeline_as_counts():
    report()
    sweep(now=REPORT_OVER)
    assert not TimelineEntry.objects.filter(kind="swept").exists()

    sweep(now=REPORT_OVER + SECOND)
    assert TimelineEntry.objects.get(kind="swept").data == {"reports": 1}
