"""What the recipients of one incident were told so far, read once for one decision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from corredor.incidents.models import Incident

from .enums import ENDINGS, WARNINGS, AlertKind, AlertState
from .models import Alert


@dataclass(frozen=True, slots=True)
class History:
    """Approved alerts of an incident (stopped ones included), oldest first, with their places."""

    alerts: tuple[Alert, ...]

    @property
    def last_warning(self) -> Alert | None:
        """The newest warning."""
        return next((alert for alert in reversed(self.alerts) if alert.kind in WARNINGS), None)

    @property
    def is_ending_missing(self) -> bool:
        """True if people were warned after the last completed all-clear or correction."""
        return self._ends_with_warning(ENDINGS)

    @property
    def is_correction_missing(self) -> bool:
        """True if people were warned after the last correction. All-clears do not count: they confirm the event."""
        return self._ends_with_warning((AlertKind.CORRECTION,))

    def get_last_ending(self, kind: str) -> datetime | None:
        """Return when the recipients of a ``kind`` message last got an ending.

        People warned before that, and not since, need no second all-clear. A correction ignores all-clears: those
        confirm the event.
        """
        endings = (AlertKind.CORRECTION,) if kind == AlertKind.CORRECTION else ENDINGS
        return next((alert.approved_at for alert in reversed(self.alerts) if _has_ended(alert, endings)), None)

    def list_same_content(self, alert: Alert) -> list[int]:
        """Return ids of the newest messages with the same content as this update: same place, no further advice.

        Empty when anything is new, and for all other kinds, which always alert: tear gas that returns must ring again.
        """
        said: list[int] = []
        if alert.kind == AlertKind.UPDATE:
            for earlier in reversed(self.alerts):
                if earlier.pk == alert.pk:
                    continue
                if not _says_as_much(earlier, alert):
                    break
                said.append(earlier.pk)
        return said

    def was_sent_for(self, place_id: int) -> bool:
        """Return whether any message named this place."""
        return any(alert.place_id == place_id for alert in self.alerts)

    def has_kind(self, kind: AlertKind) -> bool:
        """Return whether a message of this kind was approved."""
        return any(alert.kind == kind for alert in self.alerts)

    def _ends_with_warning(self, endings: tuple[AlertKind, ...]) -> bool:
        for alert in reversed(self.alerts):
            if alert.kind in WARNINGS:
                return True
            if _has_ended(alert, endings):
                return False
        return False


def get_history(incident: Incident) -> History:
    """Read the history of an incident."""
    sent = Alert.objects.filter(incident=incident, approved_at__isnull=False).select_related("place")
    return History(tuple(sent.order_by("approved_at", "pk")))


def _has_ended(alert: Alert, endings: Collection[str]) -> bool:
    """Return whether it is a completed ending. A stopped or held one does not count: some recipients never got it."""
    return alert.kind in endings and alert.state not in (AlertState.STOPPED, AlertState.HELD)


def _says_as_much(earlier: Alert, alert: Alert) -> bool:
    return (
        earlier.kind in (AlertKind.CONFIRMED, AlertKind.UPDATE)
        and earlier.state == AlertState.APPROVED
        and earlier.place_id == alert.place_id
        and set(alert.advice) <= set(earlier.advice)
    )
