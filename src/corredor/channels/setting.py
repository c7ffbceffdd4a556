"""Reads a channel's settings and names those that are missing or wrong."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

from .base import Problem, ProviderNotConfigured
from .outgoing import BadUrl, Origin, parse_url


class Settings:
    """One channel's settings; every problem raises ``ProviderNotConfigured``."""

    def __init__(self, provider: str, values: Mapping[str, object]) -> None:
        self._provider, self._values = provider, values

    def refuse(self, key: str, problem: Problem, **slots: object) -> ProviderNotConfigured:
        """Return the error that names this channel and setting. Never pass a secret."""
        return ProviderNotConfigured(self._provider, key, problem, **slots)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; required and not empty unless there is a ``default``."""
        value = self._values.get(key)
        if value is None or value == "":
            if default is None:
                raise self.refuse(key, Problem.MISSING)
            return default
        if not isinstance(value, str):
            raise self.refuse(key, Problem.NOT_TEXT)
        if any(c in value for c in "\r\n\0"):
            raise self.refuse(key, Problem.NOT_ONE_LINE)
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(key, default)
        if value not in choices:
            raise self.refuse(key, Problem.NOT_A_CHOICE, choices=", ".join(choices))
        return value

    def number(self, key: str, default: int, *, least: int = 0, most: int = 1_000_000) -> int:
        value = self._values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise self.refuse(key, Problem.NOT_A_NUMBER)
        try:
            number = default if value == "" else int(value)
        except ValueError:
            raise self.refuse(key, Problem.NOT_A_NUMBER) from None
        if not least <= number <= most:
            raise self.refuse(key, Problem.OUT_OF_RANGE, least=least, most=most)
        return number

    def words(self, key: str) -> tuple[str, ...]:
        value = self._values.get(key) or ()
        if isinstance(value, str) or not isinstance(value, list | tuple):
            raise self.refuse(key, Problem.NOT_A_LIST)
        return tuple(str(word) for word in value)

    def url(self, key: str, default: str | None = None) -> tuple[Origin, str]:
        """Return origin and path of a provider's URL, which may be plain http on the steward's own network."""
        try:
            return parse_url(self.text(key, default), schemes=("https", "http"))
        except BadUrl as error:
            raise self.refuse(key, Problem.NO_URL, why=error) from None


def open_trust(provider: str, ca_file: str | None) -> ssl.SSLContext:
    """Return a TLS context that trusts the system's certificates or those of a file. Raise ProviderNotConfigured."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError:
        raise ProviderNotConfigured(provider, "ca_file", Problem.NO_FILE) from None
