"""Show and change a subscription's preferences.

Writes subscriptions. Called by the public pages.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from corredor.flows.subscribe.coverage import cells_of
from corredor.subscriptions import actions
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.unsubscribe_link import find_by_token


@transaction.atomic
def change_preferences(*, token: str, preferences: Preferences, keeps_places: bool = False, now: datetime) -> None:
    """Replace the preferences; with ``keeps_places`` the coverage area stays (a circle cannot be shown again).

    Raise UnknownSubscription, NoPlaceChosen, OutsideCity, TooWide.
    """
    subscription = find_by_token(token)
    if keeps_places:
        preferences = replace(preferences, areas=tuple(subscription.areas), circle=None)
        cells = list(subscription.coverage_area.cells.values_list("cell", flat=True))
    else:
        cells = cells_of(preferences)
    actions.change_preferences(subscription=subscription, preferences=preferences, cells=cells)


def show_preferences(*, token: str) -> Preferences:
    """Return the preferences, without the circle: only its cells are stored. Raise UnknownSubscription."""
    row = find_by_token(token)
    return Preferences(
        language=row.language,
        areas=tuple(row.areas),
        wants_enforcement=row.wants_enforcement,
        wants_hazard=row.wants_hazard,
        wants_rumour=row.wants_rumour,
        text_if_needed=row.text_if_needed,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
    )
