"""Starts calls through Twilio's Calls resource, or a provider with a compatible API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from corredor.channels.base import Capabilities, Message, Outcome, Result
from corredor.channels.carrier import CarrierClass, judge
from corredor.channels.http_provider import PROVIDER_LIMITS, HttpProvider
from corredor.channels.outgoing import Limits, Origin, Reply, Request
from corredor.channels.reply_reading import parse_json, read_code, read_reference, refuse
from corredor.channels.setting import Settings
from corredor.channels.twilio_account import headers_for, target_of

from .script import render_call

_MOST_TWIML = 4000
_RING_S = 25
_CLASSES = {
    "13224": CarrierClass.BLOCKED,
    "21211": CarrierClass.UNKNOWN,
    "21217": CarrierClass.UNKNOWN,
    "20003": CarrierClass.ACCOUNT,
    "20005": CarrierClass.ACCOUNT,
    "21210": CarrierClass.ACCOUNT,
    "21215": CarrierClass.ACCOUNT,
    "21219": CarrierClass.ACCOUNT,
    "20429": CarrierClass.THROUGHPUT,
}


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """``keys_url`` is our callback for keys pressed in a call, ``receipt_url`` the one for its status."""

    origin: Origin
    account: str
    token: str
    sender: str
    per_s: int
    keys_url: str = ""
    receipt_url: str = ""
    ca_file: str | None = None
    limits: Limits = PROVIDER_LIMITS

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> VoiceSettings:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        settings = Settings(VoiceProvider.name, values)
        return cls(
            origin=settings.url("url", "https://api.twilio.com")[0],
            account=settings.text("account"),
            token=settings.text("token"),
            sender=settings.text("sender"),
            keys_url=settings.text("keys_url", ""),
            receipt_url=settings.text("receipt_url", ""),
            ca_file=settings.text("ca_file", "") or None,
            per_s=settings.number("per_s", 1, most=1000),
        )


class VoiceProvider(HttpProvider):
    """The outcome's ``reference`` is the call's sid. ACCEPTED means queued for dialling, not answered."""

    name = "voice"
    capabilities = Capabilities(max_chars=1600, two_way=True, receipts=True, batch=100)
    redact = ("address", "To", "Twiml", "token", "account", "authorization")

    def __init__(self, settings: VoiceSettings) -> None:
        self._settings = settings
        super().__init__(settings.origin, ca_file=settings.ca_file, limits=settings.limits, per_s=float(settings.per_s))
        self._target = target_of(settings.account, "Calls")
        self._headers = headers_for(settings.account, settings.token)

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> VoiceProvider:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        return cls(VoiceSettings.from_mapping(values))

    def _write(self, message: Message) -> Request | Outcome:
        settings = self._settings
        if not message.standard.strip():
            return Outcome(message.delivery_id, Result.FAILED, code="EMPTY")
        script = render_call(message, keys_url=settings.keys_url)
        if len(script) > _MOST_TWIML:
            return Outcome(message.delivery_id, Result.FAILED, code="TOO_LONG")
        form = {"To": message.address, "From": settings.sender, "Twiml": script, "Timeout": str(_RING_S)}
        if settings.receipt_url:
            form["StatusCallback"] = settings.receipt_url
        body = urlencode(form).encode("ascii")
        return Request.post(message.delivery_id, settings.origin, self._target, headers=self._headers, body=body)

    def _read(self, reply: Reply, message: Message) -> Outcome:
        data = parse_json(reply.body)
        if reply.status in (200, 201):
            reference = read_reference(data.get("sid"))
            return Outcome(reply.key, Result.ACCEPTED, code=str(reply.status), reference=reference)
        return refuse(reply, judge(read_code(data.get("code"), otherwise=reply.status), _CLASSES))
