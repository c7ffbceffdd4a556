"""Generated addresses: an unguessable ntfy topic, and the start token of a Telegram chat.

Reads settings only. Called by the subscribe pages, which show the result once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings

from corredor.subscriptions.enums import Channel

GENERATED_ADDRESS_CHANNELS = (Channel.TELEGRAM, Channel.NTFY)
_AWAITED = "start:"
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # no look-alikes, for people who type it
_GROUPS, _GROUP = 4, 5  # 99 bits


@dataclass(frozen=True, slots=True)
class GeneratedAddress:
    """``value`` is stored, ``link`` is opened by the person; ``server`` and ``topic`` can be typed instead."""

    value: str
    link: str
    server: str = ""
    topic: str = ""


def generate_address(channel: Channel) -> GeneratedAddress:
    """Generate an address for a channel in GENERATED_ADDRESS_CHANNELS."""
    word = "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    if channel == Channel.TELEGRAM:
        bot = str(settings.CORREDOR_PROVIDERS["telegram"].get("bot", "")).removeprefix("@")
        return GeneratedAddress(make_placeholder_address(word), f"https://t.me/{bot}?start={word}")
    server = str(settings.CORREDOR_PROVIDERS["ntfy"].get("url", "")).rstrip("/")
    return GeneratedAddress(word, f"{server}/{word}", server=server, topic=word)


def make_placeholder_address(word: str) -> str:
    """Return the placeholder address stored until the chat is opened with this token."""
    return f"{_AWAITED}{word}"
