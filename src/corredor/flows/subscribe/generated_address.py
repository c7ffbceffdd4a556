"""Addresses that we make ourselves: a topic nobody can guess, and the word that opens a chat with the bot.

Reads settings alone. Called by the subscribe pages, which show what comes back once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings

from corredor.subscriptions.enums import Channel

GENERATED_ADDRESS_CHANNELS = (Channel.TELEGRAM, Channel.NTFY)
_AWAITED = "start:"
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another, for whoever types it
_GROUPS, _GROUP = 4, 5  # 99 bits


@dataclass(frozen=True, slots=True)
class GeneratedAddress:
    """``value`` is what is kept, ``link`` what the person opens; ``server`` and ``topic`` can be typed instead."""

    value: str
    link: str
    server: str = ""
    topic: str = ""


def generate_address(channel: Channel) -> GeneratedAddress:
    """A new address for a way in MADE_WAYS."""
    word = "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    if channel == Channel.TELEGRAM:
        bot = str(settings.CORREDOR_PROVIDERS["telegram"].get("bot", "")).removeprefix("@")
        return GeneratedAddress(awaited_value(word), f"https://t.me/{bot}?start={word}")
    server = str(settings.CORREDOR_PROVIDERS["ntfy"].get("url", "")).rstrip("/")
    return GeneratedAddress(word, f"{server}/{word}", server=server, topic=word)


def awaited_value(word: str) -> str:
    """What stands in the address book until the chat is opened with this word."""
    return f"{_AWAITED}{word}"
