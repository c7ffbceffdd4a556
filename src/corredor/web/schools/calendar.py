"""A school's dismissals as iCalendar (RFC 5545), with times in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event

from corredor.flows.school.public import PublicDismissal, PublicSchool

_LASTS = timedelta(minutes=40)
_READ_AGAIN = timedelta(hours=12)


def write_calendar(school: PublicSchool, days: Sequence[PublicDismissal], *, language: str, now: datetime) -> bytes:
    """Return the file, in one language."""
    with override(language):
        return _make_calendar(school, days, now).to_ical()


def _make_calendar(school: PublicSchool, days: Sequence[PublicDismissal], now: datetime) -> Calendar:
    title = _("The way home: %(school)s") % {"school": school.name}
    link = settings.BASE_URL + reverse("school:school", args=[school.slug])
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Corredor//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", _READ_AGAIN, parameters={"value": "DURATION"})
    for day in days:
        calendar.add_component(_make_event(school, day, title=title, link=link, now=now))
    return calendar


def _make_event(school: PublicSchool, day: PublicDismissal, *, title: str, link: str, now: datetime) -> Event:
    words = _("Children walk home along corridors with adults in sight. How it stands today: %(link)s")
    half_day = _("half day")
    event = Event()
    event.add("uid", f"{school.slug}-{day.on:%Y%m%d}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", day.bell_at.astimezone(UTC))
    event.add("dtend", (day.bell_at + _LASTS).astimezone(UTC))
    event.add("summary", f"{title} ({half_day})" if day.is_special else title)
    event.add("description", words % {"link": link})
    event.add("url", link)
    event.add("transp", "TRANSPARENT")
    return event
