"""Send rates per provider: initial rates from the settings, then learnt from settled rows."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet, Sum

from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, Plan, SendRate
from corredor.engines import sendplan
from corredor.subscriptions.enums import Channel

ROWS = "rows"  # the rate at which delivery rows are inserted
_FIRST_ROWS = sendplan.SendRate(per_s=20_000.0, start_s=0.0)
_UNKNOWN_PER_S = 5.0  # for a provider that the settings do not name
_FIRST_START_S = 0.5
LEARN_FOR = timedelta(hours=6)  # then an alert counts as finished, whatever is still unsettled
_AT_WORK = (SendState.DUE, SendState.CLAIMED)
_OUT = (SendState.SENT, SendState.DISCARDED)


def get_rates() -> dict[str, sendplan.SendRate]:
    """Return learnt rates by provider."""
    return {row.provider: sendplan.SendRate(row.per_s, row.start_s, row.units) for row in SendRate.objects.all()}


def rate_of(provider: str, rates: dict[str, sendplan.SendRate]) -> sendplan.SendRate:
    """Return the learnt rate, or the initial one."""
    known = rates.get(provider)
    if known is not None and known.per_s > 0:
        return known
    if provider == ROWS:
        return _FIRST_ROWS
    start_s = known.start_s if known else _FIRST_START_S
    return sendplan.SendRate(settings.FIRST_PACES.get(provider, _UNKNOWN_PER_S), start_s)


def learn(*, now: datetime) -> int:
    """Update rates from finished alerts; return their number."""
    count = 0
    for plan in Plan.objects.filter(learned_at=None).select_related("alert").order_by("pk"):
        at_work = Delivery.objects.filter(alert_id=plan.alert_id, state__in=_AT_WORK).exists()
        if at_work and now - plan.made_at < LEARN_FOR:
            continue
        if Plan.objects.filter(pk=plan.pk, learned_at=None).update(learned_at=now):
            _learn_from(plan, now=now)
            count += 1
    return count


def list_settled(*, alert_id: int) -> dict[tuple[str, str], list[tuple[datetime, int, int]]]:
    """Return (time, messages, segments) of an alert's sent rows, grouped by (channel, provider)."""
    found: dict[tuple[str, str], list[tuple[datetime, int, int]]] = {}
    rows: QuerySet[Delivery] = Delivery.objects.filter(alert_id=alert_id, state__in=_OUT, settled_at__isnull=False)
    counted = rows.order_by("settled_at").values_list("channel", "provider", "settled_at")
    for channel, provider, at, messages, segments in counted.annotate(n=Count("pk"), s=Sum("segments")):
        found.setdefault((channel, provider), []).append((at, messages, segments))
    return found


def _learn_from(plan: Plan, *, now: datetime) -> None:
    began = plan.made_at
    rates = get_rates()
    if plan.rows_made_s > 0 and plan.messages >= sendplan.LEAST_UNITS:
        seen = sendplan.SendRate(plan.messages / plan.rows_made_s, 0.0, plan.messages)
        _keep(ROWS, sendplan.blend(rates.get(ROWS), seen), now)
    for (channel, provider), moments in list_settled(alert_id=plan.alert_id).items():
        settled = [
            ((at - began).total_seconds(), float(segments if channel == Channel.SMS else messages))
            for at, messages, segments in moments
        ]
        observed = sendplan.observe(settled, rows_s=plan.rows_made_s)
        if observed is not None and _began_at_once(settled, plan):
            _keep(provider, sendplan.blend(rates.get(provider), observed), now)


def _began_at_once(settled: list[tuple[float, float]], plan: Plan) -> bool:
    """Return whether the first message left unhindered: behind another alert, halt or quiet hours times say nothing."""
    return settled[0][0] - plan.rows_made_s < max(30.0, plan.last_s)


def _keep(provider: str, pace: sendplan.SendRate, now: datetime) -> None:
    SendRate.objects.update_or_create(
        provider=provider,
        defaults={"per_s": pace.per_s, "start_s": pace.start_s, "units": pace.units, "learned_at": now},
    )
