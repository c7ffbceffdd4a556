"""Base of SMS providers: rendering, the pool of numbers, and its rate limit in segments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from corredor.channels.base import Message, Outcome
from corredor.channels.http_provider import HttpProvider
from corredor.channels.outgoing import Limits, Origin
from corredor.channels.rate_limit import RateLimiter, Timer
from corredor.channels.sms.text import make_renderer
from corredor.engines.smstext import Plan

from .number_pool import NumberPool, Rates


@dataclass(frozen=True, slots=True)
class SmsText:
    """One rendered text, and the number it is sent from."""

    text: str
    plan: Plan
    sender: str


class SmsSettings(Protocol):
    """Settings that every SMS provider has."""

    @property
    def origin(self) -> Origin: ...
    @property
    def senders(self) -> tuple[str, ...]: ...
    @property
    def rates(self) -> Rates: ...
    @property
    def form(self) -> str: ...
    @property
    def receipt_url(self) -> str: ...
    @property
    def ca_file(self) -> str | None: ...
    @property
    def limits(self) -> Limits: ...


class SmsProvider(HttpProvider):
    """``form`` selects the short or the standard text."""

    def __init__(self, settings: SmsSettings, *, timer: Timer | None = None) -> None:
        self._pool, self._form = NumberPool(settings.senders, settings.rates), settings.form
        self._receipts = settings.receipt_url
        self._texts: dict[int, SmsText] = {}
        # Load varies between several numbers within a batch: two seconds' worth keeps all of them busy.
        batch_s = 2.0 if len(settings.senders) > 1 else 1.0
        super().__init__(
            settings.origin,
            ca_file=settings.ca_file,
            limits=settings.limits,
            per_s=self._pool.per_s,
            batch_s=batch_s,
            timer=timer,
        )

    def _receipt_url(self, message: Message) -> str:
        """Return the status callback URL of a message; empty for none.

        It contains our reference, because a receipt may arrive before the reply that holds the provider's.
        """
        if not (self._receipts and message.reference):
            return ""
        return f"{self._receipts}?reference={quote(message.reference, safe='')}"

    def _send(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        render = make_renderer(self._form)
        self._texts = {
            message.delivery_id: SmsText(*render(message), self._pool.sender_of(message.address))
            for message in messages
        }
        yield from super()._send(messages)

    def _pace_of(self, message: Message) -> tuple[RateLimiter | None, int]:
        text = self._texts[message.delivery_id]
        return self._pool.pace_of(text.sender), max(1, text.plan.segments)
