"""TODO."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from corredor.flows.subscribe.coverage import cells_of
from corredor.subscriptions import actions
from corredor.subscriptions.actions import Wishes
from corredor.subscriptions.leave_link import find_by_token


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
