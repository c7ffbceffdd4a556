"""The steps of an incident as tabs, with what waits in each."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from corredor.web.desk.selection import TABS, Selection

from .incident import IncidentShown


@dataclass(frozen=True, slots=True)
class Tab:
    """One step: its address, its key on the keyboard, and a number when something waits there."""

    key: str
    words: str
    address: str
    shortcut: str
    count: int = 0


def list_tabs(shown: IncidentShown, *, selection: Selection) -> list[Tab]:
    """The four steps in order, reached by the digits 1 to 4."""
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
