"""Atom feeds (RFC 4287): what is confirmed, for each language, and an index of CAP messages.

An entry keeps its id while its status changes, so that a correction reaches a reader as an update of what it read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from corredor.incidents.enums import Agency, Status

from .cap import identify
from .json import say_time
from .view import PublicAlert, PublicIncident, PublicView

_NEVER = "1970-01-01T00:00:00Z"  # of a feed in which nothing has happened yet
_CAP = "application/cap+xml"


def encode_atom(view: PublicView, *, name: str, language: str) -> bytes:
    """The incidents of the front page, newest change first."""
    rows = sorted(_rows(view), key=lambda row: (changed_at(row), row.slug), reverse=True)
    with translation.override(language):
        words = _("What trained neighbors have confirmed, denied or seen end. Areas, never exact places.")
        entries = ["".join(_incident_entry(row, language)) for row in rows]
    updated = say_time(changed_at(rows[0])) if rows else _NEVER
    return _feed(f"{language}.atom", name, words, updated, entries, language=language)


def encode_cap_index(view: PublicView, *, name: str) -> bytes:
    """Every message about the incidents of the front page, newest first, each leading to its CAP file."""
    told = [(alert, row) for row in _rows(view) for alert in row.alerts]
    told.sort(key=lambda pair: (pair[0].sent_at, pair[0].slug), reverse=True)
    entries = ["".join(_alert_entry(alert)) for alert, _row in told]
    updated = say_time(told[0][0].sent_at) if told else _NEVER
    return _feed("cap.atom", name, "CAP 1.2", updated, entries, language="en")


def changed_at(row: PublicIncident) -> datetime:
    """When there was last something new to say of an incident."""
    return max([row.checked_at, *(alert.sent_at for alert in row.alerts), *(step.at for step in row.timeline)])


def _rows(view: PublicView) -> tuple[PublicIncident, ...]:
    return (*view.confirmed, *view.denied, *view.ended)


def _feed(file: str, name: str, words: str, updated: str, entries: Iterable[str], *, language: str) -> bytes:
    own = f"{settings.BASE_URL}/feeds/{file}"
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">'
        f"<id>{escape(own)}</id><title>{escape(name)}</title><subtitle>{escape(words)}</subtitle>"
        f"<updated>{updated}</updated><author><name>{escape(name)}</name></author>"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(own)}/>'
        f'<link rel="alternate" type="text/html" href={quoteattr(settings.BASE_URL + "/")}/>'
    )
    return "".join([head, *entries, "</feed>\n"]).encode()


def _incident_entry(row: PublicIncident, language: str) -> Iterator[str]:
    area = row.area_es if language == "es" else row.area_en
    status = str(Status(row.status).label)
    agency = str(Agency(row.agency).label) if row.agency else ""
    told = row.alerts[0].texts.get(language, "") if row.alerts else ""
    page = f"{settings.BASE_URL}/i/{row.slug}"
    first = row.timeline[0].at if row.timeline else row.checked_at
    yield f"<entry><id>{escape(page)}</id><title>{escape(f'{status}: {area}')}</title>"
    yield f"<published>{say_time(first)}</published><updated>{say_time(changed_at(row))}</updated>"
    yield f'<link rel="alternate" type="text/html" href={quoteattr(page)}/>'
    for alert in row.alerts:
        yield f'<link rel="related" type="{_CAP}" href={quoteattr(_cap_address(alert))}/>'
    yield f"<category term={quoteattr(row.status)} label={quoteattr(status)}/>"
    summary = "\n".join(part for part in (agency, told) if part) or status
    yield f'<summary type="text">{escape(summary)}</summary></entry>'


def _alert_entry(alert: PublicAlert) -> Iterator[str]:
    title = " / ".join(alert.titles[language] for language in sorted(alert.titles, reverse=True))
    yield f"<entry><id>{escape(settings.BASE_URL)}/a/{alert.slug}#{identify(alert)}</id><title>{escape(title)}</title>"
    yield f"<published>{say_time(alert.sent_at)}</published><updated>{say_time(alert.sent_at)}</updated>"
    yield f'<link rel="alternate" type="text/html" href={quoteattr(f"{settings.BASE_URL}/a/{alert.slug}")}/>'
    yield f'<link rel="enclosure" type="{_CAP}" href={quoteattr(_cap_address(alert))}/>'
    yield f'<content type="{_CAP}" src={quoteattr(_cap_address(alert))}/>'
    yield f"<summary>{escape(title)}</summary><category term={quoteattr(alert.kind)}/></entry>"


def _cap_address(alert: PublicAlert) -> str:
    return f"{settings.BASE_URL}/feeds/cap/{alert.slug}.xml"
