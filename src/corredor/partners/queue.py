"""Webhook queue: claim due webhooks under a lease and record results. A crash loses none: the lease expires."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, Window
from django.db.models.functions import RowNumber

from .actions import switch_off
from .enums import HookKind, HookState, OffReason
from .models import Hook, Partner

LEASE = timedelta(minutes=2)  # longer than any call can take
MOST_EACH = 4  # of one partner per batch: calls to it are sequential, and a slow one delays the whole batch
# Retry backoff, a little over a day in all; a test is tried once.
RETRY_AFTER_S = (5, 300, 1800, 7200, 18000, 36000, 36000)
FAILING_FOR = timedelta(days=3)  # then it is switched off, and the steward's page says so


def claim_due(*, most: int, now: datetime, partner_id: int | None = None) -> list[Hook]:
    """Claim up to ``most`` due webhooks, MOST_EACH of a partner, oldest first, for the duration of the lease."""
    due = Q(state=HookState.DUE, due_at__lte=now) | Q(state=HookState.CLAIMED, claimed_at__lt=now - LEASE)
    rows = Hook.objects.filter(due, partner__is_on=True, partner__removed_at=None).select_related("partner")
    if partner_id is not None:
        rows = rows.filter(partner_id=partner_id)
    else:
        place = Window(RowNumber(), partition_by="partner_id", order_by=["due_at", "pk"])
        rows = rows.annotate(place=place).filter(place__lte=MOST_EACH)
    claimed: list[Hook] = []
    for hook in rows.order_by("due_at", "pk")[:most]:
        same = Hook.objects.filter(pk=hook.pk, state=hook.state, claimed_at=hook.claimed_at)
        if same.update(state=HookState.CLAIMED, claimed_at=now, attempts=hook.attempts + 1):
            hook.attempts += 1
            claimed.append(hook)
    return claimed


@transaction.atomic
def settle(*, hook: Hook, is_accepted: bool, code: str, retry_after_s: float | None, now: datetime) -> None:
    """Record one result (accepted, retry later, or given up) and the state of the partner's server."""
    mine = Hook.objects.filter(pk=hook.pk, state=HookState.CLAIMED)
    if is_accepted:
        mine.update(state=HookState.SENT, settled_at=now, code=code)
        Partner.objects.filter(pk=hook.partner_id).update(failing_since=None, last_accepted_at=now, last_code=code)
        return
    if hook.kind == HookKind.TEST or hook.attempts > len(RETRY_AFTER_S):
        mine.update(state=HookState.FAILED, settled_at=now, code=code)
    else:
        wait = max(RETRY_AFTER_S[hook.attempts - 1], retry_after_s or 0.0)
        mine.update(state=HookState.DUE, claimed_at=None, due_at=now + timedelta(seconds=wait), code=code)
    _note_failure(hook.partner_id, code, now)


def _note_failure(partner_id: int, code: str, now: datetime) -> None:
    Partner.objects.filter(pk=partner_id).update(last_code=code)
    Partner.objects.filter(pk=partner_id, failing_since=None).update(failing_since=now)
    partner = Partner.objects.get(pk=partner_id)
    since = partner.failing_since or now
    if code == "410":
        switch_off(partner=partner, reason=OffReason.GONE, now=now)
    elif now - since >= FAILING_FOR:
        switch_off(partner=partner, reason=OffReason.FAILING, now=now)
