"""Read environment variables: collect all invalid ones and refuse them together."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


class WrongSetting(ImproperlyConfigured):
    """Invalid settings; the text lists every one of them."""


_wrong: list[str] = []


def text(name: str, default: str = "") -> str:
    """Return the value of NAME, or of the file in NAME_FILE (for secrets managed by the system)."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            _wrong.append(f"{name}_FILE: cannot read {path} ({error.strerror})")
            return default
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """Return a boolean: 1, true, yes, on or 0, false, no, off."""
    value = text(name).lower()
    if value in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return default if value == "" else value in ("1", "true", "yes", "on")
    _wrong.append(f"{name}: must be yes or no, not {value!r}")
    return default


def number(name: str, default: int) -> int:
    """Return an integer."""
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError:
        _wrong.append(f"{name}: must be a whole number, not {value!r}")
        return default


def choice(name: str, default: str, *, choices: tuple[str, ...]) -> str:
    """Return one of *choices*."""
    value = text(name, default) or default
    if value in choices:
        return value
    _wrong.append(f"{name}: must be one of {', '.join(choices)}, not {value!r}")
    return default


def amounts(name: str) -> dict[str, float]:
    """Return pairs such as ``web_push=2000, sms_twilio=0.0083``: names to amounts above zero."""
    found: dict[str, float] = {}
    for part in words(name):
        key, _, value = part.partition("=")
        try:
            found[key.strip()] = float(value)
        except ValueError:
            found[key.strip()] = 0.0
        if not 0 < found[key.strip()] < 1e9:
            _wrong.append(f"{name}: must be name=amount, not {part!r}")
    return found


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def refuse(words: str) -> None:
    """Record a setting that parses but cannot be used."""
    _wrong.append(words)


def refuse_wrong() -> None:
    """Raise WrongSetting once for all invalid settings, so that they can be fixed together."""
    if _wrong:
        found = dict.fromkeys(_wrong)  # Django may read the settings more than once
        raise WrongSetting("Settings that cannot be used:\n  " + "\n  ".join(found))
