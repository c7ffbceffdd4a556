"""Reads a channel's settings and says, by name, what is missing or wrong."""

from __future__ import annotations

from collections.abc import Mapping

from .base import ChannelNotConfigured


class Settings:
    """One channel's part of the settings mapping; every problem is a ``ChannelNotConfigured``."""

    def __init__(self, channel: str, values: Mapping[str, object]) -> None:
        self._channel, self._values = channel, values

    def refuse(self, key: str, why: str) -> ChannelNotConfigured:
        """The error that names this channel and setting. Never give it a secret."""
        return ChannelNotConfigured(f"channel {self._channel}: setting '{key}' {why}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without ``default`` it must be there and not be empty."""
        value = self._values.get(key)
        if value is None or value == "":
            if default is None:
                raise self.refuse(key, "is missing")
            return default
        if not isinstance(value, str):
            raise self.refuse(key, "must be a text")
        if any(c in value for c in "\r\n\0"):
            raise self.refuse(key, "must be one line")
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(key, default)
        if value not in choices:
            raise self.refuse(key, f"must be one of {', '.join(choices)}")
        return value

    def number(self, key: str, default: int, *, least: int = 0, most: int = 1_000_000) -> int:
        value = self._values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise self.refuse(key, "must be a whole number")
        try:
            number = default if value == "" else int(value)
        except ValueError:
            raise self.refuse(key, "must be a whole number") from None
        if not least <= number <= most:
            raise self.refuse(key, f"must be between {least} and {most}")
        return number

    def words(self, key: str) -> tuple[str, ...]:
        value = self._values.get(key) or ()
        if isinstance(value, str) or not isinstance(value, list | tuple):
            raise self.refuse(key, "must be a list")
        return tuple(str(word) for word in value)
