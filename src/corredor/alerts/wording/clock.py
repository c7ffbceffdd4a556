"""Clock times in the network's time zone, as people write them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from corredor.kit import languages
from corredor.kit.time_of_day import format_hour


def format_time(at: datetime, *, language: str, zone: str, now: datetime, space: str = " ") -> str:
    """Return "11:05 a.m." or "11:05 a. m.", with day and date first unless that is today: old messages are forwarded
    long after the event. ``space`` is used within the time: UNBROKEN on pages.
    """
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    clock = format_hour(local, language=language, space=space)
    if local.date() == today:
        return clock
    said = languages.get(language).clock
    return f"{said.days[local.weekday()]} {said.date.format(day=local.day, month=local.month)}, {clock}"
