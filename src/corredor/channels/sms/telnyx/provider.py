"""Posts texts to Telnyx's messages API (v2)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from corredor.channels.base import Capabilities, Message, Outcome, Result
from corredor.channels.http_provider import PROVIDER_LIMITS
from corredor.channels.outgoing import Limits, Origin, Reply, Request
from corredor.channels.rate_limit import Timer
from corredor.channels.reply_reading import find_part, parse_json, read_code, read_reference, refuse
from corredor.channels.setting import Settings
from corredor.channels.sms.number_pool import Rates, read_senders
from corredor.channels.sms.provider import SmsProvider
from corredor.channels.sms.text import FORMS

from .carrier_error import judge_code

_PROFILE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class TelnyxSettings:
    """``senders`` are numbers in E.164 form, short codes, or one messaging profile (its id), with its own pool."""

    origin: Origin
    key: str
    senders: tuple[str, ...]
    rates: Rates
    receipt_url: str = ""
    form: str = "standard"
    ca_file: str | None = None
    limits: Limits = PROVIDER_LIMITS

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> TelnyxSettings:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        settings = Settings(TelnyxProvider.name, values)
        return cls(
            origin=settings.url("url", "https://api.telnyx.com")[0],
            key=settings.text("key"),
            senders=read_senders(settings, service=_PROFILE),
            rates=Rates.from_settings(settings),
            receipt_url=settings.text("receipt_url", ""),
            form=settings.choice("form", FORMS, "standard"),
            ca_file=settings.text("ca_file", "") or None,
        )


class TelnyxProvider(SmsProvider):
    """The outcome's ``reference`` is the provider's id, as its receipts carry it."""

    name = "sms_telnyx"
    capabilities = Capabilities(max_chars=1600, two_way=True, receipts=True, batch=100)
    redact = ("address", "to", "text", "key", "authorization")

    def __init__(self, settings: TelnyxSettings, *, timer: Timer | None = None) -> None:
        self._settings = settings
        super().__init__(settings, timer=timer)
        self._headers = {
            "Authorization": f"Bearer {settings.key}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> TelnyxProvider:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        return cls(TelnyxSettings.from_mapping(values))

    def _write(self, message: Message) -> Request:
        settings, text = self._settings, self._texts[message.delivery_id]
        sender = "messaging_profile_id" if _PROFILE.fullmatch(text.sender) else "from"
        # The text is in GSM-7 already; a second conversion by the provider could only change the number of segments.
        body: dict[str, object] = {sender: text.sender, "to": message.address, "text": text.text, "type": "SMS"}
        if url := self._receipt_url(message):
            body |= {"webhook_url": url, "use_profile_webhooks": False}
        data = json.dumps(body).encode()
        return Request.post(message.delivery_id, settings.origin, "/v2/messages", headers=self._headers, body=data)

    def _read(self, reply: Reply, message: Message) -> Outcome:
        data = parse_json(reply.body)
        if 200 <= reply.status < 300:
            parts = find_part(data, "data", "parts")
            planned = self._texts[reply.key].plan.segments
            return Outcome(
                reply.key,
                Result.ACCEPTED,
                code=str(reply.status),
                reference=read_reference(find_part(data, "data", "id")),
                segments=parts if isinstance(parts, int) and 0 < parts < 100 else planned,
            )
        return refuse(reply, judge_code(read_code(find_part(data, "errors", 0, "code"), otherwise=reply.status)))
