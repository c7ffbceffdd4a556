"""Sign up: preferences become cells, pending until double opt-in.

Reads places. Writes subscriptions, people (addresses), delivery (transactional messages). Called by the public pages
and SMS.
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
from corredor.flows.notify import CHANNEL_OF
from corredor.flows.subscribe.coverage import cells_of
from corredor.flows.subscribe.opt_in import may_send_opt_in_request, save_unsuppressed_address, send_opt_in_request
from corredor.people.contact import Contact
from corredor.people.models import Address
from corredor.subscriptions import actions, queries
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.enums import REAL_CHANNELS, Channel
from corredor.subscriptions.models import Subscription

ASK_AGAIN = timedelta(minutes=5)  # identical sign-ups within this time count as one


@dataclass(frozen=True, slots=True)
class Started:
    """``unsubscribe_token`` is shown once and opens the preferences; ``needs_code``: a code must be typed.

    For an identical recent sign-up no second message is sent and the token is empty: it was shown before. A pending
    sign-up is never changed by a repeated one, because neither person is verified yet.
    """

    subscription_id: int
    unsubscribe_token: str
    needs_code: bool


def list_open_channels() -> list[Channel]:
    """Return the channels that a steward has turned on."""
    routes = get_routes()
    return [channel for channel in REAL_CHANNELS if routes[channel] != "null"]


@transaction.atomic
def start_subscription(
    *,
    preferences: Preferences,
    contact: Contact,
    needs_place: bool = True,
    now: datetime,
) -> Started:
    """Store preferences pending double opt-in, and send the opt-in request on the contact's channel.

    ``needs_place`` False: the subscription has no coverage area (it follows a school). Raise NoPlaceChosen,
    OutsideCity, TooWide, Suppressed, TooManyOptInRequests.
    """
    cells = cells_of(preferences) if needs_place else []
    channel = CHANNEL_OF[contact.kind]
    saved = save_unsuppressed_address(contact, now=now)
    if repeated := _find_repeated(saved, preferences, cells, now=now):
        actions.mark_repeated(subscription=repeated)
        return Started(repeated.pk, "", needs_code=_needs_code(channel))
    code = f"{secrets.randbelow(1_000_000):06d}"
    subscription, token = actions.create_subscription(
        preferences=preferences,
        cells=cells,
        channel=channel,
        address=saved,
        code=code,
        is_drill=contact.is_drill,
        now=now,
    )
    if not may_send_opt_in_request(saved, now=now):
        return Started(subscription.pk, token, needs_code=_needs_code(channel))
    send_opt_in_request(saved, channel, preferences.language, token=token, code=code, now=now)
    after_change(now=now)
    return Started(subscription.pk, token, needs_code=_needs_code(channel))


def _find_repeated(
    address: Address, preferences: Preferences, cells: list[int], *, now: datetime
) -> Subscription | None:
    """Return an identical sign-up made within ASK_AGAIN that is still pending."""
    if address.is_drill:
        return None
    wanted = actions.make_preferences_key(preferences, cells)
    recent = queries.list_pending_methods(address_id=address.pk).filter(subscription__asked_at__gt=now - ASK_AGAIN)
    return next((one.subscription for one in recent if actions.get_preferences_key(one.subscription) == wanted), None)


def _needs_code(channel: Channel) -> bool:
    return get_channel(channel).opt_in is OptIn.CODE
