"""Reading the environment: one table of what may be set, refused at once and together when wrong."""

from __future__ import annotations

import os
from pathlib import Path


class WrongSetting(Exception):
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


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def refuse_wrong() -> None:
    """Raise once for all settings that were wrong, so that they can be mended in one go."""
    if _wrong:
        raise WrongSetting("Settings that cannot be used:\n  " + "\n  ".join(_wrong))
