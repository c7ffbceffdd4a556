"""Atom feeds (RFC 4287): incidents of the front page per language, and an index of CAP messages.

An entry's id is stable across status changes, so that readers show a correction as an update of the same entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from corredor.incidents.enums import Agency, Status
from corredor.kit.languages import SOURCE, in_language
from corredor.kit.xml_text import printable

from .cap import identify
from .view import PublicAlert, PublicIncident, PublicView

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # of an empty feed
_CAP = "application/cap+xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One entry, in the fields of Django's generator and of ``_Feed``."""

    unique_id: str
    title: str
    link: str
    pubdate: datetime
    updateddate: datetime
    description: None = None  # which Django would mark as HTML
    summary: str
    category: dict[str, str]
    cap_rel: str  # "related" or "enclosure"
    cap_urls: tuple[str, ...] = ()
    content_url: str = ""


class _Feed(Atom1Feed):
    """Django's feed with plain-text summaries, labelled categories and links to CAP files.

    Django marks every summary as HTML, which a plain text with ``<`` in it is not.
    """

    def latest_post_date(self) -> datetime:
        """Return the newest entry's time; constant for an empty feed, so that its bytes do not change."""
        return super().latest_post_date() if self.items else _NEVER

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write the entry with its CAP links, category and plain-text summary."""
        super().add_item_elements(handler, item)
        for url in item["cap_urls"]:
            handler.addQuickElement("link", "", {"rel": item["cap_rel"], "type": _CAP, "href": url})
        if item["content_url"]:
            handler.addQuickElement("content", "", {"type": _CAP, "src": item["content_url"]})
        handler.addQuickElement("category", "", item["category"])
        handler.addQuickElement("summary", item["summary"], {"type": "text"})


def encode_atom(view: PublicView, *, name: str, language: str) -> bytes:
    """Return the incidents of the front page, newest change first."""
    rows = sorted(_rows(view), key=lambda row: (changed_at(row), row.slug), reverse=True)
    with translation.override(language):
        words = _("What trained neighbors have confirmed, denied or seen end. Areas, never exact places.")
        entries = [_incident_entry(row, language) for row in rows]
    return _write(f"{language}.atom", name, words, entries, language=language)


def encode_cap_index(view: PublicView, *, name: str) -> bytes:
    """Return all messages about the incidents of the front page, newest first, each with its CAP file."""
    alerts = sorted(
        (alert for row in _rows(view) for alert in row.alerts),
        key=lambda alert: (alert.sent_at, alert.slug),
        reverse=True,
    )
    return _write("cap.atom", name, "CAP 1.2", [_alert_entry(alert) for alert in alerts], language=SOURCE)


def changed_at(row: PublicIncident) -> datetime:
    """Return the time of an incident's last public change."""
    return max([row.checked_at, *(alert.sent_at for alert in row.alerts), *(step.at for step in row.timeline)])


def _rows(view: PublicView) -> tuple[PublicIncident, ...]:
    return (*view.confirmed, *view.denied, *view.ended)


def _write(file: str, name: str, words: str, entries: Iterable[_Entry], *, language: str) -> bytes:
    own, name = f"{settings.BASE_URL}/feeds/{file}", printable(name)
    feed = _Feed(
        title=name,
        link=f"{settings.BASE_URL}/",
        description=words,
        subtitle=words,
        author_name=name,
        feed_url=own,
        feed_guid=own,
        language=language,
    )
    for entry in entries:
        feed.add_item(**asdict(entry))
    body = BytesIO()
    feed.write(body, "utf-8")
    return body.getvalue()


def _incident_entry(row: PublicIncident, language: str) -> _Entry:
    area = in_language(row.area_names, language)
    status = str(Status(row.status).label)
    agency = str(Agency(row.agency).label) if row.agency else ""
    sent_text = row.alerts[0].texts.get(language, "") if row.alerts else ""
    page = f"{settings.BASE_URL}/i/{row.slug}"
    return _Entry(
        unique_id=page,
        title=printable(f"{status}: {area}"),
        link=page,
        pubdate=_whole_second(row.timeline[0].at if row.timeline else row.checked_at),
        updateddate=_whole_second(changed_at(row)),
        summary=printable("\n".join(part for part in (agency, sent_text) if part) or status),
        category={"term": row.status, "label": status},
        cap_rel="related",
        cap_urls=tuple(_cap_address(alert) for alert in row.alerts),
    )


def _alert_entry(alert: PublicAlert) -> _Entry:
    title = printable(" / ".join(alert.titles[language] for language in sorted(alert.titles, reverse=True)))
    page = f"{settings.BASE_URL}/a/{alert.slug}"
    return _Entry(
        unique_id=f"{page}#{identify(alert)}",
        title=title,
        link=page,
        pubdate=_whole_second(alert.sent_at),
        updateddate=_whole_second(alert.sent_at),
        summary=title,
        category={"term": alert.kind},
        cap_rel="enclosure",
        cap_urls=(_cap_address(alert),),
        content_url=_cap_address(alert),
    )


def _whole_second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _cap_address(alert: PublicAlert) -> str:
    return f"{settings.BASE_URL}/feeds/cap/{alert.slug}.xml"
