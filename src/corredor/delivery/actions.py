"""Writes of the delivery stage: make rows, supersede them, stop them, switch channels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Alert
from corredor.delivery.clock import not_later
from corredor.incidents.timeline import record
from corredor.people.models import User
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import ContactMethod

from .enums import SendState, TransactionalKind
from .models import Delivery, Halt, Route, TransactionalMessage

# Ways by which the same person can still be reached, be it by another subscription than then.
_OPEN_METHODS = ContactMethod.objects.filter(
    address_id=OuterRef("address_id"), kind=OuterRef("channel"), confirmed_at__isnull=False
)
_THROUGH = Coalesce(
    F("subscription_id"), Subquery(_OPEN_METHODS.values("subscription_id")[:1]), output_field=BigIntegerField()
)
_COLUMNS = (
    "channel, address_id, language, subscription_id, alert_id, state, due_at, expires_at, claimed_by, attempts, "
    "outcome_unknown, provider, code, reference, segments, after_push"
)


def queue_for_methods(
    *, alert: Alert, methods: QuerySet[ContactMethod], due_at: datetime, after_push: bool = False
) -> int:
    """One row for each way in the query, by a single INSERT ... SELECT. Returns how many are new.

    An address that two subscriptions share gets one row. With ``after_push`` the rows wait to see whether the same
    person's push arrives (``delivery.fallback``), looked at for the first time at ``due_at``.
    """
    # in the order of addresses, so that every index grows at one end instead of all over
    rows = methods.order_by("address_id").values_list(
        "kind",
        "address_id",
        "subscription__language",
        "subscription_id",
        *_constants(alert, due_at, after_push=after_push),
    )
    return _insert(rows)


def queue_for_earlier_recipients(
    *, alert: Alert, since: datetime | None, due_at: datetime, told: Q | None = None
) -> int:
    """One row for everyone whom an alert of the incident approved after ``since`` reached or may be
    reaching now, on the way that reached them. "They have left" concerns those who were told of that place.
    ``told`` (see ``was_told``) narrows them.
    """
    place_id = alert.place_id if alert.kind == AlertKind.MOVED_AWAY else None
    rows = (
        list_reached(incident_id=alert.incident_id, place_id=place_id, since=since)
        .filter(told or Q())
        .exclude(alert=alert)
        .order_by()
        .annotate(
            through=Coalesce(
                F("subscription_id"),
                Subquery(_OPEN_METHODS.values("subscription_id")[:1]),
                output_field=BigIntegerField(),
            )
        )
        .values_list("channel", "address_id", "language", "through", *_constants(alert, due_at))
        .distinct()
    )
    return _insert(rows)


def list_reached(*, incident_id: int, place_id: int | None = None, since: datetime | None = None) -> QuerySet[Delivery]:
    """Deliveries of an incident (or of one place on its path) that reached somebody who can still be reached.

    ``since`` leaves out alerts approved up to then. A row that is being sent counts, and so does one that was tried
    and whose answer never came: better a correction too many than one too few.
    """
    return Delivery.objects.filter(
        Q(state__in=[SendState.SENT, SendState.CLAIMED]) | Q(outcome_unknown=True),
        Q() if place_id is None else Q(alert__place_id=place_id),
        Q() if since is None else Q(alert__approved_at__gt=since),
        Exists(_OPEN_METHODS),
        alert__incident_id=incident_id,
    )


def was_told(*, alert_ids: Sequence[int]) -> Exists:
    """Holds for a delivery whose address one of the alerts has reached, or may be reaching now, by the same way."""
    return Exists(
        Delivery.objects.filter(
            Q(state__in=[SendState.SENT, SendState.CLAIMED]) | Q(outcome_unknown=True),
            alert_id__in=list(alert_ids),
            address_id=OuterRef("address_id"),
            channel=OuterRef("channel"),
        )
    )


def drop_repeats(*, of: Sequence[int], by: Alert, now: datetime) -> int:
    """What waits of earlier messages that said the same, for those who get this one: they need it once."""
    anew = Delivery.objects.filter(alert=by).values("address_id")
    rows = Delivery.objects.filter(alert_id__in=list(of), state=SendState.DUE, address_id__in=anew)
    return rows.update(state=SendState.SUPERSEDED, settled_at=now)


def move_address(*, old_id: int, new_id: int) -> None:
    """What led to an address leads to its successor, so that whoever was warned also gets the correction."""
    known = Delivery.objects.filter(address_id=new_id).values("alert_id")
    Delivery.objects.filter(address_id=old_id).exclude(alert_id__in=known).update(address_id=new_id)
    TransactionalMessage.objects.filter(address_id=old_id).update(address_id=new_id)


def supersede_waiting(*, by: Alert, now: datetime) -> int:
    """What has not gone out of an incident's earlier alerts will not: something newer is said.

    "They have left" overtakes only what was said of the place they left.
    """
    rows_of = Delivery.objects.filter(alert__incident_id=by.incident_id).exclude(alert=by)
    if by.kind == AlertKind.MOVED_AWAY:
        rows_of = rows_of.filter(alert__place_id=by.place_id)
    rows = rows_of.filter(state__in=[SendState.DUE, SendState.WAITING])
    _call_off(rows_of, now=now)
    return rows.update(state=SendState.SUPERSEDED, settled_at=now)


def stop_waiting(*, alert_id: int, now: datetime) -> int:
    """Stop what is queued of one alert."""
    rows = Delivery.objects.filter(alert_id=alert_id)
    _call_off(rows, now=now)
    waiting = rows.filter(state__in=[SendState.DUE, SendState.WAITING])
    return waiting.update(state=SendState.STOPPED, settled_at=now)


def _call_off(rows: QuerySet[Delivery], *, now: datetime) -> None:
    """What is being sent this moment may still go out, but is not tried again: its time is over."""
    rows.filter(state=SendState.CLAIMED).update(expires_at=now)


def queue_transactional(
    *,
    kind: TransactionalKind,
    channel: Channel,
    address_id: int,
    language: str,
    title: str,
    text: str,
    link: str = "",
    about: int | None = None,
    is_drill: bool,
    expires_at: datetime,
    now: datetime,
) -> TransactionalMessage:
    """One message to one person that is no alert. ``about`` is the row that a rule of the database asks for."""
    return TransactionalMessage.objects.create(
        kind=kind,
        channel=channel,
        address_id=address_id,
        language=language,
        title=title[:60],
        text=text,
        link=link,
        about=about,
        is_drill=is_drill,
        due_at=now if is_drill else not_later(now),
        expires_at=expires_at,
    )


def erase_contents(*, ids: Iterable[int]) -> None:
    """Forget the texts of settled notices: they may hold a code or an answer."""
    TransactionalMessage.objects.filter(pk__in=list(ids)).exclude(state__in=[SendState.DUE, SendState.CLAIMED]).update(
        text="", link=""
    )


def switch_channel(*, channel: Channel, provider: str, by: User, now: datetime) -> None:
    """Let a kind of way be carried by a provider; ``null`` turns it off."""
    Route.objects.update_or_create(
        channel=channel, defaults={"provider": provider, "changed_by": by, "changed_at": now}
    )
    Route.objects.filter(channel=channel, failover=provider).update(failover="")
    record(kind="channel.switched", now=now, actor_id=by.pk, channel=channel, provider=provider)


def choose_failover(*, channel: Channel, provider: str, by: User, now: datetime) -> None:
    """Name the provider that takes over while the first one cannot; empty for none."""
    Route.objects.filter(channel=channel).update(failover=provider, changed_by=by, changed_at=now)
    record(kind="channel.second", now=now, actor_id=by.pk, channel=channel, provider=provider)


def begin_halt(*, reason: str, by: User | None, now: datetime) -> Halt:
    """Nothing leaves any more, drills excepted, until somebody ends it."""
    halt = Halt.objects.create(begun_at=now, begun_by=by, reason=reason[:200])
    record(kind="halt.begun", now=now, actor_id=by.pk if by else None, halt=halt.pk)
    return halt


def end_halt(*, by: User | None, now: datetime) -> int:
    """Let things leave again."""
    ended = Halt.objects.filter(ended_at=None).update(ended_at=now, ended_by=by)
    if ended:
        record(kind="halt.ended", now=now, actor_id=by.pk if by else None)
    return ended


def _constants(alert: Alert, due_at: datetime, *, after_push: bool = False) -> Sequence[Value]:
    return (
        Value(alert.pk, output_field=IntegerField()),
        Value(str(SendState.WAITING if after_push else SendState.DUE), output_field=CharField()),
        Value(due_at, output_field=DateTimeField()),
        Value(alert.expires_at, output_field=DateTimeField()),
        Value("", output_field=CharField()),
        Value(0, output_field=IntegerField()),
        Value(False, output_field=BooleanField()),
        Value("", output_field=CharField()),
        Value("", output_field=CharField()),
        Value("", output_field=CharField()),
        Value(1, output_field=IntegerField()),
        Value(after_push, output_field=BooleanField()),
    )


def _insert(rows: QuerySet[ContactMethod] | QuerySet[Delivery]) -> int:
    try:
        select, params = rows.query.sql_with_params()
    except EmptyResultSet:  # the query knows without asking that nobody is concerned
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO delivery_delivery ({_COLUMNS}) {select} ON CONFLICT DO NOTHING",
            params,
        )
        return int(cursor.rowcount)
