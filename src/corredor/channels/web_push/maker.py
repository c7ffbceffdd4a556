"""From a message to the bytes of its request: encrypted for one browser, signed by this server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from corredor.channels.base import Message, Outcome, Result
from corredor.channels.outgoing import Request
from corredor.engines.webpush import KeyPool, PayloadTooLong, VapidSigner, encrypt

from .payload import BrokenSubscription, parse_subscription, render_payload, topic_header

PAD_TO = 1024  # every message of ordinary length looks the same to the push service

Made = Request | Outcome


class RequestMaker:
    """Keeps one VAPID token per push origin, receivers' keys, and sender keys in stock."""

    def __init__(self, signer: VapidSigner, *, ttl_s: int) -> None:
        self._signer, self._ttl_s = signer, ttl_s
        self.keys = KeyPool()

    def make_many(self, messages: Sequence[Message]) -> list[Made]:
        """For every message a request, or its outcome when it can never be sent."""
        now = datetime.now(UTC)
        return [self._make(message, now) for message in messages]

    def _make(self, message: Message, now: datetime) -> Made:
        try:
            subscription = parse_subscription(message.address)
            payload = render_payload(message, sent_at=now.isoformat(timespec="seconds"))
            body = encrypt(payload, subscription.receiver, pad_to=PAD_TO, sender=self.keys.take())
        except BrokenSubscription as broken:
            return Outcome(message.delivery_id, Result.GONE, code=broken.code)
        except PayloadTooLong:
            return Outcome(message.delivery_id, Result.FAILED, code="TOO_LONG")
        headers = {
            "Authorization": self._signer.authorization(str(subscription.origin), now_s=now.timestamp()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(self._ttl_s),
            "Urgency": "high" if message.urgent else "normal",
        }
        if topic := topic_header(message.topic):
            headers["Topic"] = topic
        return Request.post(message.delivery_id, subscription.origin, subscription.target, headers=headers, body=body)
