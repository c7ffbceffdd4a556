"""Subscribe: wishes become cells, a second yes makes them count, and leaving erases.

Reads places. Writes subscriptions, people (addresses), delivery (notices). Called by the public pages and SMS.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from corredor.channels.catalogue import get_channel
from corredor.channels.spec import OptIn
from corredor.delivery.queries import get_routes
from corredor.flows.after_commit import after_change
from corredor.flows.subscribe.coverage import cells_of
from corredor.flows.subscribe.opt_in import keep_willing, may_ask, send_opt_in_request
from corredor.people.models import Address
from corredor.subscriptions import actions, queries
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.enums import REAL_CHANNELS, Channel
from corredor.subscriptions.models import Subscription

ASK_AGAIN = timedelta(minutes=5)  # the same asked again within this is one asking


@dataclass(frozen=True, slots=True)
class Started:
    """``unsubscribe_token`` is shown once and opens the wishes again; ``needs_code`` when a code is to be typed.

    When the same address asked for the same a moment ago, no second message goes out and the token is empty: it was
    shown already. What waits for a yes is never changed by asking again, because nobody knows yet who asks.
    """

    subscription_id: int
    unsubscribe_token: str
    needs_code: bool


def list_open_channels() -> list[Channel]:
    """The ways by which people can be told now: those whose channel a steward has turned on."""
    routes = get_routes()
    return [channel for channel in REAL_CHANNELS if routes[channel] != "null"]


@transaction.atomic
def start_subscription(
    *,
    preferences: Preferences,
    channel: Channel,
    address: str,
    is_drill: bool = False,
    needs_place: bool = True,
    now: datetime,
) -> Started:
    """Keep wishes that wait for a second yes, and ask for it by the way itself.

    ``needs_place`` False: it is about something else than a place on the map (a school that is followed).
    Raises WrongAddress, NowhereChosen, OutsideCity, TooWide, Refused, TooManyAsk.
    """
    cells = cells_of(preferences) if needs_place else []
    saved = keep_willing(channel=channel, address=address, is_drill=is_drill, now=now)
    if repeated := _find_repeated(saved, preferences, cells, now=now):
        actions.note_asked_again(subscription=repeated)
        return Started(repeated.pk, "", needs_code=_needs_code(channel))
    code = f"{secrets.randbelow(1_000_000):06d}"
    subscription, token = actions.ask_subscription(
        preferences=preferences, cells=cells, channel=channel, address=saved, code=code, is_drill=is_drill, now=now
    )
    if not may_ask(saved, now=now):
        return Started(subscription.pk, token, needs_code=_needs_code(channel))
    send_opt_in_request(saved, channel, preferences.language, token=token, code=code, now=now)
    after_change(now=now)
    return Started(subscription.pk, token, needs_code=_needs_code(channel))


def _find_repeated(
    address: Address, preferences: Preferences, cells: list[int], *, now: datetime
) -> Subscription | None:
    """The subscription that asked for just this a moment ago and still waits."""
    if address.is_drill:
        return None
    wanted = actions.describe_preferences(preferences, cells)
    recent = queries.list_waiting_methods(address_id=address.pk).filter(subscription__asked_at__gt=now - ASK_AGAIN)
    return next((one.subscription for one in recent if actions.list_preferences(one.subscription) == wanted), None)


def _needs_code(channel: Channel) -> bool:
    return get_channel(channel).opt_in is OptIn.CODE
