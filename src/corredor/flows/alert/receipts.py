"""Delivery receipts from providers and phones, written in batches.

Writes delivery; erases an address that a receipt reports invalid; a receipt of a school's opt-in push confirms it
(``school.follow``). Called by webhooks.

Thousands come in the seconds after an alert, while senders and the desk write too. So each is acknowledged immediately
and buffered for a moment. A crash loses the buffer, as it would a receipt on its way: a text fallback may then follow a
push that was shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from corredor.channels.base import Result
from corredor.channels.inbound import Receipt
from corredor.delivery.models import TransactionalMessage
from corredor.delivery.providers.receipts import AppliedReceipts, ArrivedReceipt, apply_receipts, read_reference
from corredor.flows.school.follow import confirm_shown
from corredor.flows.subscribe.leave import forget_dead_addresses
from corredor.kit.write_batcher import WriteBatcher
from corredor.subscriptions.enums import Channel

SHOWN = "SHOWN"


def receive_receipt(*, receipt: Receipt, channel: Channel = Channel.SMS, now: datetime) -> None:
    """Buffer one receipt; ignore it if its reference is not ours."""
    if read_reference(receipt.reference) is not None:
        _batcher.put(ArrivedReceipt(receipt, channel, now))


def receive_shown(*, reference: str, now: datetime) -> None:
    """Buffer the receipt of a push shown by a browser. Only that fact and its time are stored."""
    receive_receipt(
        receipt=Receipt(reference, Result.ACCEPTED, is_final=True, code=SHOWN), channel=Channel.PUSH, now=now
    )


@transaction.atomic
def write_receipts(news: Sequence[ArrivedReceipt]) -> AppliedReceipts:
    """Write receipts in order of arrival."""
    noted = apply_receipts(news)
    if shown := _list_shown_messages(news):
        confirm_shown(notice_ids=shown, now=news[-1].at)
    if noted.invalid_address_ids:
        forget_dead_addresses(address_ids=noted.invalid_address_ids, now=news[-1].at)
    return noted


def _list_shown_messages(news: Sequence[ArrivedReceipt]) -> list[int]:
    """Return ids of transactional messages that a phone reports as shown."""
    shown = [read_reference(one.receipt.reference) for one in news if one.receipt.code == SHOWN]
    return [found[1] for found in shown if found is not None and found[0] is TransactionalMessage]


def _write(news: Sequence[ArrivedReceipt]) -> None:
    try:
        write_receipts(news)
    finally:
        if not connection.in_atomic_block:
            connection.close()  # no idle connection between alerts


_batcher: WriteBatcher[ArrivedReceipt] = WriteBatcher(_write, each_s=lambda: settings.CORREDOR_RECEIPTS_EACH_S)
