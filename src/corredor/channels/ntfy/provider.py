"""Publishes each message to its person's topic. Anyone who knows a topic can read it, so topics are secret."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from corredor.channels.base import Capabilities, Message, Outcome, Result
from corredor.channels.chat_text import link_words
from corredor.channels.http_provider import PROVIDER_LIMITS, HttpProvider
from corredor.channels.outgoing import Limits, Origin, Reply, Request
from corredor.channels.reply_reading import is_temporary, parse_json, read_code, read_reference, retry
from corredor.channels.setting import Settings

_TOPIC = re.compile(r"[-_A-Za-z0-9]{16,64}")  # shorter topics could be guessed
_SEQUENCE = re.compile(r"[-_A-Za-z0-9]{1,64}")
_URGENT, _USUAL = 4, 3
_MOST_BYTES = 4000  # servers turn longer messages into attachments


@dataclass(frozen=True, slots=True)
class NtfySettings:
    """``token`` is the access token with write permission for every topic; empty on a server open to all."""

    origin: Origin
    per_s: int
    target: str = "/"
    token: str = ""
    ca_file: str | None = None
    limits: Limits = PROVIDER_LIMITS

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> NtfySettings:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        settings = Settings(NtfyProvider.name, values)
        origin, target = settings.url("url")
        return cls(
            origin=origin,
            target=target,
            token=settings.text("token", ""),
            ca_file=settings.text("ca_file", "") or None,
            per_s=settings.number("per_s", 0, most=10_000),
        )


class NtfyProvider(HttpProvider):
    """A newer or repeated message of one incident replaces the older one on the phone."""

    name = "ntfy"
    capabilities = Capabilities(max_chars=2000, batch=100)
    redact = ("address", "topic", "message", "title", "click", "token", "authorization")

    def __init__(self, settings: NtfySettings) -> None:
        self._settings = settings
        super().__init__(settings.origin, ca_file=settings.ca_file, limits=settings.limits, per_s=float(settings.per_s))
        self._headers = {"Content-Type": "application/json"}
        if settings.token:
            self._headers["Authorization"] = f"Bearer {settings.token}"

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> NtfyProvider:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        return cls(NtfySettings.from_mapping(values))

    def _write(self, message: Message) -> Request | Outcome:
        if not _TOPIC.fullmatch(message.address):
            return Outcome(message.delivery_id, Result.INVALID_ADDRESS, code="BAD_ADDRESS")
        note: dict[str, object] = {
            "topic": message.address,
            "title": " ".join(message.title.split()),
            "message": message.standard.strip(),
            "priority": _URGENT if message.urgent else _USUAL,
        }
        if len(message.standard.encode()) > _MOST_BYTES:
            return Outcome(message.delivery_id, Result.FAILED, code="TOO_LONG")
        if message.link:
            note["click"] = message.link
        if message.unsubscribe_link:
            _, leave = link_words(message.language)
            note["actions"] = [{"action": "view", "label": leave, "url": message.unsubscribe_link}]
        if _SEQUENCE.fullmatch(message.topic):
            note["sequence_id"] = message.topic
        settings = self._settings
        body = json.dumps(note).encode()
        return Request.post(message.delivery_id, settings.origin, settings.target, headers=self._headers, body=body)

    def _read(self, reply: Reply, message: Message) -> Outcome:
        data = parse_json(reply.body)
        if 200 <= reply.status < 300:
            reference = read_reference(data.get("id"))
            return Outcome(reply.key, Result.ACCEPTED, code=str(reply.status), reference=reference)
        code = read_code(data.get("code"), otherwise=reply.status)
        # 403 is a token without write permission, 507 a full disk: a steward can correct both. Never INVALID_ADDRESS.
        if is_temporary(reply.status) or reply.status == 403:
            return retry(reply, code)
        return Outcome(reply.key, Result.FAILED, code=code)
