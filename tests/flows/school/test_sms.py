"""A whole dismissal by text message alone; STOP and ALTO keep their meaning."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from corredor.corridors import queries
from corredor.corridors.enums import AlarmKind, DismissalState, MessageState
from corredor.corridors.errors import MessageTooOld
from corredor.corridors.models import Message
from corredor.delivery.models import TransactionalMessage
from corredor.engines.smstext import parse_corridor_text, parse_keyword
from corredor.flows.report.receive_sms import receive_sms
from corredor.flows.school.tell import USEFUL_FOR, send_to_parents
from corredor.intake.models import Report
from corredor.people.contact import Contact
from corredor.people.models import Address
from corredor.subscriptions.models import Suppression
from tests.flows.school_day import CO_PHONE, FRIDAY, LEAD_PHONE, add_parents, make_school_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(db):
    return make_school_day()


class Phones:
    """Texts from phones, each with a number of its own as providers give them."""

    def __init__(self) -> None:
        self.sent = 0

    def __call__(self, sender, text, *, again=False):
        self.sent += not again
        return receive_sms(
            sender=Contact.parse("PHONE", sender),
            text=text,
            raw=text.encode(),
            provider_reference=f"m{self.sent}",
            now=FRIDAY,
        ).text


@pytest.fixture
def text():
    return Phones()


def asked_code():
    """What the newest question to a lead asks to be texted back."""
    asked = TransactionalMessage.objects.filter(text__contains="escriba ENVIAR") | TransactionalMessage.objects.filter(
        text__contains="text SEND"
    )
    return re.search(r"(?:SEND|ENVIAR) (\d{6})\.", asked.latest("pk").text)[1]


def phone(row):
    return f"+1312555{1000 + row}"


def test_the_whole_day_by_text_message(at, text):
    add_parents(at, 2)
    assert "Planned" in text(LEAD_PHONE, "day")
    assert "Open. Posts ready 0 of 10" in text(LEAD_PHONE, "Open")
    assert "puesto 1" in text(phone(0), "puesto 1")
    assert "puesto 1 esta listo" in text(phone(0), "LISTO")
    assert "Post 2 is ready" in text(phone(1), "ready")
    assert text(LEAD_PHONE, "out 30") == "Counted: 30. Today at this point: 30."
    assert text(phone(0), "cuenta 12") == "Contados: 12. Hoy en este punto: 12."
    assert text(phone(0), "casa 12") == "Contados: 12. Hoy en este punto: 12."
    assert text(phone(1), "HOME 17") == "Counted: 17. Today at this point: 17."

    held = text(LEAD_PHONE, "hold")
    assert "Held at school" in held
    message = Message.objects.get()
    own = queries.send_code(message, user_id=at.lead.pk)
    assert "cannot be sent by you" in text(LEAD_PHONE, f"send {own}")
    assert text(CO_PHONE, f"ENVIAR {asked_code()}") == "Sent to 2 families."
    assert "Open." in text(LEAD_PHONE, "reopen")

    assert "30 went out, 29 are counted home" in text(LEAD_PHONE, "close")
    assert queries.list_alarms(dismissal=at.dismissal).get().kind == AlarmKind.FEWER_HOME_THAN_OUT
    text(phone(1), "home 1")
    assert "everybody is accounted for" in text(LEAD_PHONE, "found")
    assert "Over for today" in text(LEAD_PHONE, "close")
    assert at.dismissal.state == DismissalState.CLOSED
    assert Report.objects.count() == 0


def test_who_forges_the_second_lead_s_number_tells_parents_nothing(at, text):
    """The number of a message can be guessed; what was texted to the lead's own telephone cannot."""
    add_parents(at, 2)
    at.opened()
    text(LEAD_PHONE, "hold")
    message = Message.objects.get()
    for guess in (message.pk, 1, 0, 123456, queries.send_code(message, user_id=at.lead.pk)):
        assert "cannot be sent by you" in text(CO_PHONE, f"send {guess}")
    assert text(CO_PHONE, "send") != "Sent to 2 families."
    message.refresh_from_db()
    assert message.state == MessageState.WAITING


def test_a_message_that_waited_too_long_is_not_sent(at, text):
    add_parents(at, 2)
    at.opened()
    text(LEAD_PHONE, "hold")
    message = Message.objects.get()
    with pytest.raises(MessageTooOld):
        send_to_parents(message_id=message.pk, by=at.co_lead, now=FRIDAY + USEFUL_FOR + timedelta(seconds=1))
    assert send_to_parents(message_id=message.pk, by=at.co_lead, now=FRIDAY + USEFUL_FOR) == 2


def test_stop_and_alto_are_never_anything_else(at, text):
    at.opened()
    for word in ("STOP", "alto", "Alto.", "ALTO POR FAVOR", "para ya"):
        assert parse_keyword(word) == "STOP"
    before = Address.objects.count()

    answer = text(phone(0), "ALTO")

    assert "no recibira mensajes" in answer
    assert (Suppression.objects.count(), Address.objects.count()) == (1, before - 1)
    at.volunteers[0].refresh_from_db()
    assert at.volunteers[0].address_id is None


def test_alto_corredor_holds_and_unsubscribes_nobody(at, text):
    at.opened()

    assert "Held at school" in text(LEAD_PHONE, "alto corredor")
    assert at.dismissal.state == DismissalState.HELD
    assert "su lider" in text(phone(0), "ALTO CORREDOR")

    assert Suppression.objects.count() == 0
    assert queries.list_alarms(dismissal=at.dismissal).get().kind == AlarmKind.POST_ASKS


def test_a_message_that_a_provider_sends_twice_counts_once(at, text):
    at.opened()
    text(phone(0), "casa 5")
    text(phone(0), "casa 5", again=True)

    assert queries.get_totals(dismissal=at.dismissal).home == 5


def test_two_leads_by_text_at_once(at, text):
    at.opened()
    text(LEAD_PHONE, "close")

    assert "does not go from here. It stands at: Over for today" in text(CO_PHONE, "hold")


def test_whoever_is_not_known_reports_as_before(at, text):
    answer = text("+13125559999", "listo")

    assert "clave" in answer
    assert Report.objects.get().text == "listo"


def test_a_sentence_of_a_volunteer_is_a_report_and_no_count(at, text):
    at.opened()
    text(phone(0), "veo 5 agentes en la 44 y rockwell")

    assert Report.objects.count() == 1
    assert queries.get_totals(dismissal=at.dismissal).gate == 0


def test_a_wrong_post_or_no_number_is_said(at, text):
    at.opened()
    assert "no hay un puesto 77" in text(phone(0), "puesto 77")
    assert "CUENTA 12" in text(phone(0), "cuenta")


@pytest.mark.parametrize(
    ("said", "word", "number"),
    [
        ("Puesto 4", "POST", 4),
        ("estoy en el puesto 4", "POST", 4),
        ("LISTO!", "READY", None),
        ("cuenta 12", "COUNT", 12),
        ("Casa menos 2", "HOME", -2),
        ("salieron 40", "OUT", 40),
        ("Desvío", "DIVERT", None),
        ("otro camino", "DIVERT", None),
        ("alto corredor", "HOLD", None),
        ("encontrados", "FOUND", None),
    ],
)
def test_words_in_both_languages(said, word, number):
    parsed = parse_corridor_text(said)
    assert parsed is not None
    assert (parsed.word, parsed.number) == (word, number)


@pytest.mark.parametrize("said", ["", "4", "puesto 4 y 5", "cuenta 123456", "hay gas en la 26 y kedzie", "post" * 20])
def test_what_is_no_word_of_ours(said):
    assert parse_corridor_text(said) is None


def test_a_code_keeps_its_letters():
    parsed = parse_corridor_text("clave 7KQF-3HTX")
    assert parsed is not None
    assert (parsed.word, parsed.code) == ("CODE", "7kqf3htx")
