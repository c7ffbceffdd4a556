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


def kinds_stopped_with(kind: AddressKind) -> tuple[AddressKind, ...]:
    return SAME_NUMBER if kind == AddressKind.PHONE else (kind,)


def _is_suppressed(kind: AddressKind, address: str) -> bool:
    """Return whether the address is on the suppression list for this kind, or by STOP from its phone."""
    kinds = {kind, AddressKind.PHONE} if kind in SAME_NUMBER else {kind}
    return any(queries.is_suppressed(lookup=address_book.lookup_digest(kind=one, value=address)) for one in kinds)


def save_unsuppressed_address(*, channel: Channel, address: str, is_drill: bool = False, now: datetime) -> Address:
    """Get or create the row of an address that is not on the suppression list. Raise WrongAddress, Suppressed."""
    saved = address_book.save_address(kind=ADDRESS_OF[channel], value=address, now=now, is_drill=is_drill)
    if _is_suppressed(ADDRESS_OF[channel], address):
        raise Suppressed
    return saved


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
