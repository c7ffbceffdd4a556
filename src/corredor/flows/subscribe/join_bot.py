"""Telegram: whoever presses Start in the chat with our bot says yes by it; whoever writes STOP or blocks it leaves.

Writes subscriptions, people (addresses). Called by the bot's webhook, whose answer carries the words back.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from corredor.channels.telegram.inbound import BotEvent
from corredor.delivery.words import render_text
from corredor.engines.smstext import Keyword, parse_keyword
from corredor.flows.after_commit import after_change
from corredor.flows.subscribe.confirm import confirm_method
from corredor.flows.subscribe.leave import leave_by_address
from corredor.kit.languages import SOURCE, find_code
from corredor.people import address_book
from corredor.people.enums import AddressKind
from corredor.people.errors import WrongAddress
from corredor.subscriptions import actions
from corredor.subscriptions.models import ContactMethod

from .generated_address import awaited_value


@transaction.atomic
def receive_bot_event(event: BotEvent, *, now: datetime) -> str:
    """What the bot answers, empty for nothing. A call that comes twice does nothing twice."""
    language = _language(event)
    if event.has_left:
        leave_by_address(kind=AddressKind.TELEGRAM, address=event.chat, now=now)
        return ""
    if event.is_start and event.token:
        joined = _join(event.token, event.chat, now=now)
        return render_text("BOT_WELCOME", joined) if joined else _help(language)
    if parse_keyword(event.text) == Keyword.STOP:
        leave_by_address(kind=AddressKind.TELEGRAM, address=event.chat, now=now)
        return render_text("BOT_LEFT", language, link=f"{settings.BASE_URL}/s/")
    return _help(language)


def _join(word: str, chat: str, *, now: datetime) -> str:
    """Put the chat in the place of the word that opened it; the language they chose, empty for an unknown word."""
    try:
        awaited = address_book.find_address(kind=AddressKind.TELEGRAM, value=awaited_value(word))
    except WrongAddress:
        return ""
    method = ContactMethod.objects.select_related("subscription").filter(address=awaited, confirmed_at=None).first()
    if awaited is None or method is None:
        return ""
    saved = address_book.save_address(kind=AddressKind.TELEGRAM, value=chat, now=now)
    actions.lift_suppression(lookup=bytes(saved.lookup))  # only its owner can press Start in it
    actions.move_method(method=method, address=saved)
    address_book.erase_address(awaited.pk)
    confirm_method(method, now=now)
    after_change(now=now)
    return method.subscription.language


def _help(language: str) -> str:
    return render_text("BOT_HELP", language, link=settings.BASE_URL)


def _language(event: BotEvent) -> str:
    """What they subscribed in, else what their app is in, else the network's first."""
    address = address_book.find_address(kind=AddressKind.TELEGRAM, value=event.chat)
    method = ContactMethod.objects.select_related("subscription").filter(address=address).first() if address else None
    if method:
        return method.subscription.language
    return find_code(event.language) or SOURCE
