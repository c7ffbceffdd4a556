"""Writes of the delivery stage: enqueue, supersede and stop rows, switch providers, begin and end a halt."""

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
from corredor.delivery.clock import cap_at_database_now
from corredor.incidents.timeline import record
from corredor.people.models import User
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import ContactMethod

from .enums import SendState, TransactionalKind
from .models import Delivery, Halt, Route, TransactionalMessage

# Confirmed contact methods of the same address, whichever subscription holds them now.
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
    """Enqueue one row per contact method by a single INSERT ... SELECT. Return the number of new rows.

    An address that two subscriptions share gets one row. With ``after_push`` the rows are held as text fallback
    (``delivery.queue.text_fallback``) and checked for a push receipt from ``due_at`` on.
    """
    # In address order, so that every index grows at one end instead of on random pages.
    rows = methods.order_by("address_id").values_list(
        "kind",
        "address_id",
        "subscription__language",
        "subscription_id",
        *_constants(alert, due_at, after_push=after_push),
    )
    return _insert(rows)


def queue_for_earlier_recipients(
    *, alert: Alert, since: datetime | None, due_at: datetime, audience: Q | None = None
) -> int:
    """Enqueue one row for everyone reached, or possibly reached, by an alert of the incident approved after ``since``,
    on the same channel. MOVED_AWAY goes only to recipients of alerts of that place. ``audience`` (see ``has_reached``)
    narrows the recipients.
    """
    place_id = alert.place_id if alert.kind == AlertKind.MOVED_AWAY else None
    rows = (
        list_reached(incident_id=alert.incident_id, place_id=place_id, since=since)
        .filter(audience or Q())
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
    """Return deliveries of an incident (or of one place on its path) that reached an address with a confirmed method.

    ``since`` leaves out alerts approved up to then. Claimed rows and rows with an unknown outcome count as reached:
    better one correction too many than one too few.
    """
    return Delivery.objects.filter(
        Q(state__in=[SendState.SENT, SendState.CLAIMED]) | Q(outcome_unknown=True),
        Q() if place_id is None else Q(alert__place_id=place_id),
        Q() if since is None else Q(alert__approved_at__gt=since),
        Exists(_OPEN_METHODS),
        alert__incident_id=incident_id,
    )


def has_reached(*, alert_ids: Sequence[int]) -> Exists:
    """Return the clause: one of the alerts reached, or may have reached, the delivery's address on the same channel."""
    return Exists(
        Delivery.objects.filter(
            Q(state__in=[SendState.SENT, SendState.CLAIMED]) | Q(outcome_unknown=True),
            alert_id__in=list(alert_ids),
            address_id=OuterRef("address_id"),
            channel=OuterRef("channel"),
        )
    )


def supersede_repeats(*, of: Sequence[int], by: Alert, now: datetime) -> int:
    """Supersede due rows of earlier messages with the same content for recipients of ``by``, who need it once."""
    recipients = Delivery.objects.filter(alert=by).values("address_id")
    rows = Delivery.objects.filter(alert_id__in=list(of), state=SendState.DUE, address_id__in=recipients)
    return rows.update(state=SendState.SUPERSEDED, settled_at=now)


def move_address(*, old_id: int, new_id: int) -> None:
    """Re-point past deliveries to an address's successor, so that a warned person also gets the correction."""
    already_sent = Delivery.objects.filter(address_id=new_id).values("alert_id")
    Delivery.objects.filter(address_id=old_id).exclude(alert_id__in=already_sent).update(address_id=new_id)
    TransactionalMessage.objects.filter(address_id=old_id).update(address_id=new_id)


def supersede_waiting(*, by: Alert, now: datetime) -> int:
    """Supersede unsent rows of the incident's earlier alerts: ``by`` is newer.

    MOVED_AWAY supersedes only alerts of the place that was left.
    """
    rows_of = Delivery.objects.filter(alert__incident_id=by.incident_id).exclude(alert=by)
    if by.kind == AlertKind.MOVED_AWAY:
        rows_of = rows_of.filter(alert__place_id=by.place_id)
    rows = rows_of.filter(state__in=[SendState.DUE, SendState.WAITING])
    _expire_claimed(rows_of, now=now)
    return rows.update(state=SendState.SUPERSEDED, settled_at=now)


def stop_waiting(*, alert_id: int, now: datetime) -> int:
    """Stop the queued rows of one alert."""
    rows = Delivery.objects.filter(alert_id=alert_id)
    _expire_claimed(rows, now=now)
    waiting = rows.filter(state__in=[SendState.DUE, SendState.WAITING])
    return waiting.update(state=SendState.STOPPED, settled_at=now)


def _expire_claimed(rows: QuerySet[Delivery], *, now: datetime) -> None:
    """Expire claimed rows: they may still go out, but are not retried."""
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
    """Enqueue one transactional message. ``about`` is the row that a database guard looks up."""
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
        due_at=now if is_drill else cap_at_database_now(now),
        expires_at=expires_at,
    )


def erase_contents(*, ids: Iterable[int]) -> None:
    """Erase the texts of settled transactional messages: they may hold a code or an answer."""
    TransactionalMessage.objects.filter(pk__in=list(ids)).exclude(state__in=[SendState.DUE, SendState.CLAIMED]).update(
        text="", link=""
    )


def switch_channel(*, channel: Channel, provider: str, by: User, now: datetime) -> None:
    """Route a channel through a provider; ``null`` turns the channel off."""
    Route.objects.update_or_create(
        channel=channel, defaults={"provider": provider, "changed_by": by, "changed_at": now}
    )
    Route.objects.filter(channel=channel, failover=provider).update(failover="")
    record(kind="channel.switched", now=now, actor_id=by.pk, channel=channel, provider=provider)


def choose_failover(*, channel: Channel, provider: str, by: User, now: datetime) -> None:
    """Set the failover provider of a channel; empty for none."""
    Route.objects.filter(channel=channel).update(failover=provider, changed_by=by, changed_at=now)
    record(kind="channel.second", now=now, actor_id=by.pk, channel=channel, provider=provider)


def begin_halt(*, reason: str, by: User | None, now: datetime) -> Halt:
    """Halt all sending except drills until somebody ends the halt."""
    halt = Halt.objects.create(begun_at=now, begun_by=by, reason=reason[:200])
    record(kind="halt.begun", now=now, actor_id=by.pk if by else None, halt=halt.pk)
    return halt


def end_halt(*, by: User | None, now: datetime) -> int:
    """End the halt. Return the number of open halts that were ended."""
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
    except EmptyResultSet:  # Django proved the query empty without running it
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO delivery_delivery ({_COLUMNS}) {select} ON CONFLICT DO NOTHING",
            params,
        )
        return int(cursor.rowcount)
