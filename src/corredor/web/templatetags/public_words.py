"""Template filters of public pages: ages, area names, agencies."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from corredor.alerts.enums import AlertKind
from corredor.alerts.wording.clock import format_time
from corredor.incidents.enums import Agency
from corredor.intake.enums import NoteKind
from corredor.kit.languages import in_language
from corredor.kit.time_of_day import UNBROKEN
from corredor.web.language import page_language

register = template.Library()
_NOTE_WORDS = {
    NoteKind.ADDED: gettext_lazy("You added:"),
    NoteKind.ASKED: gettext_lazy("You asked:"),
    NoteKind.ANSWERED: gettext_lazy("The team:"),
    NoteKind.WITHDREW: gettext_lazy("You took it back."),
    NoteKind.OUTCOME: gettext_lazy("What we found out:"),
}


@register.filter
def area(thing: Any) -> str:
    """Return the area's name in the page language, of any object with area_names."""
    return str(in_language(thing.area_names, page_language()) or _("Area not named"))


@register.simple_tag(takes_context=True)
def ago(context: template.Context, moment: datetime) -> SafeString:
    """Return "25 min ago" in a time element that page.js updates; beyond a day, the date and time.

    ``as_of`` in the context is the clock: a drill has its own, which page.js must not override.
    """
    minutes = max(int((_now(context) - moment).total_seconds() // 60), 0)
    if minutes < 1:
        words = _("just now")
    elif minutes < 60:
        words = ngettext("%(count)d min ago", "%(count)d min ago", minutes) % {"count": minutes}
    elif minutes < 24 * 60:
        words = ngettext("%(count)d hour ago", "%(count)d hours ago", minutes // 60) % {"count": minutes // 60}
    else:
        return clock(context, moment)
    kept_true = "" if context.get("is_drill") else mark_safe(" data-age")
    return format_html('<time{} datetime="{}">{}</time>', kept_true, moment.isoformat(timespec="seconds"), words)


@register.simple_tag(takes_context=True)
def clock(context: template.Context, moment: datetime) -> SafeString:
    """Return the local time of the network, with the date unless it is today: as in messages."""
    language = page_language()
    shown = format_time(moment, language=language, zone=context["site"].time_zone, now=_now(context), space=UNBROKEN)
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), shown)


@register.simple_tag(takes_context=True)
def stamp(context: template.Context, moment: datetime) -> SafeString:
    """Return date and time, always: pages are shared as screenshots long after the event."""
    language = page_language()
    shown = format_time(
        moment, language=language, zone=context["site"].time_zone, now=moment + timedelta(days=2), space=UNBROKEN
    )
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), shown)


def _now(context: template.Context) -> datetime:
    return context.get("as_of") or timezone.now()


@register.filter
def agency_words(code: str) -> str:
    """Return an agency in everyday words."""
    return str(Agency(code).label) if code else ""


@register.filter
def kind_words(code: str) -> str:
    """Return the kind of a message in words."""
    return str(AlertKind(code).label)


@register.filter
def note_words(kind: str) -> str:
    """Return the author of a note in words."""
    return str(_NOTE_WORDS[NoteKind(kind)])
