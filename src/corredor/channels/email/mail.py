"""One alert as a mail: plain text and a small page of the same words, nothing loaded from elsewhere."""

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
    """The recipient is no mail address."""


def render_mail(message: Message, *, sender: str, sent_at: datetime) -> EmailMessage:
    """The whole mail with its headers. Raises BadAddress.

    The Message-ID depends on the delivery alone, so that a mail sent twice after a lost answer is one
    mail to every mailbox that tells doubles apart.
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
    """Headers besides those that every mail has: no holiday replies, and leaving by one click (RFC 8058)."""
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
    """The same for every try of one delivery, and telling nobody how many there are.

    Deliveries and notices are numbered apart, so the number alone would make two different mails one.
    """
    digest = hashlib.sha256(f"{sender}\n{message.delivery_id}\n{message.topic}".encode()).hexdigest()[:24]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def read_recipient(address: str) -> Address:
    """The address as it stands in a header. Raises BadAddress."""
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
    """Without line breaks, which would begin another header."""
    return " ".join(text.split())


def plain_text(message: Message) -> str:
    """The mail without any markup."""
    more, leave = link_words(message.language)
    parts = [message.long.strip()]
    if message.link:
        parts.append(f"{more}: {message.link}")
    if message.unsubscribe_link:
        parts.append(f"{leave}: {message.unsubscribe_link}")
    return "\n\n".join(parts) + "\n"


def html_page(message: Message) -> str:
    """The same words as a page that loads nothing."""
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
