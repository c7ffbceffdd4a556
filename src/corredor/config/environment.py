"""Reading the environment: one table of what may be set, refused at once and together when wrong."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


class WrongSetting(ImproperlyConfigured):
    """Settings that cannot be used; the text lists every one of them."""


_wrong: list[str] = []


def text(name: str, default: str = "") -> str:
    """The value of NAME, or of the file that NAME_FILE names (for secrets kept by the system)."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            _wrong.append(f"{name}_FILE: cannot read {path} ({error.strerror})")
            return default
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    """1, true, yes, on or 0, false, no, off."""
    value = text(name).lower()
    if value in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return default if value == "" else value in ("1", "true", "yes", "on")
    _wrong.append(f"{name}: must be yes or no, not {value!r}")
    return default


def number(name: str, default: int) -> int:
    """A whole number."""
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError:
        _wrong.append(f"{name}: must be a whole number, not {value!r}")
        return default


def choice(name: str, default: str, *, choices: tuple[str, ...]) -> str:
    """One of a few words."""
    value = text(name, default) or default
    if value in choices:
        return value
    _wrong.append(f"{name}: must be one of {', '.join(choices)}, not {value!r}")
    return default


def amounts(name: str) -> dict[str, float]:
    """Pairs such as ``web_push=2000, sms_twilio=0.0083``: names to amounts above zero."""
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
    """A list separated by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def refuse(words: str) -> None:
    """Note a setting that reads well and still cannot be used."""
    _wrong.append(words)


def refuse_wrong() -> None:
    """Raise once for all settings that were wrong, so that they can be mended in one go."""
    if _wrong:
        found = dict.fromkeys(_wrong)  # Django may read the settings more than once
        raise WrongSetting("Settings that cannot be used:\n  " + "\n  ".join(found))
