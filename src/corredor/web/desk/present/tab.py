"""The tabs of an incident, with counts of pending items."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from corredor.web.desk.selection import TABS, Selection

from .incident import IncidentShown


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: URL, keyboard shortcut, and a count of pending items."""

    key: str
    words: str
    address: str
    shortcut: str
    count: int = 0


def list_tabs(shown: IncidentShown, *, selection: Selection) -> list[Tab]:
    """Return the four tabs in order; digits 1 to 4 select them."""
    titles = {"check": _("Check"), "alert": _("Alert"), "follow": _("Follow"), "timeline": _("Timeline")}
    counts = {"alert": shown.waiting}
    return [
        Tab(
            key=key,
            words=titles[key],
            address=selection.at_tab(key).address,
            shortcut=str(position),
            count=counts.get(key, 0),
        )
        for position, key in enumerate(TABS, start=1)
    ]
