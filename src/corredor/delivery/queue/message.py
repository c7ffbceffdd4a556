"""Build a channel's message from a claimed row: text, decrypted address, links. The only reader of addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

from django.conf import settings

from corredor.alerts.models import Alert, AlertText
from corredor.channels.base import Message
from corredor.delivery.enums import TransactionalKind
from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.delivery.providers.receipts import make_reference
from corredor.delivery.queue.claim import Claimed
from corredor.kit.languages import SOURCE
from corredor.people import address_book
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.unsubscribe_link import sign_unsubscribe

_PUSH_STATUS = {
    "CONFIRMED": "CONFIRMED",
    "MOVED_HERE": "CONFIRMED",
    "RETURNED": "CONFIRMED",
    "HAZARD": "CONFIRMED",
    "UPDATE": "UPDATE",
    "MOVED_AWAY": "UPDATE",
    "ALL_CLEAR": "ENDED",
    "CORRECTION": "CORRECTED",
    "DENIAL": "NOTICE",
}


def build_alert_messages(rows: Sequence[Claimed]) -> tuple[list[Message], list[int]]:
    """Return (messages, ids of rows whose address has been erased since)."""
    addresses = address_book.open_addresses({row.address_id for row in rows if row.address_id})
    base_url = settings.BASE_URL
    alert_words = cache(words_of)  # for this call only: a restored database may reuse ids
    messages: list[Message] = []
    erased: list[int] = []
    for row in rows:
        address = addresses.get(row.address_id or 0)
        if address is None:
            erased.append(row.pk)
            continue
        words = alert_words(row.owner_id, row.language)
        messages.append(
            Message(
                delivery_id=row.pk,
                address=address,
                language=row.language,
                title=words.title,
                short=words.short,
                standard=words.standard,
                long=words.long,
                link=words.link,
                unsubscribe_link=f"{base_url}/s/leave/{sign_unsubscribe(row.subscription_id)}"
                if row.subscription_id
                else "",
                topic=words.topic,
                status=words.status,
                is_drill=words.is_drill,
                reference=make_reference(Delivery, row.pk),
            )
        )
    return messages, erased


def build_transactional_messages(rows: Sequence[Claimed]) -> tuple[list[Message], list[int]]:
    """The same for transactional messages, whose text is in their own row."""
    notices = TransactionalMessage.objects.in_bulk([row.pk for row in rows])
    addresses = address_book.open_addresses({row.address_id for row in rows if row.address_id})
    messages: list[Message] = []
    erased: list[int] = []
    for row in rows:
        notice, address = notices[row.pk], addresses.get(row.address_id or 0)
        if address is None:
            erased.append(row.pk)
            continue
        is_school = notice.kind == TransactionalKind.SCHOOL
        messages.append(
            Message(
                delivery_id=row.pk,
                address=address,
                language=notice.language,
                title=notice.title,
                short=notice.text[:90],
                standard=notice.text,
                long=notice.text,
                link=notice.link,
                unsubscribe_link=f"{notice.link}#told" if is_school and notice.channel == Channel.PUSH else "",
                topic=_topic_of(notice),
                status="NOTICE",
                is_drill=notice.is_drill,
                reference=make_reference(TransactionalMessage, row.pk) if _wants_receipt(notice) else "",
            )
        )
    return messages, erased


def _topic_of(notice: TransactionalMessage) -> str:
    """Return the notification tag: one per school, so that "walking again" replaces "waiting"; else one per message."""
    if notice.kind == TransactionalKind.SCHOOL:
        return f"s{hashlib.blake2s(notice.link.encode(), digest_size=10).hexdigest()}"
    return f"n{notice.pk}"


def _wants_receipt(notice: TransactionalMessage) -> bool:
    """Whether to request a delivery receipt: for push, only on opt-in messages for an added contact method."""
    return notice.channel != Channel.PUSH or (notice.kind == TransactionalKind.CONFIRM and notice.about is not None)


def sketch_message(alert_id: int, language: str) -> Message:
    """Return an alert's message without an address, to measure its length and segments."""
    words = words_of(alert_id, language)
    return Message(
        delivery_id=0,
        address="",
        language=language,
        title=words.title,
        short=words.short,
        standard=words.standard,
        long=words.long,
        link=words.link,
    )


class _Words:
    """An alert's text in one language."""

    __slots__ = ("is_drill", "link", "long", "short", "standard", "status", "title", "topic")

    def __init__(self, alert: Alert, text: AlertText) -> None:
        self.title, self.short, self.standard, self.long = text.title, text.short, text.standard, text.long
        self.link = f"{settings.BASE_URL}/a/{alert.slug}"
        # One notification tag per incident: a newer message replaces the older one on the phone.
        self.topic = f"i{alert.incident_id}"
        self.status = _PUSH_STATUS[alert.kind]
        self.is_drill = alert.is_drill


def words_of(alert_id: int, language: str) -> _Words:
    """Return an alert's text in a language; the source language's where it was not written in that one."""
    alert = Alert.objects.get(pk=alert_id)
    texts = {text.language: text for text in AlertText.objects.filter(alert_id=alert_id)}
    return _Words(alert, texts.get(language) or texts[SOURCE])
