"""The state of a desk screen: live or drill, a report or an incident, and a tab."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

TABS = ("check", "alert", "follow", "timeline")
_SLUG = re.compile(r"[a-z0-9]{1,12}")
_LONGEST_ID = 12  # maximum digits of an id; some databases refuse larger numbers


@dataclass(frozen=True, slots=True)
class Selection:
    """The parts of a screen's URL. At most one of report and incident is selected."""

    is_drill: bool = False
    report: int | None = None
    incident: str = ""  # slug
    tab: str = ""  # empty: chosen by the incident's state

    @property
    def world(self) -> str:
        """ "drill" or "live", as in URLs."""
        return "drill" if self.is_drill else "live"

    @property
    def address(self) -> str:
        """The URL of this selection."""
        if self.report:
            path = reverse("desk:report", kwargs={"report_id": self.report})
        elif self.incident:
            path = reverse("desk:incident", kwargs={"slug": self.incident})
        else:
            path = reverse("desk:desk")
        query = {"world": "drill"} if self.is_drill else {}
        if self.incident and self.tab:
            query["tab"] = self.tab
        return f"{path}?{urlencode(query)}" if query else path

    def at_tab(self, tab: str) -> Selection:
        """Return the same incident at another tab."""
        return replace(self, tab=tab)


def read_selection(request: HttpRequest) -> Selection:
    """Parse the selection of a poll. Malformed values count as not selected."""
    report = request.GET.get("report", "")
    tab = request.GET.get("tab", "")
    return Selection(
        is_drill=request.GET.get("world") == "drill",
        report=int(report) if report.isdecimal() and len(report) <= _LONGEST_ID else None,
        incident=slug if _SLUG.fullmatch(slug := request.GET.get("incident", "")) else "",
        tab=tab if tab in TABS else "",
    )
