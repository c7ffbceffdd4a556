"""A school's dismissals as iCalendar (RFC 5545): times in UTC, lines folded at 75 bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from corredor.flows.school.public import PublicDismissal, PublicSchool

_LINE = 75
_LASTS = timedelta(minutes=40)


def write_calendar(school: PublicSchool, days: Sequence[PublicDismissal], *, language: str, now: datetime) -> str:
    """The file's text, in one language."""
    with override(language):
        lines = list(_lines(school, days, now))
    return "".join(f"{part}\r\n" for line in lines for part in _fold(line))


def _lines(school: PublicSchool, days: Sequence[PublicDismissal], now: datetime) -> Iterator[str]:
    link = settings.BASE_URL + reverse("school:school", args=[school.slug])
    title = _("The way home: %(school)s") % {"school": school.name}
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Corredor//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")
    yield f"X-WR-CALNAME:{_escape(title)}"
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT12H"
    for day in days:
        yield "BEGIN:VEVENT"
        yield f"UID:{school.slug}-{day.on:%Y%m%d}@{settings.BASE_URL.split('//')[-1].split(':')[0]}"
        yield f"DTSTAMP:{_stamp(now)}"
        yield f"DTSTART:{_stamp(day.bell_at)}"
        yield f"DTEND:{_stamp(day.bell_at + _LASTS)}"
        yield f"SUMMARY:{_escape(title + (' (' + _('half day') + ')' if day.is_special else ''))}"
        words = _("Children walk home along corridors with adults in sight. How it stands today: %(link)s")
        yield f"DESCRIPTION:{_escape(words % {'link': link})}"
        yield f"URL:{link}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    """Parts of at most 75 bytes, never within a character; what follows begins with a blank."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > _LINE:
            yield part
            part = " "
        part += letter
    yield part
