"""E-mail to a real SMTP server, and the outcomes of its replies."""

import re

import pytest

from corredor.bench.parts.own_servers import free_port
from corredor.channels.base import ProviderNotConfigured, Result
from corredor.channels.email.smtp.provider import SmtpProvider
from tests.channels.message import WORDS, make_message
from tests.servers.mailbox import Mailbox


@pytest.fixture
def provider(mailbox):
    made = SmtpProvider.from_mapping(mailbox.settings())
    yield made
    made.close()


def send(provider, *messages):
    outcomes = list(provider.send_many(messages))
    assert [o.delivery_id for o in outcomes] == [m.delivery_id for m in messages]
    return outcomes


def test_the_mail_that_arrives(provider, mailbox):
    (outcome,) = send(provider, make_message(7, "vecina@example.org"))
    assert (outcome.result, outcome.code) == (Result.ACCEPTED, "250")
    (received,) = mailbox.mails
    mail = received.mail
    assert received.sender == "alerts@example.org"
    assert received.recipients == ("vecina@example.org",)
    assert mail["From"] == "Corredor <alerts@example.org>"
    assert mail["To"] == "vecina@example.org"
    assert mail["Subject"] == WORDS["title"]
    assert mail["Message-ID"] == outcome.reference
    assert mail["Date"].datetime.tzinfo is not None
    assert mail["List-Unsubscribe"] == f"<{WORDS['unsubscribe_link']}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_the_plain_part_has_everything(provider, mailbox):
    send(provider, make_message(7, "vecina@example.org"))
    text = mailbox.mails[0].part("plain").replace("\r\n", "\n")
    assert WORDS["long"] in text
    assert f"Más información: {WORDS['link']}" in text
    assert f"Para no recibir más estos mensajes: {WORDS['unsubscribe_link']}" in text


def test_the_page_is_escaped_and_loads_nothing(provider, mailbox):
    send(provider, make_message(7, "vecina@example.org", language="en"))
    page = mailbox.mails[0].part("html")
    assert '<html lang="en" dir="ltr">' in page
    assert "Quédese dentro &amp; cierre" in page
    assert "Kedzie &lt;39&gt;" in page
    assert 'href="https://corredor.example/leave/abc?x=1&amp;y=2"' in page
    assert not re.search(r"src=|url\(|<script|<img|<link|@import", page)


def test_it_travels_as_seven_bit_with_short_lines(provider, mailbox):
    send(provider, make_message(7, "vecina@example.org", long="ñ" * 5000))
    raw = mailbox.mails[0].raw
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_headers_cannot_be_added_by_a_title(provider, mailbox):
    send(provider, make_message(7, "vecina@example.org", title="Uno\r\nBcc: otro@example.org\r\n\r\nx"))
    mail = mailbox.mails[0].mail
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Uno Bcc: otro@example.org x"


def test_a_mail_without_leave_link_has_no_such_header(provider, mailbox):
    send(provider, make_message(7, "vecina@example.org", unsubscribe_link="", link=""))
    assert mailbox.mails[0].mail["List-Unsubscribe"] is None


def test_the_same_delivery_keeps_its_message_id_and_others_differ(provider, mailbox):
    first, second, third = send(provider, *(make_message(n, "vecina@example.org") for n in (7, 7, 8)))
    assert first.reference == second.reference != third.reference


def test_one_connection_for_the_batch(provider, mailbox):
    send(provider, *(make_message(n, f"p{n}@example.org") for n in range(30)))
    assert len(mailbox.mails) == 30
    assert mailbox.sessions == 1


def test_a_server_that_hangs_up_is_called_again():
    with Mailbox(closes_after=2) as mailbox:
        provider = SmtpProvider.from_mapping(mailbox.settings())
        outcomes = send(provider, *(make_message(n, f"p{n}@example.org") for n in range(5)))
        provider.close()
        assert {o.result for o in outcomes} == {Result.ACCEPTED}
        assert len(mailbox.mails) == 5
        assert mailbox.sessions == 2


@pytest.mark.parametrize(
    ("answer", "result", "code", "detail"),
    [
        ("550 5.1.1 no such user", Result.INVALID_ADDRESS, "550", "5.1.1"),
        ("553 5.1.3 bad address", Result.INVALID_ADDRESS, "553", "5.1.3"),
        ("550 5.7.1 <bad@example.org> not welcome", Result.FAILED, "550", ""),
        ("550 no", Result.FAILED, "550", ""),
        ("552 5.2.2 full", Result.FAILED, "552", ""),
        ("450 4.2.0 greylisted", Result.RETRY, "450", ""),
        ("451 4.3.0 later", Result.RETRY, "451", ""),
        ("421 4.7.0 too many", Result.RETRY, "421", ""),
    ],
)
def test_what_the_servers_answers_mean(provider, mailbox, answer, result, code, detail):
    mailbox.answers["^bad@"] = answer
    bad, good = send(provider, make_message(1, "bad@example.org"), make_message(2, "good@example.org"))
    assert (bad.result, bad.code, bad.detail) == (result, code, detail)
    assert "bad@" not in repr(bad)
    assert good.result is Result.ACCEPTED
    assert len(mailbox.to("good@example.org")) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "vecina",
        "@example.org",
        "vecina@",
        "vecina@localhost",
        "a b@example.org",
        "a@b.org\r\nRCPT TO:<x@y.z>",
        "<a@b.org>",
        "a@b.org,c@d.org",
        "x" * 250 + "@example.org",
    ],
)
def test_what_is_no_address_is_gone(provider, mailbox, address):
    bad, good = send(provider, make_message(1, address), make_message(2, "good@example.org"))
    assert (bad.result, bad.code) == (Result.INVALID_ADDRESS, "BAD_ADDRESS")
    assert good.result is Result.ACCEPTED


def test_a_name_with_an_accent_arrives_where_the_server_can(provider, mailbox):
    (outcome,) = send(provider, make_message(1, "peña@example.org"))
    assert outcome.result is Result.ACCEPTED
    assert mailbox.mails[0].recipients == ("peña@example.org",)


def test_an_unreachable_server_is_asked_once_for_the_whole_batch():
    provider = SmtpProvider.from_mapping(
        {"host": "127.0.0.1", "port": free_port(), "security": "none", "sender": "a@example.org"}
    )
    outcomes = send(provider, *(make_message(n, f"p{n}@example.org") for n in range(20)))
    assert {(o.result, o.code, o.retry_after_s) for o in outcomes} == {(Result.RETRY, "CANNOT_CONNECT", 60.0)}


def test_starttls_and_login(certificate):
    with Mailbox(certificate=certificate, user=("corredor", "secret")) as mailbox:
        settings = mailbox.settings(
            security="starttls", user="corredor", password="secret", ca_file=str(certificate.cert)
        )
        provider = SmtpProvider.from_mapping(settings)
        (outcome,) = send(provider, make_message(1, "vecina@example.org"))
        provider.close()
        assert outcome.result is Result.ACCEPTED
        assert mailbox.mails[0].is_encrypted

        provider = SmtpProvider.from_mapping(settings | {"password": "wrong"})
        (outcome,) = send(provider, make_message(1, "vecina@example.org"))
        assert (outcome.result, outcome.code) == (Result.RETRY, "535")

        provider = SmtpProvider.from_mapping(settings | {"ca_file": ""})
        (outcome,) = send(provider, make_message(1, "vecina@example.org"))
        assert (outcome.result, outcome.code) == (Result.RETRY, "TLS_FAILED")
        assert len(mailbox.mails) == 1


def test_starttls_is_not_given_up_when_the_server_lacks_it(mailbox):
    provider = SmtpProvider.from_mapping(mailbox.settings(security="starttls"))
    (outcome,) = send(provider, make_message(1, "vecina@example.org"))
    assert (outcome.result, outcome.code) == (Result.RETRY, "NO_STARTTLS")
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"host": ""}, "host"),
        ({"sender": ""}, "sender"),
        ({"sender": "Corredor"}, "sender"),
        ({"sender": "a@b.org\r\nBcc: x@y.z"}, "sender"),
        ({"port": "smtp"}, "port"),
        ({"port": 0}, "port"),
        ({"security": "ssl"}, "security"),
        ({"user": "corredor"}, "password"),
        ({"user": "c", "password": "p", "host": "mail.example.org"}, "security"),
        ({"ca_file": "/nowhere.pem"}, "ca_file"),
    ],
)
def test_what_is_missing_is_named(mailbox, change, named):
    with pytest.raises(ProviderNotConfigured, match=f"email.*{named}"):
        SmtpProvider.from_mapping(mailbox.settings() | change)
