"""TODO."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from corredor.channels.catalogue import get_channel, list_channels
from corredor.channels.spec import OptIn
from corredor.delivery.enums import TransactionalKind
from corredor.delivery.queries import count_asked, count_questions
from corredor.delivery.words import render_opt_in
from corredor.flows.notify import CHANNEL_OF, notify
from corredor.people import address_book
from corredor.people.enums import AddressKind
from corredor.people.models import Address
from corredor.people.queries import get_network
from corredor.subscriptions import queries
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.errors import Suppressed, TooManyAsk

MOST_QUESTIONS = 3  # to one address in QUESTIONS_IN, however often somebody presses, whoever it is
QUESTIONS_IN = timedelta(hours=24)
ADDRESS_OF: dict[Channel, AddressKind] = {channel: AddressKind(kind) for kind, channel in CHANNEL_OF.items()}
# STOP texted from a number ends every channel whose address is that number.
SAME_NUMBER = tuple(AddressKind(spec.address.kind) for spec in list_channels() if spec.address.is_phone_number)


def kinds_of(kind: AddressKind) -> tuple[AddressKind, ...]:
    return SAME_NUMBER if kind == AddressKind.PHONE else (kind,)


def _is_suppressed(kind: AddressKind, address: str) -> bool:
    """Whether its owner said STOP to just this, or texted it from the number."""
    kinds = {kind, AddressKind.PHONE} if kind in SAME_NUMBER else {kind}
    return any(queries.is_suppressed(lookup=address_book.lookup_digest(kind=one, value=address)) for one in kinds)


def keep_willing(*, channel: Channel, address: str, is_drill: bool = False, now: datetime) -> Address:
    """The row of an address whose owner has not said STOP. Raises WrongAddress, Refused."""
    saved = address_book.save_address(kind=ADDRESS_OF[channel], value=address, now=now, is_drill=is_drill)
    if _is_suppressed(ADDRESS_OF[channel], address):
        raise Suppressed
    return saved


def may_ask(address: Address, *, now: datetime) -> bool:
    """Whether an address may be asked for its yes once more today. Raises TooManyAsk where everybody is to wait."""
    channel = CHANNEL_OF[address.kind]
    if (
        get_channel(channel).is_costly
        and count_questions(channel=channel, since=now - timedelta(hours=1)) >= settings.QUESTIONS_AN_HOUR
    ):
        raise TooManyAsk
    asked = count_asked(address_id=address.pk, since=now - QUESTIONS_IN)
    return address.is_drill or asked < MOST_QUESTIONS


def send_opt_in_request(
    address: Address, channel: Channel, language: str, *, token: str, code: str, now: datetime
) -> None:
    """Send the question to which a yes is the second one."""
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
