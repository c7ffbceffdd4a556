"""Turns a message into the bytes of its request: encrypted for one browser, signed by this server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from corredor.channels.base import Message, Outcome, Result
from corredor.channels.outgoing import Origin, Request
from corredor.engines.webpush import KeyPool, PayloadTooLong, VapidSigner, encrypt

from .payload import BrokenSubscription, Letter, parse_subscription, render_payload, topic_header

PAD_TO = 1024  # padded length: all messages of ordinary length look the same to the push service

Made = Request | Outcome


class RequestMaker:
    """Caches one VAPID token per push origin, receivers' keys, and a stock of sender keys."""

    def __init__(self, signer: VapidSigner, *, ttl_s: int) -> None:
        self._signer, self._ttl_s = signer, ttl_s
        self.keys = KeyPool()

    def make_many(self, messages: Sequence[Message] | Sequence[Letter]) -> list[Made]:
        """Return for each message its request, or its outcome if it can never be sent."""
        now = datetime.now(UTC)
        sent_at, headers = now.isoformat(timespec="seconds"), _Headers(self._signer, self._ttl_s, now.timestamp())
        return [self._make(message, sent_at, headers) for message in messages]

    def _make(self, message: Message | Letter, sent_at: str, headers: _Headers) -> Made:
        try:
            subscription = parse_subscription(message.address)
            payload = render_payload(message, sent_at=sent_at)
            body = encrypt(payload, subscription.receiver, pad_to=PAD_TO, sender=self.keys.take())
        except BrokenSubscription as broken:
            return Outcome(message.delivery_id, Result.INVALID_ADDRESS, code=broken.code)
        except PayloadTooLong:
            return Outcome(message.delivery_id, Result.FAILED, code="TOO_LONG")
        same = headers[subscription.origin, message.urgent, message.topic]
        return Request.post(message.delivery_id, subscription.origin, subscription.target, headers=same, body=body)


class _Headers(dict[tuple[Origin, bool, str], dict[str, str]]):
    """Headers by origin, urgency and topic, rendered once for all messages of a chunk."""

    def __init__(self, signer: VapidSigner, ttl_s: int, now_s: float) -> None:
        super().__init__()
        self._signer, self._ttl_s, self._now_s = signer, ttl_s, now_s

    def __missing__(self, key: tuple[Origin, bool, str]) -> dict[str, str]:
        origin, is_urgent, topic = key
        self[key] = headers = {
            "Authorization": self._signer.authorization(str(origin), now_s=self._now_s),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(self._ttl_s),
            "Urgency": "high" if is_urgent else "normal",
        }
        if topic:
            headers["Topic"] = topic_header(topic)
        return headers
