"""Delivery receipts, matched to rows by our own unguessable reference.

Receipts may precede our record of the send, repeat, or come in any order. So a receipt is idempotent and only rises in
rank (``ReceiptState``), and is matched by our reference, not by the provider's id.
"""

from __future__ import annotations

import base64
import hmac
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from corredor.channels.base import Result
from corredor.channels.inbound import Receipt
from corredor.delivery.enums import ReceiptState, SendState
from corredor.delivery.models import Delivery, Sendable, TransactionalMessage

_LETTERS: dict[str, type[Sendable]] = {"d": Delivery, "n": TransactionalMessage}
_LETTER_OF = {model: letter for letter, model in _LETTERS.items()}
_RANKS: dict[str, int] = {
    ReceiptState.NONE: 0,
    ReceiptState.ON_ITS_WAY: 1,
    ReceiptState.UNDELIVERED: 2,
    ReceiptState.DELIVERED: 3,
}
# A row to be retried or given up because the provider's response was lost: the receipt proves that it was sent.
_WAS_UNKNOWN = "(%s AND outcome_unknown AND state IN ('DUE', 'FAILED'))"
# Of an attempt before the recorded one, only a DELIVERED receipt counts.
_UPDATE = (
    "UPDATE {table} SET receipt = %s, receipt_at = %s, receipt_code = %s, receipt_reason = %s, "  # noqa: S608 -- own names
    f"state = CASE WHEN {_WAS_UNKNOWN} THEN 'SENT' ELSE state END, "
    f"settled_at = CASE WHEN {_WAS_UNKNOWN} THEN %s ELSE settled_at END "
    "WHERE id = %s AND channel = %s AND attempts > 0 AND (%s OR reference IN ('', %s)) AND CASE receipt "
    "WHEN 'DELIVERED' THEN 3 WHEN 'UNDELIVERED' THEN 2 WHEN 'ON_ITS_WAY' THEN 1 ELSE 0 END < %s"
)


@dataclass(frozen=True, slots=True)
class ArrivedReceipt:
    """One receipt, its channel, and the time it came."""

    receipt: Receipt
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AppliedReceipts:
    """Number of receipts that changed a row, and addresses that they report invalid: the caller erases those."""

    new: int
    invalid_address_ids: tuple[int, ...] = ()


def make_reference(model: type[Sendable], pk: int) -> str:
    """Return the reference sent with a row: its id and a 96-bit MAC."""
    number = f"{_LETTER_OF[model]}{pk}"
    return f"{number}-{_tag(number)}"


def read_reference(reference: str) -> tuple[type[Sendable], int] | None:
    """Return the row that a reference names; None for a forged one."""
    number, _, tag = reference[:64].partition("-")
    model, digits = _LETTERS.get(number[:1]), number[1:]
    if model is None or not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        return None
    return (model, int(digits)) if hmac.compare_digest(tag.encode(), _tag(number).encode()) else None


def apply_receipts(news: Sequence[ArrivedReceipt]) -> AppliedReceipts:
    """Apply receipts to their rows where they raise the rank. Call inside a transaction."""
    plain: dict[type[Sendable], list[tuple[Any, ...]]] = defaultdict(list)
    count, invalid = 0, []
    for one in news:
        found = read_reference(one.receipt.reference)
        if found is None:
            continue
        if one.receipt.result is not Result.INVALID_ADDRESS:
            plain[found[0]].append(_row(found[1], one))
        elif _update(found[0], [_row(found[1], one)]):
            count += 1
            invalid += _mark_invalid(*found)
    return AppliedReceipts(count + sum(_update(model, rows) for model, rows in plain.items()), tuple(invalid))


def settle_arrived(*, model: type[Sendable], ids: list[int], now: datetime) -> int:
    """Settle rows about to be retried whose DELIVERED receipt came before the lost response."""
    arrived = model._default_manager.filter(
        pk__in=ids, outcome_unknown=True, state__in=[SendState.DUE, SendState.FAILED], receipt=ReceiptState.DELIVERED
    )
    return int(arrived.update(state=SendState.SENT, settled_at=now))


def _row(pk: int, news: ArrivedReceipt) -> tuple[Any, ...]:
    receipt, at = news.receipt, connection.ops.adapt_datetimefield_value(news.at)
    state = _state_of(receipt)
    is_delivered = state == ReceiptState.DELIVERED
    is_current = is_delivered or not receipt.provider_id
    reference = receipt.provider_id[:80]
    words = (state, at, receipt.code[:20], receipt.reason)
    return (*words, is_delivered, is_delivered, at, pk, news.channel, is_current, reference, _RANKS[state])


def _update(model: type[Sendable], rows: list[tuple[Any, ...]]) -> int:
    with connection.cursor() as cursor:
        cursor.executemany(_UPDATE.format(table=model._meta.db_table), rows)
        return int(cursor.rowcount)


def _mark_invalid(model: type[Sendable], pk: int) -> list[int]:
    row = model._default_manager.filter(pk=pk)
    row.filter(state=SendState.SENT).update(state=SendState.INVALID_ADDRESS)
    return [address_id for address_id in row.values_list("address_id", flat=True) if address_id]


def _state_of(receipt: Receipt) -> ReceiptState:
    if not receipt.is_final:
        return ReceiptState.ON_ITS_WAY
    return ReceiptState.DELIVERED if receipt.result is Result.ACCEPTED else ReceiptState.UNDELIVERED


def _tag(number: str) -> str:
    digest = hmac.digest(settings.CODE_PEPPER.encode(), f"receipt:{number}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:12]).decode("ascii")
