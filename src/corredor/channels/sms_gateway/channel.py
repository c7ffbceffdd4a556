"""Hands texts to the network's own gateway over HTTP and reads what it says of each."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corredor.channels.base import Capabilities, Message, Outcome
from corredor.channels.fault import outcome_of_fault
from corredor.channels.fence import FencedChannel
from corredor.channels.outgoing import AddressGuard, BadUrl, Limits, Poster, parse_url
from corredor.channels.setting import Settings
from corredor.channels.sms_text import FORMS, render_sms

from .dialect import DIALECTS, Account, Dialect, Text

_LIMITS = Limits(per_origin=8, connections=8, reply_s=15.0, newcomer_s=15.0)


@dataclass(frozen=True, slots=True)
class SmsGatewaySettings:
    """``form`` picks the short or the standard text; the gateway may stand on a private network."""

    account: Account
    dialect: str = "kannel"
    form: str = "standard"
    ca_file: str | None = None
    limits: Limits = _LIMITS

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> SmsGatewaySettings:
        """Raises ChannelNotConfigured."""
        settings = Settings(SmsGatewayChannel.name, values)
        try:
            origin, target = parse_url(settings.text("url"), schemes=("https", "http"))
        except BadUrl as error:
            raise settings.refuse("url", f"is no address: {error}") from None
        account = Account(
            origin=origin,
            target=target,
            user=settings.text("user"),
            password=settings.text("password"),
            sender=settings.text("sender", ""),
            receipt_url=settings.text("receipt_url", ""),
        )
        return cls(
            account=account,
            dialect=settings.choice("dialect", tuple(DIALECTS), "kannel"),
            form=settings.choice("form", FORMS, "standard"),
            ca_file=settings.text("ca_file", "") or None,
        )


class SmsGatewayChannel(FencedChannel):
    """The outcome's ``reference`` is our own and comes back with each receipt."""

    name = "sms_gateway"
    capabilities = Capabilities(max_chars=459, two_way=True, receipts=True, batch=100)
    redact = ("address", "to", "text", "user", "username", "password", "authorization")

    def __init__(self, settings: SmsGatewaySettings) -> None:
        self._settings = settings
        self._dialect: Dialect = DIALECTS[settings.dialect]
        # The steward named this one gateway: it alone may be on a private network.
        guard = AddressGuard([str(settings.account.origin)])
        try:
            context = ssl.create_default_context(cafile=settings.ca_file)
        except OSError:
            raise Settings(self.name, {}).refuse("ca_file", "names no readable certificate file") from None
        self._poster = Poster(guard=guard, context=context, limits=settings.limits)

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> SmsGatewayChannel:
        """Raises ChannelNotConfigured."""
        return cls(SmsGatewaySettings.from_mapping(values))

    def close(self) -> None:
        self._poster.close()

    def _send(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        account = self._settings.account
        texts = {message.delivery_id: self._text(message) for message in messages}
        requests = (self._dialect.write(text, account) for text in texts.values())
        for reply in self._poster.post_many(requests):
            if reply.fault is not None:
                yield outcome_of_fault(reply.key, reply.fault)
            else:
                yield self._dialect.read(texts[reply.key], reply, now_s=time.time())

    def _text(self, message: Message) -> Text:
        text, plan = render_sms(message, form=self._settings.form)
        return Text(message.delivery_id, message.address, text, plan, reference=f"d{message.delivery_id}")
