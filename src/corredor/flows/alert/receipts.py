"""Receive receipts: what a provider or a phone says of one message.

Writes delivery; a number that no longer exists is erased as when its provider says so at once; a phone that shows a
school's first notice has said yes by that (corridor_follow). Called by webhooks.

Thousands come in the seconds after an alert, while senders and desk write too. So they are answered at once, gathered
for a moment and written together. One that a kill catches in that moment is missed, as one on its way would be:
somebody may then be texted although their phone did show the push.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from corredor.channels.base import Result
from corredor.channels.inbound import Receipt
from corredor.delivery.models import TransactionalMessage
from corredor.delivery.providers.receipts import News, Noted, note_receipts, read_reference
from corredor.flows.school.follow import confirm_shown
from corredor.flows.subscribe.leave import forget_dead_addresses
from corredor.kit.write_batcher import WriteBatcher
from corredor.subscriptions.enums import Channel

SHOWN = "SHOWN"


def receive_receipt(*, receipt: Receipt, channel: Channel = Channel.SMS, now: datetime) -> None:
    """Take one receipt in; one that belongs to nothing of ours is passed over."""
    if read_reference(receipt.reference) is not None:
        _gathered.put(News(receipt, channel, now))


def receive_shown(*, reference: str, now: datetime) -> None:
    """A browser has shown a push. Nothing is kept but that, and when."""
    receive_receipt(
        receipt=Receipt(reference, Result.ACCEPTED, is_final=True, code=SHOWN), channel=Channel.PUSH, now=now
    )


@transaction.atomic
def write_receipts(news: Sequence[News]) -> Noted:
    """Write receipts down, in the order in which they came."""
    noted = note_receipts(news)
    if shown := _list_shown_messages(news):
        confirm_shown(notice_ids=shown, now=news[-1].at)
    if noted.dead_address_ids:
        forget_dead_addresses(address_ids=noted.dead_address_ids, now=news[-1].at)
    return noted


def _list_shown_messages(news: Sequence[News]) -> list[int]:
    """Notices (not alerts) of which a phone says that it has shown them."""
    shown = [read_reference(one.receipt.reference) for one in news if one.receipt.code == SHOWN]
    return [found[1] for found in shown if found is not None and found[0] is TransactionalMessage]


def _write(news: Sequence[News]) -> None:
    try:
        write_receipts(news)
    finally:
        if not connection.in_atomic_block:
            connection.close()  # between two alerts the thread that gathers need not hold one


_gathered: WriteBatcher[News] = WriteBatcher(_write, each_s=lambda: settings.CORREDOR_RECEIPTS_EACH_S)
