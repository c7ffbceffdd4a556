"""Fallback: a text message that waits to see whether the same person's push arrives, and goes only if it does not.

The waiting text is a row like any other, in state WAITING, so it is sent at most once: it becomes DUE by one
conditional UPDATE, and the same alert never has two rows for one number. What it may cost is limited for each alert
and each day.
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

CHUNK = 2000  # rows looked at in one go
LOOK_AGAIN = timedelta(seconds=5)
GIVE_UP = 4  # times the patience: by then a push that could not even be tried goes on as a text
URGENT = (AlertKind.CONFIRMED, AlertKind.MOVED_HERE, AlertKind.RETURNED, AlertKind.HAZARD)
DAY = timedelta(hours=24)

_COST_NOTHING = [SendState.WAITING, SendState.SPARED, SendState.STOPPED, SendState.SUPERSEDED, SendState.EXPIRED]


@dataclass(frozen=True, slots=True)
class FellBack:
    """One look: ``released`` texts go out now, ``spared`` are not needed, ``refused`` had no budget left."""

    released: int = 0
    spared: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Budget:
    """Parts of text messages that fallback has used in the last 24 hours, and how many it may."""

    used: int
    allowed: int
    refused: int  # texts that were not sent because of it

    @property
    def is_used_up(self) -> bool:
        """Whether nobody gets a text in place of a push any more today."""
        return self.refused > 0 or self.used >= self.allowed


def patience() -> timedelta:
    """How long a push may stay without a sign of the phone."""
    return timedelta(seconds=settings.CORREDOR_FALLBACK["after_s"])


def is_urgent(kind: AlertKind) -> bool:
    """Whether texts of such an alert are held for its pushes: urgent ones are, the others go by push alone."""
    return kind in URGENT


def is_anything_waiting(*, now: datetime) -> bool:
    """Whether a text has waited long enough to be looked at."""
    return _list_waiting(now).exists()


def _list_waiting(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=SendState.WAITING, due_at__lte=now, expires_at__gt=now)


def release_unanswered(*, now: datetime) -> FellBack:
    """Look at what has waited long enough. Inside the caller's transaction."""
    waiting = _list_waiting(now)
    if not waiting.exists():
        return FellBack()
    # One look at a time, on any machine: the budget is counted and spent in the same transaction.
    Route.objects.select_for_update().filter(channel=Channel.SMS).first()
    ids = list(waiting.order_by("due_at", "pk").values_list("pk", flat=True)[:CHUNK])
    rows = Delivery.objects.filter(pk__in=ids, state=SendState.WAITING)
    rows.filter(subscription=None).update(state=SendState.STOPPED, settled_at=now)  # its owner has left
    spared = rows.filter(Exists(_pushes().filter(receipt=ReceiptState.DELIVERED))).update(
        state=SendState.SPARED, settled_at=now
    )
    rows.filter(Exists(_pushes().filter(_hopeful(now)))).update(due_at=now + LOOK_AGAIN)
    released, refused = _release(rows.filter(due_at__lte=now), now=now)
    return FellBack(released, spared, refused)


def get_budget(*, now: datetime) -> Budget:
    """What fallback has used of its daily budget."""
    recent = _spent_since(now - DAY)
    refused = recent.filter(state=SendState.STOPPED, code="BUDGET").count()
    return Budget(_used(recent), settings.CORREDOR_FALLBACK["segments_per_day"], refused)


def held_texts(methods: QuerySet[ContactMethod]) -> QuerySet[ContactMethod]:
    """Those of the ways that are texts to somebody who also has a push and wants the text only if that fails."""
    return methods.filter(_is_held_text())


def used_at_once(methods: QuerySet[ContactMethod]) -> QuerySet[ContactMethod]:
    """The ways that are used at once."""
    return methods.exclude(_is_held_text())


def _is_held_text() -> Q:
    push = ContactMethod.objects.filter(
        subscription_id=OuterRef("subscription_id"), kind=Channel.PUSH, confirmed_at__isnull=False
    )
    # A number beside a push was always added later; asked first, so that for most ways nothing else is.
    return Q(kind=Channel.SMS, asked_at__isnull=False, subscription__text_if_needed=True) & Q(Exists(push))


def _pushes() -> QuerySet[Delivery]:
    """The same alert's pushes to the browsers of the waiting text's subscription, whichever row carries them."""
    browsers = ContactMethod.objects.filter(kind=Channel.PUSH, subscription_id=OuterRef(OuterRef("subscription_id")))
    return Delivery.objects.filter(
        alert_id=OuterRef("alert_id"), channel=Channel.PUSH, address_id__in=Subquery(browsers.values("address_id"))
    )


def _hopeful(now: datetime) -> Q:
    """A push that may still arrive in time: taken a moment ago, or in a long queue or on its way for the first time."""
    long_ago = now - GIVE_UP * patience()
    return (
        Q(state=SendState.SENT, settled_at__gt=now - patience())
        | Q(state=SendState.DUE, attempts=0, due_at__gt=long_ago)
        | Q(state=SendState.CLAIMED, attempts=1, due_at__gt=long_ago)
    )


def _release(rows: QuerySet[Delivery], *, now: datetime) -> tuple[int, int]:
    """As many as the budgets allow become due, oldest first; the others are stopped and say so."""
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
    recent = since - DAY  # no alert holds for longer than that; few alerts make a short search
    return Delivery.objects.filter(after_push=True, due_at__gt=since, alert__approved_at__gt=recent)


def _used(rows: QuerySet[Delivery]) -> int:
    return int(rows.exclude(state__in=_COST_NOTHING).aggregate(sum=Sum("segments"))["sum"] or 0)


def _size_of(alert_id: int, language: str) -> int:
    """Parts that the alert takes as a text in this language, as the senders will make it."""
    return render_sms(sketch_message(alert_id, language), form=get_sms_form())[1].segments
