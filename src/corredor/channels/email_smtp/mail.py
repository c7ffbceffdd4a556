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

# The page's own few words; the alert's text comes ready in the person's language.
_WORDS = {
    "en": ("More information", "To stop these messages"),
    "es": ("Más información", "Para no recibir más estos mensajes"),
}
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
    mail["To"] = _recipient(message.address)
    mail["Subject"] = _one_line(message.title)
    mail["Date"] = format_datetime(sent_at)
    mail["Message-ID"] = message_id(message.delivery_id, address)
    mail["Content-Language"] = message.language
    mail["Auto-Submitted"] = "auto-generated"  # keeps holiday replies away
    mail["X-Auto-Response-Suppress"] = "All"
    if message.urgent:
        mail["Importance"] = "high"
    if message.leave_link:
        mail["List-Unsubscribe"] = f"<{_one_line(message.leave_link)}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    mail.set_content(_plain(message), charset="utf-8", cte="quoted-printable")
    mail.add_alternative(_page(message), subtype="html", charset="utf-8", cte="quoted-printable")
    return mail


def message_id(delivery_id: int, sender: str) -> str:
    """The same for every try of one delivery, and telling nobody how many there are."""
    digest = hashlib.sha256(f"{sender}\n{delivery_id}".encode()).hexdigest()[:24]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def _recipient(address: str) -> Address:
    if len(address) > 254 or any(c.isspace() or c in "\0<>,;" for c in address):
        raise BadAddress("the address holds characters no address may hold")
    local, at, domain = address.rpartition("@")
    if not at or not local or "." not in domain.strip("."):
        raise BadAddress("the address has no name or no host")
    try:
        return Address(username=local, domain=domain)
    except ValueError as error:
        raise BadAddress("the address cannot be read") from error


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(message: Message) -> str:
    more, leave = _WORDS.get(message.language, _WORDS["en"])
    parts = [message.long.strip()]
    if message.link:
        parts.append(f"{more}: {message.link}")
    if message.leave_link:
        parts.append(f"{leave}: {message.leave_link}")
    return "\n\n".join(parts) + "\n"


def _page(message: Message) -> str:
    more, leave = _WORDS.get(message.language, _WORDS["en"])
    text = "".join(
        f"<p>{escape(part.strip()).replace(chr(10), '<br>')}</p>\n"
        for part in message.long.strip().split("\n\n")
        if part.strip()
    )
    links = _link(message.link, more) + _link(message.leave_link, leave)
    return (
        f'<!doctype html>\n<html lang="{escape(message.language)}">\n<head><meta charset="utf-8">'
        f"<title>{escape(_one_line(message.title))}</title></head>\n"
        f'<body style="{_STYLE}">\n<h1 style="font-size:22px">{escape(_one_line(message.title))}</h1>\n'
        f"{text}{links}</body>\n</html>\n"
    )


def _link(address: str, words: str) -> str:
    if not address.startswith(("https://", "http://")):
        return ""
    return f'<p><a href="{escape(address)}">{words}</a></p>\n'
