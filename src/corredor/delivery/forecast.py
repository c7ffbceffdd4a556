"""Send forecast of an alert: recipients per channel, cost, and the time of the last delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Count

from corredor.alerts.models import Alert
from corredor.engines import sendplan
from corredor.subscriptions.enums import Channel

from .enums import SendState
from .models import Delivery, Plan, TransactionalMessage
from .providers.rates import ROWS, get_rates, rate_of


@dataclass(frozen=True, slots=True)
class Share:
    """Message count of one channel and language; ``held`` of them wait for the end of quiet hours."""

    channel: str
    language: str
    messages: int
    held: int = 0


@dataclass(frozen=True, slots=True)
class LanePlan:
    """Forecast of one channel. ``messages`` go now, ``held`` after quiet hours; ``ahead`` are queued before them;
    ``cost`` is None without a price.
    """

    channel: str
    provider: str
    by_language: dict[str, int]
    messages: int
    held: int
    segments: int
    ahead: int
    per_s: float
    is_learnt: bool
    last_s: float
    cost: float | None


@dataclass(frozen=True, slots=True)
class SendPlan:
    """Forecast of one alert. ``curve`` is [seconds since approval, messages sent] for messages not held."""

    people: int
    lanes: tuple[LanePlan, ...]
    curve: tuple[tuple[float, int], ...]
    last_s: float
    currency: str = field(default_factory=lambda: str(settings.CURRENCY))

    @property
    def messages(self) -> int:
        """Total number of messages, held ones included."""
        return sum(lane.messages + lane.held for lane in self.lanes)

    @property
    def segments(self) -> int:
        """Total SMS segments, held ones included."""
        return sum(lane.segments for lane in self.lanes)

    @property
    def cost(self) -> float | None:
        """Total cost of the lanes that have a price; None when none has one."""
        costs = [lane.cost for lane in self.lanes if lane.cost is not None]
        return sum(costs) if costs else None


def make_plan(
    *,
    people: int,
    shares: Sequence[Share],
    segments_each: Mapping[str, int],
    supersedes: int | None = None,
    routes: Mapping[str, str],
    now: datetime,
) -> SendPlan:
    """Forecast the send from the audience, SMS segments per language, and learnt send rates.

    ``supersedes`` is the incident whose queued messages this alert supersedes, so that they are not counted ahead.
    """
    rates = get_rates()
    channels = sorted({share.channel for share in shares})
    ahead = _count_ahead(channels, supersedes, now)
    drafts = []
    for channel in channels:
        own = [share for share in shares if share.channel == channel]
        provider = routes.get(channel, "null")
        drafts.append(
            (channel, provider, own, _lane(channel, own, segments_each, rate_of(provider, rates), ahead[channel]))
        )
    at_once = sum(lane.messages for *_, lane in drafts)
    rows_s = at_once / rate_of(ROWS, rates).per_s
    result = sendplan.forecast([lane for *_, lane in drafts], rows_s=rows_s)
    lanes = tuple(
        LanePlan(
            channel=channel,
            provider=provider,
            by_language={share.language: share.messages for share in own},
            messages=lane.messages,
            held=sum(share.held for share in own),
            segments=_count_segments(own, segments_each) if channel == Channel.SMS else 0,
            ahead=round(lane.ahead),
            per_s=lane.pace.per_s,
            is_learnt=provider in rates,
            last_s=result.by_lane.get(channel, 0.0),
            cost=_cost(channel, provider, own, segments_each),
        )
        for channel, provider, own, lane in drafts
    )
    return SendPlan(people, lanes, result.curve, result.last_s)


def save_plan(*, alert: Alert, plan: SendPlan, rows_made_s: float, now: datetime) -> Plan:
    """Store the forecast with the alert, for comparison with the real curve."""
    return Plan.objects.create(
        alert=alert,
        made_at=now,
        people=plan.people,
        messages=plan.messages,
        lanes=[asdict(lane) for lane in plan.lanes],
        curve=[list(point) for point in plan.curve],
        last_s=plan.last_s,
        rows_made_s=rows_made_s,
    )


def get_plan(*, alert_id: int) -> Plan | None:
    """Return the stored forecast of an alert, if any."""
    return Plan.objects.filter(alert_id=alert_id).first()


def list_usual_audiences(*, latest: int = 20) -> list[int]:
    """Return the message counts of the latest real alerts."""
    rows = Plan.objects.filter(alert__is_drill=False).order_by("-pk")
    return list(rows.values_list("messages", flat=True)[:latest])


def _lane(
    channel: str, own: Sequence[Share], segments_each: Mapping[str, int], pace: sendplan.SendRate, ahead: int
) -> sendplan.Lane:
    messages = sum(share.messages - share.held for share in own)
    each = segments_each if channel == Channel.SMS else {}
    units = sum((share.messages - share.held) * each.get(share.language, 1) for share in own)
    return sendplan.Lane(channel, messages, units, pace, ahead)


def _count_segments(own: Sequence[Share], segments_each: Mapping[str, int]) -> int:
    return sum(share.messages * segments_each.get(share.language, 1) for share in own)


def _cost(channel: str, provider: str, own: Sequence[Share], segments_each: Mapping[str, int]) -> float | None:
    price = settings.SEND_PRICES.get(provider)
    if price is None:
        return None
    units = _count_segments(own, segments_each) if channel == Channel.SMS else sum(share.messages for share in own)
    return float(price * units)


def _count_ahead(channels: Sequence[str], supersedes: int | None, now: datetime) -> dict[str, int]:
    """Count unsettled messages per channel that are due before this alert's."""
    due = {
        "state__in": [SendState.DUE, SendState.CLAIMED],
        "channel__in": list(channels),
        "due_at__lte": now,
        "expires_at__gt": now,
    }
    alerts = Delivery.objects.filter(**due)
    if supersedes is not None:
        alerts = alerts.exclude(alert__incident_id=supersedes)
    by_channel, others = (
        rows.order_by().values_list("channel").annotate(n=Count("pk"))
        for rows in (alerts, TransactionalMessage.objects.filter(**due))
    )
    ahead = dict.fromkeys(channels, 0)
    for channel, count in by_channel.union(others, all=True):
        ahead[channel] += count
    return ahead
