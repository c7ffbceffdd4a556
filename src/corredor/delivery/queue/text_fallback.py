"""Text fallback: a held SMS that is sent only if no delivery receipt of the same person's push comes.

The held text is an ordinary row in state WAITING, so it is sent at most once: one conditional UPDATE makes it DUE, and
an alert never has two rows for one number. Its cost is limited per alert and per day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum

from corredor.alerts.enums import AlertKind
from corredor.channels.sms.text import render_sms
from corredor.delivery.enums import ReceiptState, SendState
from corredor.delivery.models import Delivery, Route
from corredor.delivery.queries import get_sms_form
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import ContactMethod

from .message import sketch_message

CHUNK = 2000  # rows checked per call
CHECK_AGAIN_AFTER = timedelta(seconds=5)
GIVE_UP = 4  # multiple of receipt_timeout(): by then a push that could not even be attempted falls back to a text
URGENT = (AlertKind.CONFIRMED, AlertKind.MOVED_HERE, AlertKind.RETURNED, AlertKind.HAZARD)
DAY = timedelta(hours=24)

_COST_NOTHING = [SendState.WAITING, SendState.SPARED, SendState.STOPPED, SendState.SUPERSEDED, SendState.EXPIRED]


@dataclass(frozen=True, slots=True)
class FallbackResult:
    """Result of one check: ``released`` texts are due, ``spared`` not needed, ``refused`` over the budget."""

    released: int = 0
    spared: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Budget:
    """SMS segments used by fallback in the last 24 hours, and the daily limit."""

    used: int
    allowed: int
    refused: int  # texts stopped for lack of budget

    @property
    def is_used_up(self) -> bool:
        """True if no more fallback texts are sent today."""
        return self.refused > 0 or self.used >= self.allowed


def receipt_timeout() -> timedelta:
    """Return how long to wait for a push receipt before falling back to SMS."""
    return timedelta(seconds=settings.CORREDOR_FALLBACK["after_s"])


def is_urgent(kind: AlertKind) -> bool:
    """Return whether the kind uses text fallback: urgent kinds do, the others go by push alone."""
    return kind in URGENT


def has_texts_to_check(*, now: datetime) -> bool:
    """Return whether a held text is due for its check."""
    return _list_waiting(now).exists()


def _list_waiting(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=SendState.WAITING, due_at__lte=now, expires_at__gt=now)


def release_undelivered(*, now: datetime) -> FallbackResult:
    """Check held texts whose wait is over: release, spare or refuse each. Call inside a transaction."""
    waiting = _list_waiting(now)
    if not waiting.exists():
        return FallbackResult()
    # Serialise checks across machines: the budget is read and spent in one transaction.
    Route.objects.select_for_update().filter(channel=Channel.SMS).first()
    ids = list(waiting.order_by("due_at", "pk").values_list("pk", flat=True)[:CHUNK])
    rows = Delivery.objects.filter(pk__in=ids, state=SendState.WAITING)
    rows.filter(subscription=None).update(state=SendState.STOPPED, settled_at=now)  # the owner has unsubscribed
    spared = rows.filter(Exists(_pushes().filter(receipt=ReceiptState.DELIVERED))).update(
        state=SendState.SPARED, settled_at=now
    )
    rows.filter(Exists(_pushes().filter(_may_still_arrive(now)))).update(due_at=now + CHECK_AGAIN_AFTER)
    released, refused = _release(rows.filter(due_at__lte=now), now=now)
    return FallbackResult(released, spared, refused)


def get_budget(*, now: datetime) -> Budget:
    """Return the fallback's use of its daily budget."""
    recent = _spent_since(now - DAY)
    refused = recent.filter(state=SendState.STOPPED, code="BUDGET").count()
    return Budget(_used(recent), settings.CORREDOR_FALLBACK["segments_per_day"], refused)


def held_texts(methods: QuerySet[ContactMethod]) -> QuerySet[ContactMethod]:
    """Narrow to texts of people who also have a push and want the text only as fallback."""
    return methods.filter(_is_held_text())


def sent_immediately(methods: QuerySet[ContactMethod]) -> QuerySet[ContactMethod]:
    """Narrow to contact methods that are not held as fallback."""
    return methods.exclude(_is_held_text())


def _is_held_text() -> Q:
    push = ContactMethod.objects.filter(
        subscription_id=OuterRef("subscription_id"), kind=Channel.PUSH, confirmed_at__isnull=False
    )
    # A number next to a push was always added later; testing asked_at first avoids the subquery for most rows.
    return Q(kind=Channel.SMS, asked_at__isnull=False, subscription__text_if_needed=True) & Q(Exists(push))


def _pushes() -> QuerySet[Delivery]:
    """Return the alert's pushes to the browsers of the held text's subscription, whichever row carries them."""
    browsers = ContactMethod.objects.filter(kind=Channel.PUSH, subscription_id=OuterRef(OuterRef("subscription_id")))
    return Delivery.objects.filter(
        alert_id=OuterRef("alert_id"), channel=Channel.PUSH, address_id__in=Subquery(browsers.values("address_id"))
    )


def _may_still_arrive(now: datetime) -> Q:
    """Match a push that may still arrive in time: accepted just now, or queued or being sent for the first time."""
    long_ago = now - GIVE_UP * receipt_timeout()
    return (
        Q(state=SendState.SENT, settled_at__gt=now - receipt_timeout())
        | Q(state=SendState.DUE, attempts=0, due_at__gt=long_ago)
        | Q(state=SendState.CLAIMED, attempts=1, due_at__gt=long_ago)
    )


def _release(rows: QuerySet[Delivery], *, now: datetime) -> tuple[int, int]:
    """Release texts within the budgets, oldest first; stop the rest with code BUDGET."""
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for pk, alert_id, language in rows.order_by("pk").values_list("pk", "alert_id", "language"):
        groups[alert_id, language].append(pk)
    if not groups:
        return 0, 0
    spent = Delivery.objects.filter(after_push=True)
    left_today = settings.CORREDOR_FALLBACK["segments_per_day"] - _used(_spent_since(now - DAY))
    released = refused = 0
    for (alert_id, language), ids in groups.items():
        size = _size_of(alert_id, language)
        left = settings.CORREDOR_FALLBACK["segments_per_alert"] - _used(spent.filter(alert_id=alert_id))
        fits = max(0, min(left, left_today) // size)
        due = _update(ids[:fits], state=SendState.DUE, due_at=now, segments=size)
        refused += _update(ids[fits:], state=SendState.STOPPED, code="BUDGET", settled_at=now)
        released += due
        left_today -= due * size
    return released, refused


def _update(ids: Sequence[int], **values: object) -> int:
    return Delivery.objects.filter(pk__in=ids, state=SendState.WAITING).update(**values) if ids else 0


def _spent_since(since: datetime) -> QuerySet[Delivery]:
    recent = since - DAY  # no alert is valid for longer; a narrow range keeps the search short
    return Delivery.objects.filter(after_push=True, due_at__gt=since, alert__approved_at__gt=recent)


def _used(rows: QuerySet[Delivery]) -> int:
    return int(rows.exclude(state__in=_COST_NOTHING).aggregate(sum=Sum("segments"))["sum"] or 0)


def _size_of(alert_id: int, language: str) -> int:
    """Return the alert's SMS segments in this language, rendered as the senders do."""
    return render_sms(sketch_message(alert_id, language), form=get_sms_form())[1].segments
