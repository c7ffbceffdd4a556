"""Posts texts to the network's own gateway over HTTP and maps its replies to outcomes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from corredor.channels.base import Capabilities, Message, Outcome
from corredor.channels.fault import outcome_of_fault
from corredor.channels.fence import FencedProvider
from corredor.channels.outgoing import AddressGuard, Limits, Poster, Request
from corredor.channels.setting import Settings, open_trust
from corredor.channels.sms.text import FORMS, make_renderer

from .dialect import DIALECTS, Account, Dialect, Text

# Requests in flight: enough to keep the gateway busy while results are stored.
_LIMITS = Limits(per_origin=16, connections=16, waiting=32, reply_s=15.0, newcomer_s=15.0)


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """``form`` selects the short or the standard text; the gateway may be on a private network."""

    account: Account
    dialect: str = "kannel"
    form: str = "standard"
    ca_file: str | None = None
    limits: Limits = _LIMITS

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> GatewaySettings:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        settings = Settings(GatewayProvider.name, values)
        origin, target = settings.url("url")
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


class GatewayProvider(FencedProvider):
    """The outcome's ``reference`` is our own and is returned with each receipt."""

    name = "sms_gateway"
    capabilities = Capabilities(max_chars=459, two_way=True, receipts=True, batch=200, streams=True)
    redact = ("address", "to", "text", "user", "username", "password", "authorization")

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._dialect: Dialect = DIALECTS[settings.dialect]
        # The steward configured this gateway explicitly: only it may be on a private network.
        guard = AddressGuard([str(settings.account.origin)])
        self._poster = Poster(guard=guard, context=open_trust(self.name, settings.ca_file), limits=settings.limits)

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> GatewayProvider:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        return cls(GatewaySettings.from_mapping(values))

    def close(self) -> None:
        self._poster.close()

    def _send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        texts: dict[int, Text] = {}  # requests in flight
        for reply in self._poster.post_many(self._requests(messages, texts)):
            text = texts.pop(reply.key)
            if reply.fault is not None:
                yield outcome_of_fault(reply.key, reply.fault)
            else:
                yield self._dialect.read(text, reply, now_s=time.time())

    def _requests(self, messages: Iterable[Message], texts: dict[int, Text]) -> Iterator[Request]:
        render = make_renderer(self._settings.form)
        write = self._dialect.writer(self._settings.account)
        for message in messages:
            text = Text(message.delivery_id, message.address, *render(message), message.reference)
            texts[message.delivery_id] = text
            yield write(text)
