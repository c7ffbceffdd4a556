"""Exposure report: personal data that a seizure or court order could obtain from this server today.

Reads everything, writes nothing. Called by `corredor exposure` and the steward's page. Each stage lists its data
classes (``<stage>/retention.py``, ``kit/retention.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from corredor.kit.retention import Form, Stored, list_stored

__all__ = ["Exposure", "Form", "Kept", "count_exposure"]


@dataclass(frozen=True, slots=True)
class Kept:
    """One class of stored data: form, row count, oldest row, retention in days."""

    code: str
    form: Form
    count: int
    oldest_at: datetime | None
    words: str
    days: float | None


@dataclass(frozen=True, slots=True)
class Exposure:
    """All stored classes, and what is never stored."""

    counted_at: datetime
    kept: tuple[Kept, ...]
    never: tuple[str, ...]

    def of_form(self, form: Form) -> list[Kept]:
        """Return the classes stored in one form."""
        return [kept for kept in self.kept if kept.form is form]


def count_exposure(*, now: datetime) -> Exposure:
    """Count data of real people; drills are not counted."""
    kept = tuple(_count(stored) for form in Form for stored in list_stored() if stored.form is form)
    return Exposure(counted_at=now, kept=kept, never=tuple(_list_never()))


def _list_never() -> list[str]:
    return [
        _("IP addresses, of anybody: not in the database, not in logs"),
        _("Who has read which page; there is no analytics and no cookie but language and staff's sign-in"),
        _("Names of children, or anything that tells one from another"),
        _("Names, home addresses, immigration status, nationality or criminal record of anybody"),
        _("Names, faces, plates or profiles of agents as data; text that holds them is redacted before it is shown"),
        _("E-mail addresses of staff, or phone numbers other than a school lead's own, sealed"),
        _("Receipt codes, links and passwords themselves"),
    ]


def _count(stored: Stored) -> Kept:
    rows, since = stored.rows(), stored.since
    return Kept(
        code=stored.code,
        form=stored.form,
        count=rows.count(),
        oldest_at=rows.order_by(since).values_list(since, flat=True).first() if since else None,
        words=str(stored.words),
        days=stored.kept_for.total_seconds() / 86400 if stored.kept_for else None,
    )
