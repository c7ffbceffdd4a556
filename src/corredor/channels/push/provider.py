"""Sends web pushes: encrypts the next messages while the network is busy with the previous ones."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from corredor.channels.base import Capabilities, Message, Outcome, Problem, Result
from corredor.channels.fault import outcome_of_fault
from corredor.channels.fence import FencedProvider
from corredor.channels.outgoing import AddressGuard, Limits, Poster, Reply, retry_after_s
from corredor.channels.setting import Settings, open_trust
from corredor.engines.webpush import BrokenVapidKey, VapidSigner

from .encoders import Encoders, default_processes
from .maker import RequestMaker
from .making import Making

_OVERLOAD_RETRY_S = 10.0

_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class WebPushSettings:
    """``allowed_private_origins`` are push services on this network (tests, a community's own).

    ``processes`` is the number of encoder processes for large batches; 0 encodes in a thread only.
    """

    vapid_key_path: Path
    vapid_contact: str
    allowed_private_origins: tuple[str, ...] = ()
    ca_file: str | None = None
    ttl_s: int = 4 * 3600
    processes: int = 0
    limits: Limits = _LIMITS

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> WebPushSettings:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        settings = Settings(WebPushProvider.name, values)
        contact = settings.text("vapid_contact")
        if not contact.startswith(("mailto:", "https://")):
            raise settings.refuse("vapid_contact", Problem.NO_CONTACT)
        return cls(
            vapid_key_path=Path(settings.text("vapid_key_path")),
            vapid_contact=contact,
            allowed_private_origins=settings.words("allowed_private_origins"),
            ca_file=settings.text("ca_file", "") or None,
            ttl_s=settings.number("ttl_s", 4 * 3600, most=28 * 86400),
            processes=settings.number("processes", default_processes(), least=0, most=16),
        )


class WebPushProvider(FencedProvider):
    """Keeps connections and the caches of its RequestMaker."""

    name = "web_push"
    capabilities = Capabilities(max_chars=3000, batch=500, streams=True)
    redact = ("address", "endpoint", "p256dh", "auth", "authorization", "vapid_key_path")

    def __init__(self, settings: WebPushSettings) -> None:
        self._settings = settings
        refuse = Settings(self.name, {}).refuse
        try:
            key_pem = settings.vapid_key_path.read_bytes()
            self._signer = VapidSigner.from_pem(key_pem, settings.vapid_contact)
        except OSError:
            raise refuse("vapid_key_path", Problem.NO_FILE) from None
        except BrokenVapidKey as error:
            raise refuse("vapid_key_path", Problem.NO_KEY, why=error) from None
        context = open_trust(self.name, settings.ca_file)
        guard = AddressGuard(settings.allowed_private_origins)
        self._poster = Poster(guard=guard, context=context, limits=settings.limits)
        self.maker = RequestMaker(self._signer, ttl_s=settings.ttl_s)
        self.encoders = Encoders(
            self.maker,
            key_pem=key_pem,
            contact=settings.vapid_contact,
            ttl_s=settings.ttl_s,
            processes=settings.processes,
        )

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> WebPushProvider:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        return cls(WebPushSettings.from_mapping(values))

    @property
    def public_key(self) -> str:
        """Return the ``applicationServerKey`` for ``pushManager.subscribe``."""
        return self._signer.public_key

    def close(self) -> None:
        self.encoders.close()
        self._poster.close()

    def _send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        making = Making(messages, self.maker, self.encoders)
        for reply in self._poster.post_many(making.requests(), while_waiting=making.use_pause):
            yield from making.list_unsendable()
            yield self._read(reply)
        yield from making.list_unsendable()

    def _read(self, reply: Reply) -> Outcome:
        if reply.fault is not None:
            return outcome_of_fault(reply.key, reply.fault)
        code, status = str(reply.status), reply.status
        if 200 <= status < 300:
            return Outcome(reply.key, Result.ACCEPTED, code=code)
        if status in (404, 410):
            return Outcome(reply.key, Result.INVALID_ADDRESS, code=code)
        if status in (408, 429) or status >= 500:
            after_s = retry_after_s(reply.headers, now_s=time.time())
            return Outcome(reply.key, Result.RETRY, code=code, retry_after_s=after_s or _OVERLOAD_RETRY_S)
        if 300 <= status < 400:  # never followed: an endpoint could redirect to any host
            return Outcome(reply.key, Result.FAILED, code="REDIRECT")
        return Outcome(reply.key, Result.FAILED, code=code)
