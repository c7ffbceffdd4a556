"""The JSON a service worker receives, and the subscription JSON a browser gave us."""

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
_quote = json.JSONEncoder(ensure_ascii=False).encode  # of a string; a third of what dumps() takes


class BrokenSubscription(ValueError):
    """The stored subscription can never be sent to; ``code`` says why and holds nothing of it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Subscription(NamedTuple):
    """Where to post and for whom to encrypt."""

    origin: Origin
    target: str
    receiver: Receiver


class Letter(NamedTuple):
    """What of a message a push is made of, as it travels to a process that encrypts."""

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
    """Reads {"endpoint", "keys": {"p256dh", "auth"}}. Raises BrokenSubscription."""
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
    """What the service worker shows: ``tag`` makes a repeat or a correction replace the earlier one.

    ``sent_at`` is ISO 8601 with its zone: a phone that was off shows when the alert was sent. ``receipt`` is what
    the phone sends back, once, when it has shown it.
    """
    shared = _render_shared(
        message.title, message.standard, message.link, message.status, message.topic, message.language, message.urgent
    )
    receipt = f',"receipt":{_quote(message.reference)}' if message.reference else ""
    return f'{shared},"leave":{_quote(message.unsubscribe_link)},"sent_at":{_quote(sent_at)}{receipt}}}'.encode()


@lru_cache(maxsize=64)
def _render_shared(title: str, body: str, link: str, status: str, tag: str, lang: str, urgent: bool) -> str:
    """What everybody of a fan-out gets alike, but for the closing brace."""
    payload = {"title": title, "body": body, "link": link, "status": status, "tag": tag, "lang": lang, "urgent": urgent}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))[:-1]


def topic_header(topic: str) -> str:
    """The topic as RFC 8030 allows it; a longer or stranger one by its digest. Empty stays empty."""
    if not topic or _TOPIC.fullmatch(topic):
        return topic
    digest = hashlib.sha256(topic.encode()).digest()
    return base64.urlsafe_b64encode(digest)[:32].decode("ascii")
