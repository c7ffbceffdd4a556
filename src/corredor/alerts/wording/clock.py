"""Times as people say them, in the network's own zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from corredor.kit.time_of_day import format_hour

_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
}


def say_time(at: datetime, *, language: str, zone: str, now: datetime, space: str = " ") -> str:
    """ "11:05 a.m." or "11:05 a. m."; with the day and date before it when that is not today, because old
    messages go around long after the event. ``space`` stands within the hour: UNBROKEN on pages.
    """
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    clock = format_hour(local, language=language, space=space)
    if local.date() == today:
        return clock
    day = _DAYS[language][local.weekday()]
    date = f"{local.day}/{local.month}" if language == "es" else f"{local.month}/{local.day}"
    return f"{day} {date}, {clock}"
