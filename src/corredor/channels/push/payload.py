"""The JSON payload for the service worker, and the subscription JSON of a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import lru_cache
from typing import NamedTuple

from corredor.channels.base import Message
from corredor.channels.outgoing import BadUrl, Origin, parse_url
from corredor.engines.webpush import BrokenKey, Receiver, parse_receiver

_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)
_LONGEST_ADDRESS = 4096
_quote = json.JSONEncoder(ensure_ascii=False).encode  # JSON of a string, in a third of the time of dumps()


class BrokenSubscription(ValueError):
    """The stored subscription is unusable; ``code`` says why and holds none of its values."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Subscription(NamedTuple):
    """The endpoint to post to and the keys to encrypt with."""

    origin: Origin
    target: str
    receiver: Receiver


class Letter(NamedTuple):
    """The fields of a message that a push needs, as sent to an encoder process."""

    delivery_id: int
    address: str
    language: str
    title: str
    standard: str
    link: str
    unsubscribe_link: str
    status: str
    topic: str
    urgent: bool
    reference: str


def parse_subscription(address: str) -> Subscription:
    """Parse {"endpoint", "keys": {"p256dh", "auth"}}. Raise BrokenSubscription."""
    if len(address) > _LONGEST_ADDRESS:
        raise BrokenSubscription("SUBSCRIPTION_TOO_LONG")
    try:
        data = json.loads(address)
        endpoint, p256dh, auth = data["endpoint"], data["keys"]["p256dh"], data["keys"]["auth"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BrokenSubscription("SUBSCRIPTION_NOT_JSON") from None
    if not (isinstance(endpoint, str) and isinstance(p256dh, str) and isinstance(auth, str)):
        raise BrokenSubscription("SUBSCRIPTION_NOT_JSON")
    try:
        origin, target = parse_url(endpoint)
        return Subscription(origin, target, parse_receiver(p256dh, auth))
    except BadUrl:
        raise BrokenSubscription("ENDPOINT_NOT_A_URL") from None
    except BrokenKey as error:
        raise BrokenSubscription(error.code) from None


def render_payload(message: Message | Letter, *, sent_at: str) -> bytes:
    """Return the payload: ``tag`` makes a repeat or a correction replace the earlier notification.

    ``sent_at`` is ISO 8601 with its zone: a phone that was off shows when the alert was sent. ``receipt`` is what
    the phone posts back, once, after displaying it.
    """
    shared = _render_shared(
        message.title, message.standard, message.link, message.status, message.topic, message.language, message.urgent
    )
    receipt = f',"receipt":{_quote(message.reference)}' if message.reference else ""
    return f'{shared},"leave":{_quote(message.unsubscribe_link)},"sent_at":{_quote(sent_at)}{receipt}}}'.encode()


@lru_cache(maxsize=64)
def _render_shared(title: str, body: str, link: str, status: str, tag: str, lang: str, urgent: bool) -> str:
    """Render the part that all recipients share, without the closing brace."""
    payload = {"title": title, "body": body, "link": link, "status": status, "tag": tag, "lang": lang, "urgent": urgent}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))[:-1]


def topic_header(topic: str) -> str:
    """Return the topic as RFC 8030 allows it; longer or other ones as a digest. Empty stays empty."""
    if not topic or _TOPIC.fullmatch(topic):
        return topic
    digest = hashlib.sha256(topic.encode()).digest()
    return base64.urlsafe_b64encode(digest)[:32].decode("ascii")
