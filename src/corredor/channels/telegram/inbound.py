"""Reads the bot's webhook (check the secret first): chats opened, messages received, the bot blocked."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corredor.channels.inbound import BadInbound
from corredor.channels.reply_reading import find_part
from corredor.kit.languages import find_code

_START = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*")


@dataclass(frozen=True, slots=True)
class BotEvent:
    """``chat`` is the person's chat. ``is_start``: they pressed Start, with the ``token`` of our link if any."""

    chat: str
    text: str = ""
    is_start: bool = False
    token: str = ""
    has_left: bool = False
    language: str = ""


def is_secret_right(given: str, expected: str) -> bool:
    """Compare X-Telegram-Bot-Api-Secret-Token in constant time; an empty expected secret accepts nothing."""
    return bool(expected) and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def parse_update(update: Mapping[str, Any]) -> BotEvent | None:
    """Parse one update; None for those of no use here: groups, channels, stickers. Raise BadInbound."""
    data = dict(update)
    for field in ("message", "my_chat_member"):
        if field in data:
            break
    else:
        return None
    if find_part(data, field, "chat", "type") != "private":
        return None
    chat = find_part(data, field, "chat", "id")
    if not isinstance(chat, int) or isinstance(chat, bool) or not 0 < chat < 10**19:
        raise BadInbound("chat")
    language = find_part(data, field, "from", "language_code")
    language = (find_code(language) or "") if isinstance(language, str) else ""
    if field == "my_chat_member":
        has_left = find_part(data, field, "new_chat_member", "status") == "kicked"
        return BotEvent(str(chat), has_left=True, language=language) if has_left else None
    text = find_part(data, field, "text")
    if not isinstance(text, str):
        return None
    start = _START.fullmatch(text)
    return BotEvent(
        str(chat), text, is_start=start is not None, token=(start[1] or "") if start else "", language=language
    )
