"""One alert as a mail: plain text and an HTML part with the same text, without external resources."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape

from corredor.channels.base import Message
from corredor.channels.chat_text import link_words
from corredor.kit.languages import get

_STYLE = "font:18px/1.5 system-ui,sans-serif;max-width:36em;margin:0 auto;padding:16px"


class BadAddress(ValueError):
    """The recipient is not a mail address."""


def render_mail(message: Message, *, sender: str, sent_at: datetime) -> EmailMessage:
    """Return the whole mail with its headers. Raise BadAddress.

    The Message-ID depends only on the delivery, so that mailboxes can drop the duplicate if a mail is sent
    again after a lost reply.
    """
    name, address = parseaddr(sender)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = read_recipient(message.address)
    mail["Subject"] = one_line(message.title)
    mail["Date"] = format_datetime(sent_at)
    mail["Message-ID"] = message_id(message, address)
    for name, value in list_headers(message).items():
        mail[name] = value
    mail.set_content(plain_text(message), charset="utf-8", cte="quoted-printable")
    mail.add_alternative(html_page(message), subtype="html", charset="utf-8", cte="quoted-printable")
    return mail


def list_headers(message: Message) -> dict[str, str]:
    """Return the headers that not every mail has: no auto-replies, and one-click unsubscribe (RFC 8058)."""
    headers = {
        "Content-Language": message.language,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if message.urgent:
        headers["Importance"] = "high"
    if message.unsubscribe_link:
        headers["List-Unsubscribe"] = f"<{one_line(message.unsubscribe_link)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def message_id(message: Message, sender: str) -> str:
    """Return a Message-ID: the same for every attempt of one delivery, without revealing how many there are.

    Deliveries and transactional messages are numbered separately, so the number alone is not unique.
    """
    digest = hashlib.sha256(f"{sender}\n{message.delivery_id}\n{message.topic}".encode()).hexdigest()[:24]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def read_recipient(address: str) -> Address:
    """Return the address in header form. Raise BadAddress."""
    if len(address) > 254 or any(c.isspace() or c in "\0<>,;" for c in address):
        raise BadAddress("the address holds characters no address may hold")
    local, at, domain = address.rpartition("@")
    if not at or not local or "." not in domain.strip("."):
        raise BadAddress("the address has no name or no host")
    try:
        return Address(username=local, domain=domain)
    except ValueError as error:
        raise BadAddress("the address cannot be read") from error


def one_line(text: str) -> str:
    """Remove line breaks, which would inject another header."""
    return " ".join(text.split())


def plain_text(message: Message) -> str:
    """Return the mail's text part."""
    more, leave = link_words(message.language)
    parts = [message.long.strip()]
    if message.link:
        parts.append(f"{more}: {message.link}")
    if message.unsubscribe_link:
        parts.append(f"{leave}: {message.unsubscribe_link}")
    return "\n\n".join(parts) + "\n"


def html_page(message: Message) -> str:
    """Return the mail's HTML part, which loads nothing."""
    more, leave = link_words(message.language)
    text = "".join(
        f"<p>{escape(part.strip()).replace(chr(10), '<br>')}</p>\n"
        for part in message.long.strip().split("\n\n")
        if part.strip()
    )
    links = _link(message.link, more) + _link(message.unsubscribe_link, leave)
    direction = get(message.language).direction
    return (
        f'<!doctype html>\n<html lang="{escape(message.language)}" dir="{direction}">\n<head><meta charset="utf-8">'
        f"<title>{escape(one_line(message.title))}</title></head>\n"
        f'<body style="{_STYLE}">\n<h1 style="font-size:22px">{escape(one_line(message.title))}</h1>\n'
        f"{text}{links}</body>\n</html>\n"
    )


def _link(address: str, words: str) -> str:
    if not address.startswith(("https://", "http://")):
        return ""
    return f'<p><a href="{escape(address)}">{words}</a></p>\n'
