"""Subscribe: wishes become cells, a second yes makes them count, and leaving erases.

Reads places. Writes subscriptions, people (addresses), delivery (notices). Called by the public pages and SMS.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from corredor.delivery.actions import move_address
from corredor.delivery.enums import NoticeKind
from corredor.delivery.notice_words import say
from corredor.delivery.queries import count_asked, count_questions, get_routes
from corredor.engines import hexgrid
from corredor.incidents.errors import OutsideCity
from corredor.intake.models import Report
from corredor.people import address_book
from corredor.people.address_uses import erase_if_unused
from corredor.people.enums import AddressKind
from corredor.people.errors import WrongAddress
from corredor.people.models import Address
from corredor.people.queries import get_network
from corredor.places.areas import area_cells
from corredor.subscriptions import actions, queries
from corredor.subscriptions.actions import Wishes
from corredor.subscriptions.enums import REAL_WAYS, WayKind
from corredor.subscriptions.errors import CodeNeeded, NowhereChosen, Refused, TooManyAsk, TooWide, WrongCode
from corredor.subscriptions.leave_link import find_by_token
from corredor.subscriptions.models import Subscription, Way

from .after import after_change
from .locate import describe_point
from .notify import WAY_OF, notify

WIDEST_M = 3000
ASK_AGAIN = timedelta(minutes=5)  # the same asked again within this is one asking
MOST_QUESTIONS = 3  # to one address in QUESTIONS_IN, however often somebody presses, whoever it is
QUESTIONS_IN = timedelta(hours=24)
NARROWEST_M = 400  # a smaller circle would say too much about where somebody lives
_COSTLY = (WayKind.SMS, WayKind.VOICE)  # whoever makes us text numbers of his own is paid for each
ADDRESS_OF: dict[WayKind, AddressKind] = {way: AddressKind(kind) for kind, way in WAY_OF.items()}
# Ways whose first message is a code to be typed on the page; by the others a link or a button is the second yes.
_WITH_CODE = (WayKind.SMS, WayKind.VOICE, WayKind.SIGNAL, WayKind.MATRIX, WayKind.NTFY)
# Whoever texts STOP from a number wants nothing to it any more, by whatever way.
_SAME_NUMBER = (AddressKind.PHONE, AddressKind.VOICE, AddressKind.SIGNAL)


@dataclass(frozen=True, slots=True)
class Started:
    """``leave_token`` is shown once and opens the wishes again; ``needs_code`` when a code is to be typed.

    When the same address asked for the same a moment ago, no second message goes out and the token is empty: it was
    shown already. What waits for a yes is never changed by asking again, because nobody knows yet who asks.
    """

    subscription_id: int
    leave_token: str
    needs_code: bool


def list_open_ways() -> list[WayKind]:
    """The ways by which people can be told now: those whose channel a steward has turned on."""
    routes = get_routes()
    return [way for way in REAL_WAYS if routes[way] != "blackhole"]


@transaction.atomic
def start_subscription(
    *, wishes: Wishes, way: WayKind, address: str, is_drill: bool = False, needs_place: bool = True, now: datetime
) -> Started:
    """Keep wishes that wait for a second yes, and ask for it by the way itself.

    ``needs_place`` False: it is about something else than a place on the map (a school that is followed).
    Raises WrongAddress, NowhereChosen, OutsideCity, TooWide, Refused, TooManyAsk.
    """
    cells = cells_of(wishes) if needs_place else []
    kept = keep_willing(way=way, address=address, is_drill=is_drill, now=now)
    if repeated := _find_repeated(kept, wishes, cells, now=now):
        actions.note_asked_again(subscription=repeated)
        return Started(repeated.pk, "", needs_code=way in _WITH_CODE)
    code = f"{secrets.randbelow(1_000_000):06d}"
    subscription, token = actions.ask_subscription(
        wishes=wishes, cells=cells, way=way, address=kept, code=code, is_drill=is_drill, now=now
    )
    if not may_ask(kept, now=now):
        return Started(subscription.pk, token, needs_code=way in _WITH_CODE)
    ask_by_way(kept, way, wishes.language, token=token, code=code, now=now)
    after_change(now=now)
    return Started(subscription.pk, token, needs_code=way in _WITH_CODE)


def confirm_subscription(*, token: str, code: str, now: datetime) -> int:
    """The second yes, by a code or link. Returns the subscription's id.

    Raises UnknownSubscription, WrongCode, TooManyTries. Wrong tries are counted outside the transaction
    that they fail.
    """
    subscription = find_by_token(token)
    # A number added later says yes by a text message of its own.
    waiting = list(subscription.ways.filter(confirmed_at=None, asked_at=None))
    if not waiting:
        if subscription.ways.exists():
            return subscription.pk  # a link pressed twice
        raise WrongCode
    for way in waiting:
        actions.check_code(way=way, token=token, code=code)
    with transaction.atomic():
        for way in waiting:
            confirm_way(way, now=now)
            for other in queries.list_waiting_ways(address_id=way.address_id):
                actions.drop_waiting(way=other)
        after_change(now=now)
    return subscription.pk


@transaction.atomic
def confirm_by_address(*, kind: AddressKind, address: str, now: datetime) -> int:
    """YES or SI from the phone itself; returns how many subscriptions now count.

    Asked for twice with the same wishes, the newest counts and the others are erased. With different wishes somebody
    else may have asked for one of them: then only a code tells which. Raises WrongAddress, CodeNeeded.
    """
    found = address_book.find_address(kind=kind, value=address)
    waiting = list(queries.list_waiting_ways(address_id=found.pk)) if found else []
    if not waiting:
        return 0
    newest, *older = waiting
    wanted = actions.list_wished(newest.subscription)
    if any(actions.list_wished(way.subscription) != wanted for way in older):
        raise CodeNeeded
    for way in older:
        actions.drop_waiting(way=way)
    if newest.subscription.asked_again:
        actions.forget_token(subscription=newest.subscription)  # the first to ask may not be who says yes
    confirm_way(newest, welcome=False, now=now)
    after_change(now=now)
    return 1


@transaction.atomic
def leave(*, token: str, now: datetime) -> None:
    """One tap: everything about this subscription is erased. Raises UnknownSubscription."""
    end_subscription(find_by_token(token), now=now)


def end_subscription(subscription: Subscription, *, now: datetime) -> None:
    """Erase one subscription, and its addresses where nothing else uses them. Inside the flow's transaction."""
    erase_if_unused(actions.erase_subscription(subscription=subscription))
    after_change(now=now)


def find_phone(subscription: str) -> Address | None:
    """The row of a browser's push address, if we keep it. Raises WrongAddress."""
    return address_book.find_address(kind=AddressKind.PUSH, value=subscription)


@transaction.atomic
def leave_by_address(*, kind: AddressKind, address: str, now: datetime) -> int:
    """STOP or ALTO: the address is erased, and remembered as a digest only, so that nobody signs it up again.

    Whatever else uses it: nothing may be sent to it any more, by the school where its owner helps either.
    Texted from a phone it ends calls to that number and Signal too; a key pressed in a call ends calls alone.
    Returns how many subscriptions ended. Raises WrongAddress.
    """
    actions.keep_refusal(lookup=address_book.lookup_digest(kind=kind, value=address), now=now)
    ended = sum(_leave_one(one, address) for one in _kinds_of(kind))
    after_change(now=now)
    return ended


def _kinds_of(kind: AddressKind) -> tuple[AddressKind, ...]:
    return _SAME_NUMBER if kind == AddressKind.PHONE else (kind,)


def _has_refused(kind: AddressKind, address: str) -> bool:
    """Whether its owner said STOP to just this, or texted it from the number."""
    kinds = {kind, AddressKind.PHONE} if kind in _SAME_NUMBER else {kind}
    return any(queries.is_refused(lookup=address_book.lookup_digest(kind=one, value=address)) for one in kinds)


def _leave_one(kind: AddressKind, address: str) -> int:
    found = address_book.find_address(kind=kind, value=address)
    if found is None:
        return 0
    ended = 0
    for subscription in Subscription.objects.filter(ways__address=found).distinct():
        Way.objects.filter(subscription=subscription, address=found).delete()
        if not subscription.ways.exists():
            actions.erase_subscription(subscription=subscription)
            ended += 1
    Report.objects.filter(reply_to=found).update(reply_to=None)
    address_book.erase_address(found.pk)
    return ended


@transaction.atomic
def forget_dead_addresses(*, address_ids: Iterable[int], now: datetime) -> int:
    """Erase addresses that their provider says no longer exist, whatever uses them; return how many there were."""
    count = 0
    for address_id in set(address_ids):
        for subscription in Subscription.objects.filter(ways__address_id=address_id).distinct():
            Way.objects.filter(subscription=subscription, address_id=address_id).delete()
            if not subscription.ways.exists():
                actions.erase_subscription(subscription=subscription)
        count += address_book.erase_address(address_id)
    return count


@transaction.atomic
def start_again(*, kind: AddressKind, address: str, now: datetime) -> bool:
    """START or INICIO: the owner lifts their STOP; False if there was none. Raises WrongAddress."""
    lookups = [address_book.lookup_digest(kind=one, value=address) for one in _kinds_of(kind)]
    return any([actions.lift_refusal(lookup=lookup) for lookup in lookups])


@transaction.atomic
def renew_push(*, old_endpoint: str, subscription: str, now: datetime) -> bool:
    """A browser has changed its push address: what led to the old one leads to the new one.

    Only who knows the old address, which is unguessable, can do this. ``subscription`` is the new one as
    JSON. Returns False when the old one is not known. Raises WrongAddress.
    """
    fresh = address_book.keep_address(kind=AddressKind.PUSH, value=subscription, now=now)
    try:
        old = json.dumps({**json.loads(subscription), "endpoint": old_endpoint})
        found = address_book.find_address(kind=AddressKind.PUSH, value=old)
    except WrongAddress:
        found = None
    if found is None or found.pk == fresh.pk:
        erase_if_unused([fresh.pk])
        return found is not None
    taken = Way.objects.filter(address=fresh).values("subscription_id")
    Way.objects.filter(address=found).exclude(subscription_id__in=taken).update(address=fresh)
    move_address(old_id=found.pk, new_id=fresh.pk)
    address_book.erase_address(found.pk)
    return True


@transaction.atomic
def change_wishes(*, token: str, wishes: Wishes, keeps_places: bool = False, now: datetime) -> None:
    """Replace what was asked for; with ``keeps_places`` all but the places (a circle cannot be shown again).

    Raises UnknownSubscription, NowhereChosen, OutsideCity, TooWide.
    """
    subscription = find_by_token(token)
    if keeps_places:
        wishes = replace(wishes, areas=tuple(subscription.areas), circle=None)
        cells = list(subscription.zone.cells.values_list("cell", flat=True))
    else:
        cells = cells_of(wishes)
    actions.change_wishes(subscription=subscription, wishes=wishes, cells=cells)


def show_wishes(*, token: str) -> Wishes:
    """What was asked for. A circle is not shown again: only its cells were kept. Raises UnknownSubscription."""
    row = find_by_token(token)
    return Wishes(
        language=row.language,
        areas=tuple(row.areas),
        wants_enforcement=row.wants_enforcement,
        wants_hazard=row.wants_hazard,
        wants_rumour=row.wants_rumour,
        text_if_needed=row.text_if_needed,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
    )


def cells_of(wishes: Wishes) -> list[int]:
    """The compacted cells of areas and circle. Raises NowhereChosen, OutsideCity, TooWide."""
    cells: set[int] = set(area_cells(codes=wishes.areas)) if wishes.areas else set()
    if wishes.circle:
        lat, lon, radius_m = wishes.circle
        if radius_m > WIDEST_M:
            raise TooWide(WIDEST_M)
        if describe_point(lat=lat, lon=lon) is None:
            raise OutsideCity
        # From the middle of the cell, not from the tap: the exact point is nobody's business.
        lat, lon = hexgrid.centre_of(hexgrid.cell_of(lat, lon))
        cells.update(hexgrid.cells_in_circle(lat, lon, max(radius_m, NARROWEST_M)))
    if not cells:
        raise NowhereChosen
    return hexgrid.compact(cells)


def _find_repeated(address: Address, wishes: Wishes, cells: list[int], *, now: datetime) -> Subscription | None:
    """The subscription that asked for just this a moment ago and still waits."""
    if address.is_drill:
        return None
    wanted = actions.describe_wishes(wishes, cells)
    recent = queries.list_waiting_ways(address_id=address.pk).filter(subscription__asked_at__gt=now - ASK_AGAIN)
    return next((one.subscription for one in recent if actions.list_wished(one.subscription) == wanted), None)


def confirm_way(way: Way, *, welcome: bool = True, now: datetime) -> None:
    """The second yes was said. Inside the flow's transaction."""
    actions.confirm_way(way=way, now=now)
    if welcome and way.kind == WayKind.SMS:
        language = way.subscription.language
        text = say("WELCOME", language, is_drill=way.subscription.is_drill)
        notify(address=way.address, kind=NoticeKind.WELCOME, text=text, language=language, now=now)


def keep_willing(*, way: WayKind, address: str, is_drill: bool = False, now: datetime) -> Address:
    """The row of an address whose owner has not said STOP. Raises WrongAddress, Refused."""
    kept = address_book.keep_address(kind=ADDRESS_OF[way], value=address, now=now, is_drill=is_drill)
    if _has_refused(ADDRESS_OF[way], address):
        raise Refused
    return kept


def may_ask(address: Address, *, now: datetime) -> bool:
    """Whether an address may be asked for its yes once more today. Raises TooManyAsk where everybody is to wait."""
    way = WAY_OF[address.kind]
    if way in _COSTLY and count_questions(way=way, since=now - timedelta(hours=1)) >= settings.QUESTIONS_AN_HOUR:
        raise TooManyAsk
    asked = count_asked(address_id=address.pk, since=now - QUESTIONS_IN)
    return address.is_drill or asked < MOST_QUESTIONS


def ask_by_way(address: Address, way: WayKind, language: str, *, token: str, code: str, now: datetime) -> None:
    """Send the question to which a yes is the second one."""
    link = f"{settings.BASE_URL}/s/{token}/yes/{code}"
    if way in (WayKind.DRILL, WayKind.TELEGRAM):
        return  # confirmed by the runner; by pressing Start in the chat with the bot
    spoken = ", ".join(code) if way == WayKind.VOICE else code
    text = say(f"CONFIRM_{way}", language, network=get_network().name, code=spoken, link=link)
    notify(
        address=address,
        kind=NoticeKind.CONFIRM,
        text=text,
        language=language,
        link="" if way in _WITH_CODE else link,
        now=now,
    )
