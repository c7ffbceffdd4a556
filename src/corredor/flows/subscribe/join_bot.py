"""Telegram bot: Start confirms a subscription; STOP or blocking the bot unsubscribes.

Writes subscriptions, people (addresses). Called by the bot's webhook, whose response carries the reply.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from corredor.channels.telegram.address import make_placeholder_address
from corredor.channels.telegram.inbound import BotEvent
from corredor.delivery.words import render_text
from corredor.engines.smstext import Keyword, parse_keyword
from corredor.flows.after_commit import after_change
from corredor.flows.subscribe.confirm import confirm_method
from corredor.flows.subscribe.leave import leave_by_address
from corredor.kit.languages import SOURCE, find_code
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.people.enums import AddressKind
from corredor.people.errors import WrongAddress
from corredor.subscriptions import actions
from corredor.subscriptions.models import ContactMethod


@transaction.atomic
def receive_bot_event(event: BotEvent, *, now: datetime) -> str:
    """Return the bot's reply, empty for none. Idempotent."""
    chat = Contact.parse(AddressKind.TELEGRAM, event.chat)
    language = _language(event, chat)
    if event.has_left:
        leave_by_address(chat, now=now)
        return ""
    if event.is_start and event.token:
        joined = _join(event.token, chat, now=now)
        return render_text("BOT_WELCOME", joined) if joined else _help(language)
    if parse_keyword(event.text) == Keyword.STOP:
        leave_by_address(chat, now=now)
        return render_text("BOT_LEFT", language, link=f"{settings.BASE_URL}/s/")
    return _help(language)


def _join(word: str, chat: Contact, *, now: datetime) -> str:
    """Replace the start token by the chat id and confirm. Return the subscription's language, empty for an unknown
    token.
    """
    try:
        placeholder = Contact.parse(AddressKind.TELEGRAM, make_placeholder_address(word))
    except WrongAddress:
        return ""
    awaited = address_book.find_address(placeholder)
    method = ContactMethod.objects.select_related("subscription").filter(address=awaited, confirmed_at=None).first()
    if awaited is None or method is None:
        return ""
    saved = address_book.save_address(chat, now=now)
    actions.lift_suppression(lookup=bytes(saved.lookup))  # only the owner can press Start in the chat
    actions.move_method(method=method, address=saved)
    address_book.erase_address(awaited.pk)
    confirm_method(method, now=now)
    after_change(now=now)
    return method.subscription.language


def _help(language: str) -> str:
    return render_text("BOT_HELP", language, link=settings.BASE_URL)


def _language(event: BotEvent, chat: Contact) -> str:
    """Return the subscription's language, else the app's, else the network's default."""
    address = address_book.find_address(chat)
    method = ContactMethod.objects.select_related("subscription").filter(address=address).first() if address else None
    if method:
        return method.subscription.language
    return find_code(event.language) or SOURCE
