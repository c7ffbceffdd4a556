"""Pages of schools: what parents see and never see, posts without an account, the sheet and the calendar."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from corredor.corridors import queries
from corredor.corridors.models import Message, School
from corredor.delivery.models import TransactionalMessage
from corredor.flows.school import day as school_day
from corredor.flows.school import post as school_post
from corredor.flows.school import set_up as school_set_up
from corredor.people.enums import Role
from corredor.people.queries import local_today
from corredor.subscriptions.models import Subscription
from corredor.volunteers.models import Member
from corredor.volunteers.queries import list_applications
from tests.factories import make_user
from tests.flows.school_day import make_school_day
from tests.pdf import read_pages
from tests.web.signing_in import pass_gate

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(db):
    return make_school_day(now=timezone.now(), volunteers=3)


@pytest.fixture
def lead(at):
    return pass_gate(Client(), at.lead)


def address(at, rest="", area="team"):
    return f"/{area}/{at.school.slug}/{rest}"


def press(client, held, what, **fields):
    dismissal = held.dismissal
    return client.post(address(held, what), {"day": dismissal.pk, "version": dismissal.version, **fields}, follow=True)


def test_parents_see_how_it_stands_and_never_who(client, at):
    for state, opens in (("Planned", False), ("Open: the children are walking", True)):
        if opens:
            at.opened()
        page = client.get(address(at, area="school"), headers={"Accept-Language": "en"})
        words = page.content.decode()
        assert (page.status_code, page["Cache-Control"]) == (200, "public, max-age=10")
        assert state in words
        for secret in ("Vecina", "Lupe", "vest", "+1312"):
            assert secret not in words.replace("Adults with vests", "")


def test_the_picture_and_the_shapes_hold_lines_and_no_posts(client, at):
    picture = client.get(address(at, "map.svg", area="school")).content.decode()
    shapes = client.get(address(at, "map.geojson", area="school")).json()

    assert picture.count('class="d"') == len(shapes["features"]) > 0
    assert 'class="p' not in picture
    assert {one["geometry"]["type"] for one in shapes["features"]} == {"LineString"}


def test_a_held_day_says_so_in_both_languages(client, at):
    dismissal = at.opened()
    school_day.hold_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=at.lead, now=timezone.now())

    assert "safe inside the school" in client.get(address(at, "now/?lang=en", area="school")).content.decode()
    assert "a salvo dentro de la escuela" in client.get(address(at, "now/?lang=es", area="school")).content.decode()


def test_the_sheet_is_a_pdf_without_people(client, at):
    sheet = client.get(address(at, "sheet.pdf", area="school"))

    assert sheet["Content-Type"] == "application/pdf"
    (words,) = read_pages(sheet.content)
    assert at.school.name in words
    for secret in ("Vecina", "Lupe", "Omar", "+1312"):
        assert secret not in words


def test_the_posts_sheets_have_a_page_each_in_both_languages_without_people(lead, at):
    pages = read_pages(lead.get(address(at, "sheets/posts.pdf")).content)

    numbers = list(queries.get_plan(school=at.school).posts.values_list("number", flat=True))
    sheets = pages[-len(numbers) :]
    assert len(numbers) == 10
    for number, sheet in zip(numbers, sheets, strict=True):
        for words in (f"Puesto {number} ", f"Post {number} ", "Si hay heridos, llame al 911.", "call 911."):
            assert words in sheet
    for secret in ("Vecina", "Lupe", "Omar", "+1312"):
        assert secret not in " ".join(pages)


def test_only_a_lead_prints_the_posts_sheets(at):
    assert Client().get(address(at, "sheets/posts.pdf")).status_code == 302


def read_calendar(client, at, language="en"):
    return client.get(address(at, f"calendar.ics?lang={language}", area="school")).content


def test_the_calendar_lists_coming_days(client, at):
    school, today = at.school, local_today(timezone.now())
    school_set_up.set_special_day(slug=school.slug, on=today, at=time(11, 30), by=at.lead, now=timezone.now())

    calendar = Calendar.from_ical(read_calendar(client, at))

    events = calendar.walk("VEVENT")
    assert (calendar["METHOD"], calendar["REFRESH-INTERVAL"].dt) == ("PUBLISH", timedelta(hours=12))
    assert len(events) >= 35
    assert len({str(event["UID"]) for event in events}) == len(events)
    assert events[0]["UID"] == f"{school.slug}-{today:%Y%m%d}@localhost"
    assert events[0]["SUMMARY"] == f"The way home: {school.name} (half day)"
    assert events[1]["SUMMARY"] == f"The way home: {school.name}"
    for event in events:
        assert event["DTSTART"].dt.utcoffset() == event["DTSTAMP"].dt.utcoffset() == timedelta(0)
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=40)
        assert event["URL"].endswith(f"/school/{school.slug}/")
        assert f"How it stands today: {event['URL']}" in event["DESCRIPTION"]


def test_the_calendar_escapes_and_folds_as_the_standard_says(client, at):
    name = "Niños; de, la\\Villita " + "ñ" * 60
    School.objects.filter(pk=at.school.pk).update(name=name)

    file = read_calendar(client, at, "es")

    assert max(map(len, file.split(b"\r\n"))) <= 75
    assert b"\n" not in file.replace(b"\r\n", b"")
    (event, *_rest) = Calendar.from_ical(file).walk("VEVENT")
    assert name in event["SUMMARY"]
    assert "Niños\\; de\\, la\\\\Villita" in file.decode().replace("\r\n ", "")


def test_a_day_off_is_in_no_calendar(client, at):
    today = local_today(timezone.now())
    school_set_up.set_special_day(slug=at.school.slug, on=today, at=None, by=at.lead, now=timezone.now())

    assert f"{today:%Y%m%d}@".encode() not in read_calendar(client, at).replace(b"\r\n ", b"")


def test_parents_follow_with_a_second_yes(client, at):
    answer = client.post(
        address(at, "follow/", area="school"), {"channel": "EMAIL", "address": "madre@example.org", "language": "es"}
    )

    assert answer.status_code == 200
    assert queries.list_followings(school=at.school).count() == 0
    waiting = Subscription.objects.get()
    assert (waiting.state, waiting.coverage_area.cells.count(), waiting.areas) == ("PENDING", 0, [at.school.key])
    assert b"madre@example.org" not in bytes(waiting.methods.get().address.sealed)


def test_nobody_is_asked_by_text_while_too_many_are(client, at, settings):
    settings.QUESTIONS_AN_HOUR = 0
    fields = {"channel": "SMS", "address": "+13125550333", "language": "en"}
    page = client.post(address(at, "follow/", area="school"), fields, headers={"Accept-Language": "en"})

    assert (page.status_code, "try again in an hour" in page.content.decode()) == (422, True)
    assert not Subscription.objects.exists()


def test_somebody_asks_to_help_and_a_lead_accepts(client, lead, at):
    answer = client.post(address(at, "help/", area="school"), {"alias": "Doña Marta", "phone": "312 555 0177"})
    own = answer["Location"]
    assert own.startswith("/post/")
    assert "Doña Marta" in lead.get(address(at, "roster/")).content.decode()

    marta = Member.objects.get(volunteer__alias="Doña Marta")
    lead.post(address(at, f"roster/{marta.pk}/accept/"), {"vest": "7"})

    marta.refresh_from_db()
    assert (marta.vest, marta.accepted_by) == (7, at.lead)
    assert client.get(own).status_code == 404, "the accepted person's link went to their phone"
    assert "/post/" in TransactionalMessage.objects.filter(address=marta.volunteer.address).latest("pk").text


def test_nobody_fills_a_lead_s_list_with_invented_people(client, at, monkeypatch):
    monkeypatch.setattr("corredor.flows.school.roster.MOST_WAITING", 2)
    for _ in range(2):
        assert client.post(address(at, "help/", area="school"), {"alias": "X"}).status_code == 302

    answer = client.post(address(at, "help/?lang=en", area="school"), {"alias": "X"})

    assert answer.status_code == 422
    assert "Many people wait" in answer.content.decode()
    assert list_applications(group=at.school.group).count() == 2


def test_a_post_checks_in_and_counts_on_its_own_page(client, at):
    at.opened()
    own = f"/post/{at.link()}/"
    assert client.get(own)["Cache-Control"] == "no-store"

    client.post(own, {"do": "come"})
    client.post(own, {"do": "ready"})
    for _ in range(2):
        client.post(own, {"do": "home", "children": "4", "form": "same"})
    page = client.get(own, headers={"Accept-Language": "en"}).content.decode()

    assert "0 passed, 4 home" in page
    assert queries.get_totals(dismissal=at.dismissal).home == 4
    assert at.dismissal.attendances.get(member=at.members[0]).ready_at


def test_an_open_post_s_page_learns_that_it_is_held(client, at):
    dismissal = at.opened()
    now = f"/post/{at.link()}/now/?lang=en"
    assert "Open: the children are walking" in client.get(now).content.decode()

    school_day.hold_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=at.lead, now=timezone.now())

    assert "Children stay inside." in client.get(now).content.decode()
    assert client.get("/post/nothing/now/").status_code == 404


def test_a_post_s_page_says_what_is_wrong(client, at):
    at.opened()
    own = f"/post/{at.link()}/"

    assert client.post(own, {"do": "passed", "children": "many"}).status_code == 409
    assert client.post(own, {"do": "code", "code": "NOPE"}).status_code == 409
    assert client.get("/post/nothing/").status_code == 404


def test_whoever_stops_is_erased_at_once(client, at):
    own = f"/post/{at.link()}/"
    client.post(own, {"do": "stop"})

    assert client.get(own).status_code == 404
    at.volunteers[0].refresh_from_db()
    assert (at.volunteers[0].alias, at.volunteers[0].address_id) == ("", None)


def test_the_lead_s_day_by_its_buttons(lead, at):
    at.planned()
    assert "The corridor is open." in press(lead, at, "open/").content.decode()
    press(lead, at, "count/", children="12", at="GATE", form="1")
    press(lead, at, "count/", children="12", at="HOME", form="2")
    held = press(lead, at, "hold/").content.decode()
    assert "Another lead, or an approver at the desk, must send it." in held
    press(lead, at, "open/")
    assert "Over for today" in press(lead, at, "close/").content.decode()
    assert at.dismissal.state == "CLOSED"


def test_two_leads_at_once_get_a_clear_answer(lead, at):
    seen = at.opened()
    other = pass_gate(Client(), at.co_lead)
    press(lead, at, "hold/")

    answer = other.post(address(at, "close/"), {"day": seen.pk, "version": seen.version}, follow=True)

    assert "Held at school; Lupe was faster." in answer.content.decode()
    assert at.dismissal.state == "HELD"


def test_another_lead_sends_the_message_to_parents(lead, at):
    at.opened()
    press(lead, at, "hold/")
    message = Message.objects.get()
    assert "Another person must send it" in lead.post(address(at, f"send/{message.pk}/"), follow=True).content.decode()

    other = pass_gate(Client(), at.co_lead)
    assert "Sent to 0 families." in other.post(address(at, f"send/{message.pk}/"), follow=True).content.decode()


def test_whoever_leads_elsewhere_is_not_let_in(at):
    stranger = pass_gate(Client(), make_user("Nadie", Role.SCHOOL_LEAD))

    assert stranger.get(address(at)).status_code == 403
    assert stranger.post(address(at, "open/"), {"day": 1}).status_code == 403


def test_a_steward_sets_a_school_up_and_names_a_lead(at):
    steward = pass_gate(Client(), at.steward)
    found = steward.get("/team/set-up/?words=funston").content.decode()
    assert "Frederick Funston" in found

    made = steward.post("/team/set-up/", {"key": "school:609930"})
    slug = made["Location"].split("/")[2]
    steward.post(f"/team/{slug}/settings/lead/", {"user": at.lead.pk})

    assert [row.name for row in queries.list_led_schools(user=at.lead)] == [
        "Frederick Funston Elementary School",
        "James Shields Elementary School",
    ]
    assert steward.post("/team/set-up/", {"key": "school:nothing"}, follow=True).status_code == 200


def test_settings_are_saved_and_bad_ones_said(lead, at):
    page = lead.post(address(at, "settings/bells/"), {"day0": "03:00"}, follow=True).content.decode()
    assert "between 9:00 and 18:30" in page
    lead.post(address(at, "settings/bells/"), {"day0": "15:10", "day4": "11:30"})
    assert sorted(queries.get_bells(school=at.school)) == [0, 4]

    cell = school_set_up.list_cells(at.school)[0]
    lead.post(address(at, "settings/children/"), {f"cell{cell}": "35"})
    assert queries.count_children(school=at.school) == 35
    codes = lead.post(address(at, "settings/codes/"), {"count": "3"})
    assert "no-store" in codes["Cache-Control"]
    assert at.school.codes.count() == 3


def test_a_plan_for_no_children_says_so(lead, at):
    far = school_set_up.list_cells(at.school)[-1]
    school_set_up.set_children(slug=at.school.slug, counts={far: 1}, by=at.lead, now=timezone.now())
    page = lead.post(address(at, "plan/"), {"posts": "0"})
    assert page.status_code == 422

    made = lead.post(address(at, "plan/"), {"posts": "6"})
    assert made.status_code in (302, 422)
    if made.status_code == 422:
        assert "error-summary" in made.content.decode()


def test_the_city_at_once(at):
    dismissal = at.opened()
    school_post.ask_for_help(member=at.members[0], now=timezone.now())
    desk = pass_gate(Client(), make_user("Mesa", Role.OPERATOR))

    page = desk.get("/team/city/?people=6&lang=en").content.decode()

    assert "Post 1 asks for help." in page
    assert "Where 6 more people help most" in page
    assert f"3/{dismissal.plan.posts.count()}" in page
    assert pass_gate(Client(), make_user("Nadie")).get("/team/city/").status_code == 403


def test_the_desk_s_board_says_that_schools_wait(at):
    desk = pass_gate(Client(), make_user("Mesa", Role.OPERATOR))
    assert "At schools" not in desk.get("/desk/?lang=en").content.decode()
    at.opened()
    school_post.ask_for_help(member=at.members[0], now=timezone.now())

    board = desk.get("/desk/?lang=en").content.decode()
    assert "At schools" in board
    assert 'href="/team/city/"' in board


def test_bells_that_grew_old_are_flagged_to_lead_and_parents(client, lead, at):
    old = local_today(timezone.now()) - timedelta(days=200)
    type(at.school).objects.filter(pk=at.school.pk).update(bells_checked_on=old)

    assert "this term" in lead.get(address(at)).content.decode()
    assert "this term" in client.get(address(at, "?lang=en", area="school")).content.decode()
