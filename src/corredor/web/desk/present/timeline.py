"""The timeline in words: who did what, when, and the hash of the entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corredor.alerts.enums import AlertKind, HoldReason
from corredor.incidents.enums import Agency, HazardKind, Outcome, PlaceKind, WindTo
from corredor.incidents.models import TimelineEntry
from corredor.intake.enums import NoteKind, ReportState

WORDS: dict[str, Any] = {
    "incident.opened": gettext_lazy("Opened"),
    "incident.place": gettext_lazy("Pin confirmed"),
    "incident.claimed": gettext_lazy("Claimed"),
    "incident.released": gettext_lazy("Released"),
    "incident.verified": gettext_lazy("Verified"),
    "incident.seen": gettext_lazy("Seen again"),
    "incident.closed": gettext_lazy("Closed"),
    "report.received": gettext_lazy("Report received"),
    "report.joined": gettext_lazy("Report joined"),
    "report.split": gettext_lazy("Report taken out"),
    "report.note": gettext_lazy("Something was said about the report"),
    "report.moved": gettext_lazy("Report put elsewhere"),
    "report.held": gettext_lazy("Report held back"),
    "report.withdrawn": gettext_lazy("The sender withdrew the report"),
    "hazard.noted": gettext_lazy("Danger noted"),
    "hazard.wind": gettext_lazy("The wind"),
    "hazard.still": gettext_lazy("Danger still there"),
    "hazard.cleared": gettext_lazy("Danger cleared"),
    "alert.written": gettext_lazy("Alert written"),
    "alert.approved": gettext_lazy("Alert approved"),
    "alert.sent_back": gettext_lazy("Alert sent back"),
    "alert.frozen": gettext_lazy("Alert frozen"),
    "alert.released": gettext_lazy("Alert released"),
    "alert.stopped": gettext_lazy("Alert stopped"),
}


# Enumeration of the codes under each key of an entry. Codes of other enumerations under the same key are skipped.
_TOLD: tuple[tuple[str, type[TextChoices]], ...] = (
    ("outcome", Outcome),
    ("agency", Agency),
    ("why", PlaceKind),
    ("what", AlertKind),
    ("frozen", HoldReason),
    ("what", HazardKind),
    ("wind", WindTo),
    ("what", NoteKind),
    ("to", ReportState),
)


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One timeline entry."""

    seq: int
    at: datetime
    words: str
    detail: str
    by: str
    digest: str


def show_timeline(entries: Iterable[TimelineEntry]) -> list[EntryShown]:
    """Return the entries, newest first."""
    shown = [
        EntryShown(
            seq=entry.seq,
            at=entry.at,
            words=str(WORDS.get(entry.kind, entry.kind)),
            detail=_detail(entry.data),
            by=entry.actor.alias if entry.actor else _("the system"),
            digest=entry.digest,
        )
        for entry in entries
    ]
    return shown[::-1]


def _detail(data: dict[str, Any]) -> str:
    """Return an entry's codes in words."""
    parts = [str(enum(data[key]).label) for key, enum in _TOLD if data.get(key) in enum.values]
    if report := data.get("report"):
        parts.append(f"R{report}")
    return " · ".join(parts)
