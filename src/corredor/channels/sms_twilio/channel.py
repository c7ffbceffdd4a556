"""Posts texts to Twilio's Messages resource, or to a provider that speaks the same form."""

from __future__ import annotations

import base64
import json
import re
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from corredor.channels.base import Capabilities, Message, Outcome, Result
from corredor.channels.fault import outcome_of_fault
from corredor.channels.fence import FencedChannel
from corredor.channels.outgoing import (
    AddressGuard,
    BadUrl,
    Limits,
    Origin,
    Poster,
    Reply,
    Request,
    parse_url,
    retry_after_s,
)
from corredor.channels.setting import Settings
from corredor.channels.sms_text import FORMS, render_sms
from corredor.engines.smstext import Plan

from .carrier_error import result_of

_BUSY_RETRY_S = 10.0
_REFUSED_RETRY_S = 60.0
_LIMITS = Limits(per_origin=16, connections=16, reply_s=15.0, newcomer_s=15.0)
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True)
class SmsTwilioSettings:
    """``sender`` is a number in E.164 form or a messaging service (MG...), which has its own number pool."""

    origin: Origin
    account: str
    token: str
    sender: str
    receipt_url: str = ""
    validity_s: int = 4 * 3600
    form: str = "standard"
    ca_file: str | None = None
    limits: Limits = _LIMITS

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> SmsTwilioSettings:
        """Raises ChannelNotConfigured."""
        settings = Settings(SmsTwilioChannel.name, values)
        try:
            origin, _ = parse_url(settings.text("url", "https://api.twilio.com"), schemes=("https", "http"))
        except BadUrl as error:
            raise settings.refuse("url", f"is no address: {error}") from None
        return cls(
            origin=origin,
            account=settings.text("account"),
            token=settings.text("token"),
            sender=settings.text("sender"),
            receipt_url=settings.text("receipt_url", ""),
            validity_s=settings.number("validity_s", 4 * 3600, least=1, most=36000),
            form=settings.choice("form", FORMS, "standard"),
            ca_file=settings.text("ca_file", "") or None,
        )


class SmsTwilioChannel(FencedChannel):
    """The outcome's ``reference`` is the provider's sid, as its receipts carry it."""

    name = "sms_twilio"
    capabilities = Capabilities(max_chars=1600, two_way=True, receipts=True, batch=100)
    redact = ("address", "To", "Body", "token", "account", "authorization")

    def __init__(self, settings: SmsTwilioSettings) -> None:
        self._settings = settings
        try:
            context = ssl.create_default_context(cafile=settings.ca_file)
        except OSError:
            raise Settings(self.name, {}).refuse("ca_file", "names no readable certificate file") from None
        # The steward named this one provider: it alone may be on a private network.
        guard = AddressGuard([str(settings.origin)])
        self._poster = Poster(guard=guard, context=context, limits=settings.limits)
        self._target = f"/2010-04-01/Accounts/{quote(settings.account, safe='')}/Messages.json"
        credentials = base64.b64encode(f"{settings.account}:{settings.token}".encode()).decode("ascii")
        self._headers = {
            "Authorization": f"Basic {credentials}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> SmsTwilioChannel:
        """Raises ChannelNotConfigured."""
        return cls(SmsTwilioSettings.from_mapping(values))

    def close(self) -> None:
        self._poster.close()

    def _send(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        texts = {m.delivery_id: (m.address, *render_sms(m, form=self._settings.form)) for m in messages}
        requests = (self._write(key, number, text) for key, (number, text, _) in texts.items())
        for reply in self._poster.post_many(requests):
            if reply.fault is not None:
                yield outcome_of_fault(reply.key, reply.fault)
            else:
                yield self._read(reply, texts[reply.key][2])

    def _write(self, key: int, number: str, text: str) -> Request:
        settings = self._settings
        sender = "MessagingServiceSid" if _SERVICE.fullmatch(settings.sender) else "From"
        form = {"To": number, sender: settings.sender, "Body": text}
        form["ValidityPeriod"] = str(settings.validity_s)  # the carrier drops what it could not deliver by then
        if settings.receipt_url:
            form["StatusCallback"] = settings.receipt_url
        body = urlencode(form).encode("ascii")
        return Request.post(key, settings.origin, self._target, headers=self._headers, body=body)

    def _read(self, reply: Reply, plan: Plan) -> Outcome:
        data = _parse_json(reply.body)
        if reply.status in (200, 201):
            return Outcome(
                reply.key,
                Result.ACCEPTED,
                code=str(reply.status),
                reference=str(data.get("sid") or ""),
                segments=plan.segments,
            )
        code = str(data.get("code") or reply.status)
        result = Result.RETRY if _is_temporary(reply.status) else result_of(code)
        if result is not Result.RETRY:
            return Outcome(reply.key, result, code=code)
        after_s = retry_after_s(reply.headers, now_s=time.time())
        if after_s is None:
            after_s = _BUSY_RETRY_S if reply.status == 429 or reply.status >= 500 else _REFUSED_RETRY_S
        return Outcome(reply.key, Result.RETRY, code=code, retry_after_s=after_s)


def _is_temporary(status: int) -> bool:
    """Overload, and answers that mean our settings are wrong, which a steward can mend."""
    return status in (401, 404, 407, 408, 429) or 300 <= status < 400 or status >= 500


def _parse_json(body: bytes) -> dict[str, object]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
