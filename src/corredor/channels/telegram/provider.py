"""Sends each message as the network's bot, to people who have opened a chat with it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from corredor.channels.base import Capabilities, Message, Outcome, Result
from corredor.channels.chat_text import render_chat
from corredor.channels.http_provider import PROVIDER_LIMITS, HttpProvider
from corredor.channels.outgoing import Limits, Origin, Reply, Request
from corredor.channels.reply_reading import find_part, is_temporary, parse_json, read_code, read_reference, retry
from corredor.channels.setting import Settings

_CHAT = re.compile(r"[1-9]\d{0,18}")  # people have positive ids, groups negative ones
_MOST_CHARS = 4096
_LONGEST_WAIT_S = 3600.0
# The person blocked the bot or deleted the account. Other refusals may be the bot's own fault.
_GONE = ("bot was blocked by the user", "user is deactivated", "chat not found")


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """``bot`` is the bot's name without the @, as in links that open a chat with it."""

    origin: Origin
    token: str
    bot: str
    per_s: int
    ca_file: str | None = None
    limits: Limits = PROVIDER_LIMITS

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> TelegramSettings:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        settings = Settings(TelegramProvider.name, values)
        return cls(
            origin=settings.url("url", "https://api.telegram.org")[0],
            token=settings.text("token"),
            bot=settings.text("bot").removeprefix("@"),
            ca_file=settings.text("ca_file", "") or None,
            per_s=settings.number("per_s", 25, most=1000),
        )


class TelegramProvider(HttpProvider):
    """The outcome's ``reference`` is the message id in its chat."""

    name = "telegram"
    capabilities = Capabilities(max_chars=_MOST_CHARS, two_way=True, batch=100)
    redact = ("address", "chat_id", "text", "token", "path")

    def __init__(self, settings: TelegramSettings) -> None:
        self._settings = settings
        super().__init__(settings.origin, ca_file=settings.ca_file, limits=settings.limits, per_s=float(settings.per_s))
        self._target = f"/bot{settings.token}/sendMessage"

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> TelegramProvider:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        return cls(TelegramSettings.from_mapping(values))

    def _write(self, message: Message) -> Request | Outcome:
        if not _CHAT.fullmatch(message.address):
            return Outcome(message.delivery_id, Result.INVALID_ADDRESS, code="BAD_ADDRESS")
        text = render_chat(message)
        if not text or len(text) > _MOST_CHARS:
            return Outcome(message.delivery_id, Result.FAILED, code="TOO_LONG" if text else "EMPTY")
        body = {
            "chat_id": int(message.address),
            "text": text,
            "disable_notification": not message.urgent,
            "link_preview_options": {"is_disabled": True},  # no link preview: Telegram's servers would fetch our links
        }
        headers = {"Content-Type": "application/json"}
        data = json.dumps(body).encode()
        return Request.post(message.delivery_id, self._settings.origin, self._target, headers=headers, body=data)

    def _read(self, reply: Reply, message: Message) -> Outcome:
        data = parse_json(reply.body)
        if 200 <= reply.status < 300:
            reference = read_reference(find_part(data, "result", "message_id"))
            return Outcome(reply.key, Result.ACCEPTED, code=str(reply.status), reference=reference)
        code = read_code(data.get("error_code"), otherwise=reply.status)
        if is_temporary(reply.status):
            return retry(reply, code, after_s=_read_wait(data))
        why = str(data.get("description") or "").lower()
        if reply.status in (400, 403) and any(words in why for words in _GONE):
            return Outcome(reply.key, Result.INVALID_ADDRESS, code=code)
        return Outcome(reply.key, Result.FAILED, code=code)


def _read_wait(data: dict[str, object]) -> float | None:
    wait = find_part(data, "parameters", "retry_after")
    return min(float(wait), _LONGEST_WAIT_S) if isinstance(wait, int) and wait >= 0 else None
