"""The stored form of a Telegram chat: its id, or the token of the link that will open it."""

from __future__ import annotations

import re

from corredor.channels.spec import WrongForm

_CHAT = re.compile(r"[1-9][0-9]{0,18}")
_START = "start:"
_AWAITED = re.compile(r"start:[A-Za-z0-9_-]{16,64}")


def normalise_chat(value: str) -> str:
    """Return the chat id or the pending token unchanged. Raise WrongForm if it is neither."""
    if not _CHAT.fullmatch(value) and not _AWAITED.fullmatch(value):
        raise WrongForm("chat")
    return value


def make_placeholder_address(word: str) -> str:
    """Return the address that is stored until the chat is opened with this token."""
    return f"{_START}{word}"
