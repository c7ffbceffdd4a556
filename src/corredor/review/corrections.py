"""Speed and reach of corrections: from the refuting verification to the last correction sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, Min, OuterRef

from corredor.alerts.enums import WARNINGS, AlertKind
from corredor.alerts.models import Alert
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery
from corredor.incidents.enums import CONFIRMED_OUTCOMES
from corredor.incidents.models import Verification
from corredor.subscriptions.models import ContactMethod


@dataclass(frozen=True, slots=True)
class Correction:
    """One incident's correction, counted by address and channel: ``owed`` were warned and are still reachable, ``told``
    of them got it.
    """

    incident_id: int
    known_at: datetime
    approved_at: datetime | None
    last_at: datetime | None
    owed: int
    told: int

    @property
    def reach(self) -> float:
        """Share of reachable recipients who got the correction; 1 if there are none."""
        return self.told / self.owed if self.owed else 1.0

    @property
    def seconds(self) -> float | None:
        """Seconds from the refuting verification to the last correction sent."""
        return (self.last_at - self.known_at).total_seconds() if self.last_at else None

    @property
    def minutes(self) -> float | None:
        """The same in minutes, to a tenth."""
        return None if self.seconds is None else round(self.seconds / 60, 1)


def measure_correction(*, incident_id: int) -> Correction | None:
    """Measure the correction of a refuted warning; None if no warning was refuted."""
    wrong = Verification.objects.filter(incident_id=incident_id).exclude(outcome__in=CONFIRMED_OUTCOMES)
    confirmed = Verification.objects.filter(incident_id=incident_id, outcome__in=CONFIRMED_OUTCOMES)
    last_true = confirmed.aggregate(pk=Max("pk"))["pk"]
    if last_true is None:
        return None
    known_at = wrong.filter(pk__gt=last_true).aggregate(at=Min("checked_at"))["at"]
    if known_at is None:
        return None
    warned = _recipients(incident_id, kinds=WARNINGS)
    if not warned:
        return None
    corrections = Alert.objects.filter(
        incident_id=incident_id, kind=AlertKind.CORRECTION, approved_at__gte=known_at
    ).order_by("approved_at")
    sent = Delivery.objects.filter(alert__in=corrections, state=SendState.SENT)
    told = set(sent.values_list("address_id", "channel"))
    first = corrections.first()
    return Correction(
        incident_id=incident_id,
        known_at=known_at,
        approved_at=first.approved_at if first else None,
        last_at=sent.aggregate(at=Max("settled_at"))["at"],
        owed=len(warned),
        told=len(warned & told),
    )


def list_corrections(*, incident_ids: Collection[int]) -> list[Correction]:
    """Measure several incidents, in the order given."""
    return [found for pk in incident_ids if (found := measure_correction(incident_id=pk)) is not None]


def _recipients(incident_id: int, *, kinds: Collection[str]) -> set[tuple[int | None, str]]:
    """Return (address, channel) pairs reached by these kinds that still have a confirmed contact method."""
    open_methods = ContactMethod.objects.filter(
        address_id=OuterRef("address_id"), kind=OuterRef("channel"), confirmed_at__isnull=False
    )
    rows = Delivery.objects.filter(
        Exists(open_methods), alert__incident_id=incident_id, alert__kind__in=kinds, state=SendState.SENT
    )
    return set(rows.values_list("address_id", "channel"))
