"""Checks of the program with the made-up language. Run by `test_made_up.py`, in a process that has the language."""

from __future__ import annotations

import html
import json
import re
import tomllib

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Alert, AlertText
from corredor.channels.catalogue import list_channels
from corredor.channels.chat_text import render_chat
from corredor.channels.email.mail import html_page
from corredor.channels.push.payload import render_payload
from corredor.channels.voice.script import render_call
from corredor.corridors.words import render_text as render_school_text
from corredor.delivery.queue.message import sketch_message
from corredor.delivery.words import render_opt_in
from corredor.engines.language import guess_language
from corredor.engines.smstext import Encoding, Keyword, keyword_language, parse_keyword, plan, to_gsm7
from corredor.flows.alert.approve import approve_alert
from corredor.flows.alert.compose import write_alert
from corredor.flows.report.receive import receive_report
from corredor.flows.report.receive_sms import receive_sms
from corredor.flows.school.public import public_school
from corredor.intake.enums import Source
from corredor.intake.new_report import NewReport, ReportFields
from corredor.kit import languages
from corredor.people.contact import Contact
from corredor.people.enums import AddressKind, Role
from corredor.people.models import User
from corredor.web.schools.sheet import print_posts, print_school
from tests.factories import make_confirmed, make_neighbours, make_user, turn_channels_on
from tests.flows.school_day import SchoolDay, make_school_day
from tests.pdf import read_pages
from tests.web.public.test_pages import FORMS, READ
from tests.web.signing_in import pass_gate

from .made_up import CODE, NAME, is_spoken, read_script, speak

pytestmark = pytest.mark.django_db
_SLOT = re.compile(r"%\(\w+\)[sd]|%[sd]|\{[^{}]*\}|<[^<>]*>")
SENDER = Contact.parse(AddressKind.PHONE, "+17735550142")
_LEAST = 14  # letters of an English text below which it may stand on a page by chance


def _pieces(text: str) -> set[str]:
    """The parts of an English text between its slots that are long enough to be recognised."""
    parts = (" ".join(part.split()) for part in _SLOT.split(html.unescape(text)))
    return {part for part in parts if len(part) >= _LEAST and " " in part}


def _strings(table: object) -> list[str]:
    if isinstance(table, dict):
        return [text for value in table.values() for text in _strings(value)]
    if isinstance(table, list):
        return [text for value in table for text in _strings(value)]
    return [table] if isinstance(table, str) else []


def _read_english() -> set[str]:
    own = languages.get(languages.SOURCE).folder / "wording"
    wordings = [tomllib.loads(path.read_text(encoding="utf-8")) for path in own.glob("*.toml")]
    texts = [text for table in wordings for text in _strings(table)]
    messages = read_script().gather().values()
    texts += [form for text in messages for form in (text.singular, text.plural) if form]
    return {piece for text in texts for piece in _pieces(text)}


ENGLISH = _read_english()
STEWARD = ("me", "people", "channels", "sending", "network", "places", "unlit", "partners", "check", "exposure")


def find_english(text: str, *, spoken_too: bool = True) -> list[str]:
    """English texts of the program that stand in a text, or a note that it speaks nothing at all."""
    words = " ".join(html.unescape(text).split())
    found = sorted(piece for piece in ENGLISH if piece in words)
    return found if is_spoken(words) or not spoken_too else [*found, "nothing in the made-up language"]


def check_page(answer) -> str:
    """The page speaks the language, from right to left."""
    page = answer.content.decode()
    assert answer.status_code == 200, page[:300]
    assert f'<html lang="{CODE}" dir="rtl"' in page
    assert find_english(page) == []
    return page


@pytest.fixture
def neighbour() -> Client:
    """A browser that asks for the language."""
    return Client(headers={"Accept-Language": CODE})


@pytest.fixture
def sent(desk: dict[str, User]) -> Alert:
    """A message about a confirmed incident, written, approved and signed."""
    turn_channels_on()
    now = timezone.now()
    make_neighbours(2, language=CODE)
    incident = make_confirmed(desk, now=now)
    alert = write_alert(incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=now)
    approve_alert(alert_id=alert.pk, by=desk["approver"], now=now)
    return Alert.objects.get(pk=alert.pk)


@pytest.fixture
def at(db) -> SchoolDay:
    """A school with a plan and a day."""
    return make_school_day(now=timezone.now(), volunteers=3)


def seat(user: User) -> Client:
    """The browser of somebody at the desk who reads the language."""
    User.objects.filter(pk=user.pk).update(language=CODE)
    user.refresh_from_db()
    return pass_gate(Client(), user)


def test_the_table_knows_it():
    known = languages.get(CODE)

    assert (known.name, known.direction) == (NAME, "rtl")
    assert languages.CODES == ("es", "en", CODE)


@pytest.mark.parametrize("path", [*READ, *FORMS])
def test_public_pages(neighbour, path):
    check_page(neighbour.get(path))


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_switch_names_every_other_language(language):
    page = Client(headers={"Accept-Language": language}).get("/").content.decode()

    assert f'hreflang="{CODE}"' in page
    assert NAME in page
    assert f'<html lang="{language}" dir="ltr"' in page


def test_the_pages_of_an_incident_and_a_message(neighbour, sent):
    check_page(neighbour.get(f"/i/{sent.incident.slug}"))
    page = neighbour.get(f"/a/{sent.slug}").content.decode()  # holds the message in every language
    own = page[page.index(f'lang="{CODE}" dir="rtl">') :].split("</section>")[0]

    assert find_english(own) == []
    assert NAME in own


def test_a_receipt(neighbour):
    fields = ReportFields(text=speak("many agents at Kedzie"))
    received = receive_report(NewReport(source=Source.WEB, language=CODE, raw=b"x", fields=fields), now=timezone.now())
    page = neighbour.post("/r/", {"code": received.tracking_code}, follow=True)

    check_page(page)


def test_three_lengths_of_an_alert(sent):
    text = AlertText.objects.get(alert=sent, language=CODE)

    for words in (text.title, text.short, text.standard, text.long):
        assert find_english(words) == []
    assert len(text.short) <= 90
    assert len(text.standard) <= 360
    assert plan(to_gsm7(text.standard)).encoding is Encoding.UCS2


def test_the_feed_of_the_language(neighbour, sent):
    answer = neighbour.get(f"/feeds/{CODE}.atom")

    assert answer.status_code == 200
    assert find_english(b"".join(answer).decode()) == []


def test_an_e_mail(sent):
    page = html_page(sketch_message(sent.pk, CODE))

    assert f'<html lang="{CODE}" dir="rtl">' in page
    assert find_english(page) == []


def test_a_notification_a_chat_and_a_call(sent):
    message = sketch_message(sent.pk, CODE)
    payload = json.loads(render_payload(message, sent_at="2026-11-30T12:00:00Z"))

    assert payload["lang"] == CODE
    for words in (payload["body"], render_chat(message), render_call(message, keys_url="https://x.example/keys")):
        assert find_english(words) == []


def test_the_service_worker_has_words_without_a_message(client):
    script = client.get("/sw.js").content.decode()
    words = json.loads(re.search(r"self\.corredorWords = (\{.*\});", script)[1])

    assert find_english(words[CODE]["body"]) == []


@pytest.mark.parametrize("keyword", ["STOP", "START", "HELP", "STATUS", "WATER"])
def test_a_text_message_is_understood_and_answered(keyword):
    turn_channels_on()
    word = languages.get(CODE).group("keywords")[keyword][0]
    answer = receive_sms(sender=SENDER, text=word, raw=word.encode(), provider_reference=keyword, now=timezone.now())

    assert parse_keyword(word) is Keyword(keyword)
    assert keyword_language(word) == CODE
    assert find_english(answer.text) == []


def test_a_report_by_text_message_is_answered_in_its_language():
    turn_channels_on()
    text = speak("there are many agents at the corner with Kedzie")
    answer = receive_sms(sender=SENDER, text=text, raw=text.encode(), provider_reference="1", now=timezone.now())

    assert guess_language(text) == CODE
    assert find_english(answer.text) == []


@pytest.mark.parametrize("channel", [spec.kind for spec in list_channels()])
def test_the_opt_in_request_of_every_channel(channel):
    text = render_opt_in(channel, CODE, network="", code="123456", link="https://x.example/s/")

    assert find_english(text) == []


def test_pages_of_the_desk(desk, sent):
    client = seat(desk["operator"])

    check_page(client.get("/desk/"))
    for tab in ("reports", "alert", "timeline"):  # a message is shown in every language
        page = client.get(f"/desk/incidents/{sent.incident.slug}/?tab={tab}").content.decode()
        assert f'<html lang="{CODE}" dir="rtl"' in page
        assert find_english(re.sub(r'<section class="text" lang="en".*?</section>', "", page, flags=re.S)) == []


@pytest.mark.parametrize("page", STEWARD)
def test_pages_of_the_steward(page):
    check_page(seat(make_user("Sol", Role.STEWARD)).get(reverse(f"steward:{page}")))


def test_the_phone_form_says_what_to_read_aloud(desk):
    page = seat(desk["operator"]).get(f"/desk/call/?caller={CODE}").content.decode()
    read = languages.wording("call_script", CODE)["greeting"]

    assert f'<span lang="{CODE}" dir="rtl" data-own>{read}</span>' in page


def test_pages_of_a_school(neighbour, at):
    check_page(neighbour.get(f"/school/{at.school.slug}/"))
    lead = seat(at.lead)
    for page in ("", "plan/", "roster/", "settings/"):
        check_page(lead.get(f"/team/{at.school.slug}/{page}"))


@pytest.mark.parametrize("key", ["PARENT_HELD", "POST_CLOSED", "SMS_DAY"])
def test_texts_to_parents_and_posts(key):
    slots = dict.fromkeys(re.findall(r"{(\w+)}", languages.wording("corridors", "en")[key]), "4")

    assert find_english(render_school_text(key, CODE, **slots)) == []


def test_sheets_of_a_school(at):
    families = read_pages(print_school(public_school(slug=at.school.slug, now=at.now)))
    posts = read_pages(print_posts(at.school, [at.school.plans.get(retired_at=None).posts.first()], with_lead=True))

    for pages in (families, posts):
        assert len(pages) % 2 == 0, "two languages on a page, the third on its own"
        own = [page for page in pages if is_spoken(page)]
        assert own
        assert all(find_english(page) == [] for page in own)
