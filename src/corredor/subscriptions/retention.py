"""Retention of the subscriptions stage."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corredor.kit.retention import CHUNK, Form, Stored
from corredor.people.address_uses import erase_if_unused

from .actions import PENDING_FOR, erase_subscription
from .enums import SubscriptionState
from .models import ContactMethod, Subscription, Suppression


@transaction.atomic
def erase_unconfirmed(now: datetime) -> int:
    """Erase sign-ups not confirmed in time, and contact methods added later and never confirmed."""
    old = Subscription.objects.filter(state=SubscriptionState.PENDING, asked_at__lt=now - PENDING_FOR)
    count = 0
    for subscription in old[:CHUNK]:
        erase_if_unused(erase_subscription(subscription=subscription))
        count += 1
    return count + ContactMethod.objects.filter(confirmed_at=None, asked_at__lt=now - PENDING_FOR).delete()[0]


STORED = [
    Stored(
        code="unconfirmed",
        rows=lambda: Subscription.objects.filter(is_drill=False, state=SubscriptionState.PENDING),
        since="asked_at",
        words=_("Sign-ups that wait for their owner's yes"),
        kept_for=PENDING_FOR,
        erase=erase_unconfirmed,
    ),
    Stored(
        code="subscriptions",
        rows=lambda: Subscription.objects.filter(is_drill=False),
        since="asked_at",
        words=_("Wishes of subscribers: coarse areas, language, hours"),
    ),
    Stored(
        code="suppressions",
        rows=Suppression.objects.all,
        since="refused_at",
        words=_("Numbers that said STOP"),
        form=Form.DIGEST,
    ),
]
