"""Opt-in requests: suppression list check, rate limits, and the confirmation message of each channel.

Reads subscriptions (suppression list), delivery (counts). Writes people (addresses), delivery (transactional messages).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from corredor.channels.catalogue import get_channel, list_channels
from corredor.channels.spec import OptIn
from corredor.delivery.enums import TransactionalKind
from corredor.delivery.queries import count_channel_opt_in_requests, count_opt_in_requests
from corredor.delivery.words import render_opt_in
from corredor.flows.notify import CHANNEL_OF, notify
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.people.enums import AddressKind
from corredor.people.models import Address
from corredor.people.queries import get_network
from corredor.subscriptions import queries
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.errors import Suppressed, TooManyOptInRequests

MAX_OPT_IN_REQUESTS = 3  # to one address in OPT_IN_REQUESTS_WITHIN, however often somebody presses, whoever it is
OPT_IN_REQUESTS_WITHIN = timedelta(hours=24)
ADDRESS_OF: dict[Channel, AddressKind] = {channel: AddressKind(kind) for kind, channel in CHANNEL_OF.items()}
# STOP texted from a number ends every channel whose address is that number.
SAME_NUMBER = tuple(AddressKind(spec.address.kind) for spec in list_channels() if spec.address.is_phone_number)


def contacts_stopped_with(contact: Contact) -> list[Contact]:
    """Return what a STOP from this contact covers: for a number by SMS, every channel of the number."""
    kinds = SAME_NUMBER if contact.kind == AddressKind.PHONE else (contact.kind,)
    return [contact.with_kind(kind) for kind in kinds]


def _is_suppressed(contact: Contact) -> bool:
    """Return whether the contact is on the suppression list for its kind, or by STOP from its phone."""
    kinds = {contact.kind, AddressKind.PHONE} if contact.kind in SAME_NUMBER else {contact.kind}
    return any(queries.is_suppressed(lookup=contact.with_kind(kind).digest) for kind in kinds)


def save_unsuppressed_address(contact: Contact, *, now: datetime) -> Address:
    """Get or create the row of a contact that is not on the suppression list. Raise Suppressed."""
    if _is_suppressed(contact):
        raise Suppressed
    return address_book.save_address(contact, now=now)


def may_send_opt_in_request(address: Address, *, now: datetime) -> bool:
    """Return whether the address's daily limit allows another opt-in request.

    Raise TooManyOptInRequests over the hourly limit of a costly channel.
    """
    channel = CHANNEL_OF[address.kind]
    if (
        get_channel(channel).is_costly
        and count_channel_opt_in_requests(channel=channel, since=now - timedelta(hours=1)) >= settings.QUESTIONS_AN_HOUR
    ):
        raise TooManyOptInRequests
    asked = count_opt_in_requests(address_id=address.pk, since=now - OPT_IN_REQUESTS_WITHIN)
    return address.is_drill or asked < MAX_OPT_IN_REQUESTS


def send_opt_in_request(
    address: Address, channel: Channel, language: str, *, token: str, code: str, now: datetime
) -> None:
    """Send the opt-in request of double opt-in."""
    link = f"{settings.BASE_URL}/s/{token}/yes/{code}"
    spec = get_channel(channel)
    if spec.opt_in in (OptIn.NONE, OptIn.CHAT):
        return  # confirmed by the drill's runner; by opening the chat
    spelt = ", ".join(code) if spec.spells_code else code
    text = render_opt_in(channel, language, network=get_network().name, code=spelt, link=link)
    notify(
        address=address,
        kind=TransactionalKind.CONFIRM,
        text=text,
        language=language,
        link="" if spec.opt_in is OptIn.CODE else link,
        now=now,
    )
