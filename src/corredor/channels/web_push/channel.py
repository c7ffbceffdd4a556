"""Sends a batch of web pushes: a thread encrypts ahead while the network is busy with the last ones."""

from __future__ import annotations

import ssl
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corredor.channels.base import Capabilities, Message, Outcome, Result
from corredor.channels.fault import outcome_of_fault
from corredor.channels.fence import FencedChannel
from corredor.channels.outgoing import AddressGuard, Limits, Poster, Reply, Request, retry_after_s
from corredor.channels.setting import Settings
from corredor.engines.webpush import BrokenVapidKey, KeyPool, PayloadTooLong, VapidSigner, encrypt

from .payload import BrokenSubscription, parse_subscription, render_payload, topic_header

PAD_TO = 1024  # every message of ordinary length looks the same to the push service
_CHUNK = 25  # messages encrypted by one thread at a stretch
_AHEAD = 4  # chunks being encrypted before the network asks for them
_IDLE_KEYS = 16  # sender keys made in one quiet moment, about a third of a millisecond
_OVERLOAD_RETRY_S = 10.0

_LIMITS = Limits()

_Made = Request | Outcome


@dataclass(frozen=True, slots=True)
class WebPushSettings:
    """``allowed_private_origins`` are push services on this network (tests, a community's own).

    One encrypting thread beside the one that sends was measured best on two cores; more cores take more.
    """

    vapid_key_path: Path
    vapid_contact: str
    allowed_private_origins: tuple[str, ...] = ()
    ca_file: str | None = None
    ttl_s: int = 4 * 3600
    threads: int = 1
    limits: Limits = _LIMITS

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> WebPushSettings:
        """Raises ChannelNotConfigured."""
        settings = Settings(WebPushChannel.name, values)
        contact = settings.text("vapid_contact")
        if not contact.startswith(("mailto:", "https://")):
            raise settings.refuse("vapid_contact", "must begin with mailto: or https://")
        return cls(
            vapid_key_path=Path(settings.text("vapid_key_path")),
            vapid_contact=contact,
            allowed_private_origins=settings.words("allowed_private_origins"),
            ca_file=settings.text("ca_file", "") or None,
            ttl_s=settings.number("ttl_s", 4 * 3600, most=28 * 86400),
            threads=settings.number("threads", 1, least=1, most=16),
        )


class WebPushChannel(FencedChannel):
    """Keeps one VAPID token per push origin, receivers' keys, sender keys in stock, and connections."""

    name = "web_push"
    capabilities = Capabilities(max_chars=3000, batch=500)
    redact = ("address", "endpoint", "p256dh", "auth", "authorization", "vapid_key_path")

    def __init__(self, settings: WebPushSettings) -> None:
        self._settings = settings
        refuse = Settings(self.name, {}).refuse
        try:
            self._signer = VapidSigner.from_file(settings.vapid_key_path, settings.vapid_contact)
        except OSError as error:
            raise refuse("vapid_key_path", f"names a file that cannot be read ({error.strerror})") from None
        except BrokenVapidKey as error:
            raise refuse("vapid_key_path", str(error)) from None
        try:
            context = ssl.create_default_context(cafile=settings.ca_file)
        except OSError:
            raise refuse("ca_file", "names no readable certificate file") from None
        guard = AddressGuard(settings.allowed_private_origins)
        self._poster = Poster(guard=guard, context=context, limits=settings.limits)
        self._keys = KeyPool()
        self._threads = ThreadPoolExecutor(settings.threads, thread_name_prefix="encrypt")

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> WebPushChannel:
        """Raises ChannelNotConfigured."""
        return cls(WebPushSettings.from_mapping(values))

    @property
    def public_key(self) -> str:
        """What a page gives to ``pushManager.subscribe`` as ``applicationServerKey``."""
        return self._signer.public_key

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._poster.close()

    def _send(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        unsendable: deque[Outcome] = deque()
        requests = self._requests(messages, unsendable)
        for reply in self._poster.post_many(requests, while_waiting=self._make_keys):
            while unsendable:
                yield unsendable.popleft()
            yield self._read(reply)
        yield from unsendable

    def _requests(self, messages: Sequence[Message], unsendable: deque[Outcome]) -> Iterator[Request]:
        """Requests in order, a few chunks being encrypted ahead; broken addresses are set aside."""
        chunks = [messages[i : i + _CHUNK] for i in range(0, len(messages), _CHUNK)]
        running: deque[Future[list[_Made]]] = deque()
        for chunk in chunks:
            running.append(self._threads.submit(self._make_chunk, chunk))
            if len(running) >= _AHEAD:
                yield from _sift(running.popleft().result(), unsendable)
        while running:
            yield from _sift(running.popleft().result(), unsendable)

    def _make_chunk(self, messages: Sequence[Message]) -> list[_Made]:
        now = datetime.now(UTC)
        return [self._make(message, now) for message in messages]

    def _make(self, message: Message, now: datetime) -> _Made:
        try:
            subscription = parse_subscription(message.address)
            payload = render_payload(message, sent_at=now.isoformat(timespec="seconds"))
            body = encrypt(payload, subscription.receiver, pad_to=PAD_TO, sender=self._keys.take())
        except BrokenSubscription as broken:
            return Outcome(message.delivery_id, Result.GONE, code=broken.code)
        except PayloadTooLong:
            return Outcome(message.delivery_id, Result.FAILED, code="TOO_LONG")
        headers = {
            "Authorization": self._signer.authorization(str(subscription.origin), now_s=now.timestamp()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(self._settings.ttl_s),
            "Urgency": "high" if message.urgent else "normal",
        }
        if topic := topic_header(message.topic):
            headers["Topic"] = topic
        return Request.post(message.delivery_id, subscription.origin, subscription.target, headers=headers, body=body)

    def _make_keys(self) -> bool:
        return not self._keys.fill(_IDLE_KEYS)

    def _read(self, reply: Reply) -> Outcome:
        if reply.fault is not None:
            return outcome_of_fault(reply.key, reply.fault)
        code, status = str(reply.status), reply.status
        if 200 <= status < 300:
            return Outcome(reply.key, Result.ACCEPTED, code=code)
        if status in (404, 410):
            return Outcome(reply.key, Result.GONE, code=code)
        if status in (408, 429) or status >= 500:
            after_s = retry_after_s(reply.headers, now_s=time.time())
            return Outcome(reply.key, Result.RETRY, code=code, retry_after_s=after_s or _OVERLOAD_RETRY_S)
        if 300 <= status < 400:  # a push service never moves; somebody's endpoint would lead us elsewhere
            return Outcome(reply.key, Result.FAILED, code="REDIRECT")
        return Outcome(reply.key, Result.FAILED, code=code)


def _sift(made: Sequence[_Made], unsendable: deque[Outcome]) -> Iterator[Request]:
    for item in made:
        if isinstance(item, Outcome):
            unsendable.append(item)
        else:
            yield item
