"""Posts texts to Twilio's Messages resource, or to a provider with a compatible API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from corredor.channels.base import Capabilities, Message, Outcome, Result
from corredor.channels.http_provider import PROVIDER_LIMITS
from corredor.channels.outgoing import Limits, Origin, Reply, Request
from corredor.channels.rate_limit import Timer
from corredor.channels.reply_reading import parse_json, read_code, read_reference, refuse
from corredor.channels.setting import Settings
from corredor.channels.sms.number_pool import Rates, read_senders
from corredor.channels.sms.provider import SmsProvider
from corredor.channels.sms.text import FORMS
from corredor.channels.twilio_account import headers_for, target_of

from .carrier_error import judge_code

_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """``senders`` are numbers in E.164 form, short codes, or one messaging service (MG...), which has its own pool."""

    origin: Origin
    account: str
    token: str
    senders: tuple[str, ...]
    rates: Rates
    receipt_url: str = ""
    validity_s: int = 4 * 3600
    form: str = "standard"
    ca_file: str | None = None
    limits: Limits = PROVIDER_LIMITS

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> TwilioSettings:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        settings = Settings(TwilioProvider.name, values)
        return cls(
            origin=settings.url("url", "https://api.twilio.com")[0],
            account=settings.text("account"),
            token=settings.text("token"),
            senders=read_senders(settings, service=_SERVICE),
            rates=Rates.from_settings(settings),
            receipt_url=settings.text("receipt_url", ""),
            validity_s=settings.number("validity_s", 4 * 3600, least=1, most=36000),
            form=settings.choice("form", FORMS, "standard"),
            ca_file=settings.text("ca_file", "") or None,
        )


class TwilioProvider(SmsProvider):
    """The outcome's ``reference`` is the provider's sid, as its receipts carry it."""

    name = "sms_twilio"
    capabilities = Capabilities(max_chars=1600, two_way=True, receipts=True, batch=100)
    redact = ("address", "To", "Body", "token", "account", "authorization")

    def __init__(self, settings: TwilioSettings, *, timer: Timer | None = None) -> None:
        self._settings = settings
        super().__init__(settings, timer=timer)
        self._target = target_of(settings.account, "Messages")
        self._headers = headers_for(settings.account, settings.token)

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> TwilioProvider:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        return cls(TwilioSettings.from_mapping(values))

    def _write(self, message: Message) -> Request:
        settings, text = self._settings, self._texts[message.delivery_id]
        sender = "MessagingServiceSid" if _SERVICE.fullmatch(text.sender) else "From"
        form = {"To": message.address, sender: text.sender, "Body": text.text}
        form["ValidityPeriod"] = str(settings.validity_s)  # then the carrier drops it
        if url := self._receipt_url(message):
            form["StatusCallback"] = url
        body = urlencode(form).encode("ascii")
        return Request.post(message.delivery_id, settings.origin, self._target, headers=self._headers, body=body)

    def _read(self, reply: Reply, message: Message) -> Outcome:
        data = parse_json(reply.body)
        if reply.status in (200, 201):
            segments = self._texts[reply.key].plan.segments
            reference = read_reference(data.get("sid"))
            return Outcome(reply.key, Result.ACCEPTED, code=str(reply.status), reference=reference, segments=segments)
        return refuse(reply, judge_code(read_code(data.get("code"), otherwise=reply.status)))
