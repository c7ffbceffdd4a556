"""Short texts shared by all panes: ages, distances, labels, people."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Protocol

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from corredor.kit.languages import Names, in_language

HOUR_S = 3600
DAY_S = 24 * HOUR_S


class Labelled(Protocol):
    """Anything with a label in every language."""

    labels: Names


def label(place: Labelled | None, language: str) -> str:
    """Return the place's label in the language of the page."""
    if place is None:
        return _("Place not set")
    return in_language(place.labels, language)


def age(at: datetime, *, now: datetime) -> str:
    """Return an age in short form for lists: "now", "7 min", "2 h 05", "3 days"."""
    seconds = max(0, int((now - at).total_seconds()))
    if seconds < 60:
        return _("now")
    if seconds < HOUR_S:
        return _("%(count)s min") % {"count": seconds // 60}
    if seconds < DAY_S:
        return _("%(hours)s h %(minutes)02d") % {"hours": seconds // HOUR_S, "minutes": seconds % HOUR_S // 60}
    days = seconds // DAY_S
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def ago(at: datetime, *, now: datetime) -> str:
    """Return an age for use in a sentence: "just now" or "7 min ago"."""
    if (now - at).total_seconds() < 60:
        return _("just now")
    return _("%(age)s ago") % {"age": age(at, now=now)}


def clock(at: datetime) -> str:
    """Return the local time of the network, such as 2:05 p.m."""
    return date_format(timezone.localtime(at), "TIME_FORMAT")


def distance(metres: float) -> str:
    """Return metres below one kilometre, else kilometres with one decimal."""
    if metres < 1000:
        return f"{round(metres / 10) * 10} m"
    return f"{metres / 1000:.1f} km"


def initials(alias: str) -> str:
    """Return one or two initials for the badge of a claim."""
    letters = [word[0] for word in alias.split() if unicodedata.category(word[0])[0] in "LN"]
    return "".join(letters[:2]).upper() or "?"
