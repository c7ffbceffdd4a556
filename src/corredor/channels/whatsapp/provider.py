"""Posts template messages to the WhatsApp Cloud API.

Outside a conversation that the person began, WhatsApp carries approved templates only: the steward names one whose
body is a single variable. A variable may hold no line breaks, so the message is sent as one line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from corredor.channels.base import Capabilities, Message, Outcome, Result
from corredor.channels.http_provider import PROVIDER_LIMITS, HttpProvider
from corredor.channels.outgoing import Limits, Origin, Reply, Request
from corredor.channels.reply_reading import find_part, parse_json, read_code, read_reference, refuse
from corredor.channels.setting import Settings

from .error_codes import judge_code

_MOST_CHARS = 1024  # characters of one variable in a template's body


@dataclass(frozen=True, slots=True)
class WhatsAppSettings:
    """``languages`` maps our language codes to the template's, as in ``es=es_MX``; others are sent as they are."""

    origin: Origin
    version: str
    phone_number_id: str
    token: str
    template: str
    per_s: int
    languages: Mapping[str, str] = field(default_factory=dict)
    ca_file: str | None = None
    limits: Limits = PROVIDER_LIMITS

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> WhatsAppSettings:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        settings = Settings(WhatsAppProvider.name, values)
        pairs = (pair.partition("=") for pair in settings.words("languages"))
        return cls(
            origin=settings.url("url", "https://graph.facebook.com")[0],
            version=settings.text("version", "v21.0"),
            phone_number_id=settings.text("phone_number_id"),
            token=settings.text("token"),
            template=settings.text("template"),
            languages={ours.strip(): theirs.strip() for ours, _, theirs in pairs},
            ca_file=settings.text("ca_file", "") or None,
            per_s=settings.number("per_s", 20, most=1000),
        )


class WhatsAppProvider(HttpProvider):
    """The outcome's ``reference`` is WhatsApp's message id; ours travels as opaque callback data."""

    name = "whatsapp"
    capabilities = Capabilities(max_chars=_MOST_CHARS, two_way=True, receipts=True, batch=100)
    redact = ("address", "to", "text", "parameters", "token", "authorization")

    def __init__(self, settings: WhatsAppSettings) -> None:
        self._settings = settings
        self._target = f"/{quote(settings.version, safe='')}/{quote(settings.phone_number_id, safe='')}/messages"
        self._headers = {
            "Authorization": f"Bearer {settings.token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        super().__init__(settings.origin, ca_file=settings.ca_file, limits=settings.limits, per_s=float(settings.per_s))

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> WhatsAppProvider:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        return cls(WhatsAppSettings.from_mapping(values))

    def _write(self, message: Message) -> Request:
        settings = self._settings
        body: dict[str, object] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": message.address,
            "type": "template",
            "template": {
                "name": settings.template,
                "language": {"code": settings.languages.get(message.language, message.language)},
                "components": [{"type": "body", "parameters": [{"type": "text", "text": write_line(message)}]}],
            },
        }
        if message.reference:
            body["biz_opaque_callback_data"] = message.reference
        data = json.dumps(body).encode()
        return Request.post(message.delivery_id, settings.origin, self._target, headers=self._headers, body=data)

    def _read(self, reply: Reply, message: Message) -> Outcome:
        data = parse_json(reply.body)
        theirs = read_reference(find_part(data, "messages", 0, "id"))
        if 200 <= reply.status < 300 and theirs:
            return Outcome(reply.key, Result.ACCEPTED, code=str(reply.status), reference=theirs)
        return refuse(reply, judge_code(read_code(find_part(data, "error", "code"), otherwise=reply.status)))


def write_line(message: Message) -> str:
    """Return the message as one line of at most 1,024 characters; the link is never cut."""
    text = " ".join(message.standard.split())
    link = f" {message.link}" if message.link and message.link not in text else ""
    return text[: _MOST_CHARS - len(link)] + link
