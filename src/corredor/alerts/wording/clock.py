"""Clock times in the network's time zone, as people write them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from corredor.kit.time_of_day import format_hour

_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
}


def format_time(at: datetime, *, language: str, zone: str, now: datetime, space: str = " ") -> str:
    """Return "11:05 a.m." or "11:05 a. m.", with day and date first unless that is today: old messages are forwarded
    long after the event. ``space`` is used within the time: UNBROKEN on pages.
    """
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    clock = format_hour(local, language=language, space=space)
    if local.date() == today:
        return clock
    day = _DAYS[language][local.weekday()]
    date = f"{local.day}/{local.month}" if language == "es" else f"{local.month}/{local.day}"
    return f"{day} {date}, {clock}"
