"""The exposure list: each class with its form and its days, counting rows of real people only.

Days are written out here, not read from the code, as docs/privacy.md promises them.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator

from corredor.alerts.enums import AlertKind
from corredor.corridors import models as corridors
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.flows.network.staff import begin_session, invite_person
from corredor.flows.report.receive import receive_report
from corredor.flows.run.exposure import count_exposure
from corredor.flows.school import post as school_post
from corredor.flows.school import roster as school_roster
from corredor.flows.school.follow import follow
from corredor.incidents.models import Incident, TimelineEntry
from corredor.intake.enums import Source
from corredor.intake.models import Note, Photo, Report
from corredor.intake.new_report import NewReport, ReportFields
from corredor.partners.models import Partner
from corredor.people.contact import Contact
from corredor.people.enums import Role
from corredor.people.models import Address, User
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import Subscription, Suppression
from corredor.volunteers.models import Volunteer
from tests.factories import NOW, approve_new_alert, make_confirmed, make_neighbours, make_user
from tests.flows.school_day import FRIDAY, make_school_day
from tests.flows.steps import report

pytestmark = pytest.mark.django_db
HOUR_IN_DAYS = 1 / 24
PROMISED = {
    **dict.fromkeys("browsers phones mailboxes calls whatsapp signal telegram matrix ntfy".split(), ("SEALED", None)),
    "addresses": ("SEALED", HOUR_IN_DAYS),
    **dict.fromkeys("staff sessions passkeys cookies".split(), ("CLEAR", None)),
    "factors": ("SEALED", None),
    **dict.fromkeys("invites passwords".split(), ("DIGEST", None)),
    "contacts": ("CLEAR", 7),
    **dict.fromkeys("reports notes photos".split(), ("CLEAR", 90)),
    "tracking_codes": ("DIGEST", 90),
    **dict.fromkeys("incidents timeline subscriptions".split(), ("CLEAR", None)),
    "unconfirmed": ("CLEAR", 2),
    "suppressions": ("DIGEST", None),
    "transactional": ("CLEAR", 2),
    "deliveries": ("CLEAR", 30),
    "partners": ("CLEAR", None),
    "signing": ("SEALED", None),
    "tokens": ("DIGEST", None),
    **dict.fromkeys("applications attendance".split(), ("CLEAR", 30)),
    **dict.fromkeys("volunteers children ages outlines counts followings".split(), ("CLEAR", None)),
    **dict.fromkeys("guardian_codes links".split(), ("DIGEST", None)),
}


def counts(*codes: str) -> list[int]:
    found = {kept.code: kept.count for kept in count_exposure(now=NOW).kept}
    return [found[code] for code in codes]


def test_every_class_is_listed_with_its_form_and_its_days():
    kept = count_exposure(now=NOW).kept
    assert {one.code: (one.form.value, pytest.approx(one.days) if one.days else None) for one in kept} == PROMISED
    assert len(kept) == len(PROMISED)
    assert len({one.words for one in kept}) == len(kept)


def test_the_oldest_row_is_named_where_rows_have_a_time():
    report(now=NOW)
    report(now=NOW - timedelta(days=3))
    found = {kept.code: kept.oldest_at for kept in count_exposure(now=NOW).kept}
    assert found["reports"] == found["tracking_codes"] == NOW - timedelta(days=3)
    assert found["contacts"] is None


def test_reports_with_what_belongs_to_them():
    report(contact="+17735550142")
    report(contact="+17735550143")
    report()
    drill = NewReport(
        source=Source.WEB,
        language="es",
        raw=b"{}",
        fields=ReportFields(text="x"),
        contact=Contact.parse("DRILL", "phone-1"),
        is_drill=True,
    )
    receive_report(drill, now=NOW)
    for row in (Report.objects.get(is_drill=True), *Report.objects.exclude(reply_to=None).filter(is_drill=False)):
        Note.objects.create(report=row, kind="ADDED", text="x", said_at=NOW)
        Photo.objects.create(report=row, original="a", display="b", digest="c", size=1, received_at=NOW)
    assert counts("reports", "tracking_codes", "contacts", "notes", "photos") == [3, 3, 2, 2, 2]
    assert Report.objects.exclude(reply_to=None).count() == 3


def test_incidents_and_the_timeline(desk):
    for is_drill in (False, False, True):
        make_confirmed(desk, is_drill=is_drill)
    assert counts("incidents", "timeline") == [2, TimelineEntry.objects.count()]
    assert Incident.objects.count() == 3


def test_subscriptions_and_who_said_stop():
    make_neighbours(3)
    Subscription.objects.filter(pk=Subscription.objects.earliest("pk").pk).update(state="PENDING", confirmed_at=None)
    Suppression.objects.create(lookup=b"x" * 16, refused_at=NOW)
    assert counts("subscriptions", "unconfirmed", "suppressions") == [3, 1, 1]

    Subscription.objects.update(is_drill=True)
    assert counts("subscriptions", "unconfirmed") == [0, 0]


def test_addresses_by_kind():
    make_neighbours(2)
    report(contact="+17735550142")
    assert counts("addresses", "mailboxes", "phones", "browsers") == [3, 2, 1, 0]

    make_neighbours(1, channel=Channel.DRILL, is_drill=True)
    assert Address.objects.count() == 4
    assert counts("addresses") == [3]


def test_messages_and_deliveries(desk):
    make_neighbours(2)
    alert = approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    assert counts("deliveries") == [2]
    first = Delivery.objects.filter(alert=alert).earliest("pk")
    Delivery.objects.filter(pk=first.pk).update(address=None, subscription=None)
    assert counts("deliveries") == [1]

    row = {"kind": "CONFIRM", "language": "es", "due_at": NOW, "expires_at": NOW}
    for text in ("waiting", "also waiting", ""):
        TransactionalMessage.objects.create(text=text, channel="EMAIL", address=Address.objects.first(), **row)
    make_neighbours(1, channel=Channel.DRILL, is_drill=True)
    actor = Address.objects.get(is_drill=True)
    TransactionalMessage.objects.create(text="x", channel="DRILL", address=actor, is_drill=True, **row)
    assert counts("transactional") == [2]


def test_staff_and_how_they_sign_in():
    steward = make_user("Sol", Role.STEWARD)
    make_user("Otro")
    make_user("Actor", is_drill=True)
    begin_session(user_id=steward.pk, session_key="k", device="Firefox", now=NOW)
    invite_person(roles=[Role.OPERATOR], by=steward, now=NOW)
    for kind in (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=steward, type=kind, data={})
    codes = ("staff", "passwords", "sessions", "invites", "passkeys", "factors", "cookies")
    assert counts(*codes) == [2, 2, 1, 1, 1, 2, 0]
    assert User.objects.count() == 3


def test_partners(desk):
    common = {"added_by": desk["operator"], "added_at": NOW}
    Partner.objects.create(name="both", url="https://a.example", sealed_secret=b"x", token_digest="t", **common)
    Partner.objects.create(name="silent", **common)
    Partner.objects.create(name="gone", removed_at=NOW, **common)
    assert counts("partners", "signing", "tokens") == [2, 1, 1]


def test_schools():
    at = make_school_day(volunteers=3)
    school_roster.ask_to_help(slug=at.school.slug, alias="Nueva", language="es", phone="+17735550142", now=FRIDAY)
    Volunteer.objects.filter(pk=at.volunteers[2].pk).update(left_at=FRIDAY)
    dismissal = at.opened()
    school_post.check_in(member=at.members[0], now=FRIDAY)
    corridors.ChildrenInCell.objects.create(school=at.school, cell=1, children=5)
    corridors.ChildrenOfAge.objects.create(school=at.school, group="LOW", children=5, per_adult=10)
    corridors.Outline.objects.create(school=at.school, rings=[], drawn_at=FRIDAY, drawn_by=at.lead)
    corridors.Count.objects.create(dismissal=dismissal, children=1, at="POST", by_user=at.lead, counted_at=FRIDAY)
    for digest, withdrawn in (("a", None), ("b", FRIDAY)):
        corridors.GuardianCode.objects.create(school=at.school, digest=digest, made_at=FRIDAY, withdrawn_at=withdrawn)
    follow(slug=at.school.slug, language="es", contact=Contact.parse("EMAIL", "parent@example.org"), now=FRIDAY)
    codes = ("volunteers", "links", "applications", "attendance", "children", "ages", "outlines", "counts")
    codes += ("followings", "guardian_codes")
    attendance = corridors.Attendance.objects.count()
    assert attendance > 0
    assert counts(*codes) == [3, 3, 1, attendance, 1, 1, 1, 1, 1, 1]

    corridors.School.objects.update(is_drill=True)
    Volunteer.objects.update(is_drill=True)
    assert counts(*codes) == [0, 0, 0, attendance, 0, 0, 0, 1, 0, 0]


def test_days_of_a_drill(db):
    at = make_school_day(volunteers=1)
    dismissal = at.planned()
    corridors.Count.objects.create(dismissal=dismissal, children=1, at="POST", by_user=at.lead, counted_at=FRIDAY)
    real = counts("attendance", "counts")
    rows = (corridors.Attendance.objects, corridors.Count.objects)
    copies = [row for table in rows for row in table.filter(dismissal=dismissal)]
    corridors.School.objects.update(is_drill=True)
    Volunteer.objects.update(is_drill=True)
    dismissal.pk, dismissal.on, dismissal.is_drill = None, dismissal.on + timedelta(days=1), True
    dismissal.save()
    for row in copies:
        row.pk, row.dismissal = None, dismissal
        row.save()
    assert counts("attendance", "counts") == real == [len(copies) - 1, 1]
