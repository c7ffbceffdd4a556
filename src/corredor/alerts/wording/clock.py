"""Times as people say them, in the network's own zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from corredor.kit import languages
from corredor.kit.time_of_day import say_hour


def say_time(at: datetime, *, language: str, zone: str, now: datetime, space: str = " ") -> str:
    """ "11:05 a.m." or "11:05 a. m."; with the day and date before it when that is not today, because old
    messages go around long after the event. ``space`` stands within the hour: UNBROKEN on pages.
    """
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    clock = say_hour(local, language=language, space=space)
    if local.date() == today:
        return clock
    said = languages.get(language).clock
    return f"{said.days[local.weekday()]} {said.date.format(day=local.day, month=local.month)}, {clock}"
