"""Posts messages to the signal-cli REST server, one per person, so that recipients do not see one another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from corredor.channels.base import Capabilities, Message, Outcome, Result
from corredor.channels.chat_text import render_chat
from corredor.channels.http_provider import PROVIDER_LIMITS, HttpProvider
from corredor.channels.outgoing import Limits, Origin, Reply, Request
from corredor.channels.reply_reading import is_temporary, parse_json, read_reference, retry
from corredor.channels.setting import Settings

_LIMITS = replace(PROVIDER_LIMITS, per_origin=4, connections=4, reply_s=40.0, newcomer_s=40.0)  # waits for Signal
_LIMITED_RETRY_S = 300.0
_UNREGISTERED = "unregistered user"  # the recipient's number; "User +1... is not registered" means our own account


@dataclass(frozen=True, slots=True)
class SignalSettings:
    """``number`` is the account registered on the server."""

    origin: Origin
    number: str
    per_s: int
    ca_file: str | None = None
    limits: Limits = _LIMITS

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> SignalSettings:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        settings = Settings(SignalProvider.name, values)
        return cls(
            origin=settings.url("url")[0],
            number=settings.text("number"),
            ca_file=settings.text("ca_file", "") or None,
            per_s=settings.number("per_s", 1, most=1000),
        )


class SignalProvider(HttpProvider):
    """The outcome's ``reference`` is Signal's own timestamp of the message."""

    name = "signal"
    capabilities = Capabilities(max_chars=2000, batch=100)
    redact = ("address", "number", "recipients", "message")

    def __init__(self, settings: SignalSettings) -> None:
        self._settings = settings
        super().__init__(settings.origin, ca_file=settings.ca_file, limits=settings.limits, per_s=float(settings.per_s))

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> SignalProvider:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        return cls(SignalSettings.from_mapping(values))

    def _write(self, message: Message) -> Request | Outcome:
        text = render_chat(message)
        if not text:
            return Outcome(message.delivery_id, Result.FAILED, code="EMPTY")
        body = {"number": self._settings.number, "recipients": [message.address], "message": text}
        headers = {"Content-Type": "application/json"}
        data = json.dumps(body).encode()
        return Request.post(message.delivery_id, self._settings.origin, "/v2/send", headers=headers, body=data)

    def _read(self, reply: Reply, message: Message) -> Outcome:
        data, code = parse_json(reply.body), str(reply.status)
        if 200 <= reply.status < 300:
            return Outcome(reply.key, Result.ACCEPTED, code=code, reference=read_reference(data.get("timestamp")))
        if reply.status == 429:
            # Some versions answer this for messages that did arrive.
            return retry(reply, code, after_s=_LIMITED_RETRY_S, outcome_unknown=True)
        error = str(data.get("error") or "").lower()
        if _UNREGISTERED in error:
            # Not INVALID_ADDRESS: people who hide their number give the same answer.
            return Outcome(reply.key, Result.FAILED, code="NOT_ON_SIGNAL")
        if is_temporary(reply.status) or reply.status == 400:
            return retry(reply, code)  # it answers 400 for any error, mostly about its own account
        return Outcome(reply.key, Result.FAILED, code=code)
