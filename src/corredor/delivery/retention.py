"""Retention of the delivery stage."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corredor.kit.retention import CHUNK, Stored

from .actions import erase_contents
from .enums import SendState
from .models import Delivery, TransactionalMessage

TRANSACTIONAL_KEPT = timedelta(days=2)
LINKS_KEPT = timedelta(days=30)  # after the incident was closed; then only the counts remain


@transaction.atomic
def erase_transactional(now: datetime) -> int:
    """Erase the texts of settled transactional messages now and their rows after TRANSACTIONAL_KEPT."""
    settled = TransactionalMessage.objects.exclude(state__in=[SendState.DUE, SendState.CLAIMED])
    erase_contents(ids=settled.exclude(text="").values_list("pk", flat=True)[:CHUNK])
    return settled.filter(settled_at__lt=now - TRANSACTIONAL_KEPT).delete()[0]


@transaction.atomic
def unlink_deliveries(now: datetime) -> int:
    """Unlink recipients from old deliveries; counts and receipts stay.

    The provider's message id is erased too: with the provider's own records it would lead to the number.
    """
    old = Delivery.objects.filter(alert__incident__closed_at__lt=now - LINKS_KEPT, address__isnull=False)
    return old.update(address=None, subscription=None, reference="")


STORED = [
    Stored(
        code="transactional",
        rows=lambda: TransactionalMessage.objects.filter(is_drill=False).exclude(text=""),
        since="due_at",
        words=_("Single messages that have not left yet"),
        kept_for=TRANSACTIONAL_KEPT,
        erase=erase_transactional,
    ),
    Stored(
        code="deliveries",
        rows=lambda: Delivery.objects.filter(alert__is_drill=False, address__isnull=False),
        since="due_at",
        words=_("Which subscriber got which alert and whether it arrived, without the address itself"),
        kept_for=LINKS_KEPT,
        erase=unlink_deliveries,
    ),
]
