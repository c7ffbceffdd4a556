"""Counts and durations of a set of incidents."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from statistics import median
from typing import Any

from django.db.models import Count, Min, QuerySet

from corredor.alerts.enums import WARNINGS, AlertKind
from corredor.alerts.models import Alert
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery
from corredor.incidents.enums import CONFIRMED_OUTCOMES
from corredor.incidents.models import Membership, Verification
from corredor.intake.enums import ReportState
from corredor.intake.models import Report

Seconds = float


def count_by(rows: QuerySet[Any], field: str) -> dict[str, int]:
    """Count rows by the value of a field."""
    counted = rows.order_by().values_list(field).annotate(n=Count("pk"))
    return {str(value): n for value, n in counted}


def count_joined_duplicates(*, incident_ids: Collection[int]) -> int:
    """Count reports that joined an existing incident."""
    rows = Membership.objects.filter(incident_id__in=incident_ids, left_at=None)
    return rows.count() - rows.values("incident_id").distinct().count()


def count_held_as_flood(*, report_ids: Collection[int]) -> int:
    """Count reports held as part of a flood."""
    return Report.objects.filter(pk__in=report_ids, state=ReportState.HELD, state_reason__startswith="FLOOD").count()


def count_denied_rumours(*, incident_ids: Collection[int]) -> int:
    """Count incidents with a sent denial."""
    sent = Delivery.objects.filter(
        alert__incident_id__in=incident_ids, alert__kind=AlertKind.DENIAL, state=SendState.SENT
    )
    return sent.values("alert__incident_id").distinct().count()


def list_times_to_verify(*, incident_ids: Collection[int]) -> list[Seconds]:
    """Return seconds from first report to first outcome, per incident that has one."""
    first_reports = dict(
        Membership.objects.filter(incident_id__in=incident_ids)
        .order_by()
        .values_list("incident_id")
        .annotate(at=Min("report__received_at"))
    )
    checked = dict(
        Verification.objects.filter(incident_id__in=incident_ids)
        .order_by()
        .values_list("incident_id")
        .annotate(at=Min("checked_at"))
    )
    return [(checked[pk] - at).total_seconds() for pk, at in first_reports.items() if pk in checked]


def list_times_to_alert(*, incident_ids: Collection[int]) -> list[Seconds]:
    """Return seconds from first confirmation to approval of the first warning, per incident with both."""
    confirmed = dict(
        Verification.objects.filter(incident_id__in=incident_ids, outcome__in=CONFIRMED_OUTCOMES)
        .order_by()
        .values_list("incident_id")
        .annotate(at=Min("checked_at"))
    )
    warned = dict(
        Alert.objects.filter(incident_id__in=incident_ids, kind__in=WARNINGS, approved_at__isnull=False)
        .order_by()
        .values_list("incident_id")
        .annotate(at=Min("approved_at"))
    )
    return [(warned[pk] - at).total_seconds() for pk, at in confirmed.items() if pk in warned]


def list_times_to_correct(*, incident_ids: Collection[int]) -> list[Seconds]:
    """Return seconds from the refuting outcome to the approval of its correction."""
    times = []
    for alert in Alert.objects.filter(
        incident_id__in=incident_ids, kind=AlertKind.CORRECTION, approved_at__isnull=False
    ).select_related("verification"):
        assert alert.approved_at is not None
        times.append((alert.approved_at - alert.verification.checked_at).total_seconds())
    return times


def list_times_to_first_send(*, incident_ids: Collection[int]) -> list[Seconds]:
    """Return seconds from approval to the first message accepted by a provider, by row timestamps."""
    rows = (
        Delivery.objects.filter(alert__incident_id__in=incident_ids, state=SendState.SENT)
        .order_by()
        .values_list("alert__approved_at", "alert_id")
        .annotate(at=Min("settled_at"))
    )
    return [(at - approved_at).total_seconds() for approved_at, _, at in rows]


def summarise(times: Iterable[Seconds]) -> dict[str, float | int | None]:
    """Return count, median and maximum, in seconds."""
    values: Sequence[Seconds] = sorted(times)
    if not values:
        return {"n": 0, "p50": None, "max": None}
    return {"n": len(values), "p50": round(median(values), 3), "max": round(values[-1], 3)}
