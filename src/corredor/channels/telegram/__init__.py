"""Telegram, through the network's own bot. Telegram can read the messages."""

from __future__ import annotations

from collections.abc import Mapping

from corredor.channels.base import Provider
from corredor.channels.spec import (
    AddressSpec,
    ChannelSpec,
    Field,
    GeneratedAddress,
    OptIn,
    ProviderSpec,
    Values,
    _,
)

from .address import make_placeholder_address, normalise_chat


def _build(values: Values) -> Provider:
    from .provider import TelegramProvider

    return TelegramProvider.from_mapping(values)


def _generate(settings: Mapping[str, Values], word: str) -> GeneratedAddress:
    """Return a link that opens the chat with our bot; pressing Start sends the token back."""
    bot = str(settings["telegram"].get("bot", "")).removeprefix("@")
    return GeneratedAddress(make_placeholder_address(word), f"https://t.me/{bot}?start={word}")


CHANNEL = ChannelSpec(
    kind="TELEGRAM",
    order=60,
    label="Telegram",
    offer=_("By Telegram, which can read what it carries"),
    address=AddressSpec(
        kind="TELEGRAM",
        label=_("Telegram chat"),
        longest=80,
        normalise=normalise_chat,
        is_typed=False,
        exposure_code="telegram",
        exposure=_("Telegram chats, known to Telegram too"),
    ),
    opt_in=OptIn.CHAT,
    asked_template="public/subscribe/asked_chat.html",
    generate_address=_generate,
    providers=(
        ProviderSpec(
            name="telegram",
            title=_("A Telegram bot"),
            words=_("Telegram can read what it carries, and knows who gets it."),
            build=_build,
            fields=(
                Field("url", "TELEGRAM_URL", "https://api.telegram.org"),
                Field("token", "TELEGRAM_TOKEN"),
                Field("bot", "TELEGRAM_BOT"),
                Field("per_s", "TELEGRAM_PER_S", 25),
            ),
        ),
    ),
)
