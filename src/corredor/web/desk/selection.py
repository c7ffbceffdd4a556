"""What a person at the desk is looking at: the live world or a drill, a report or an incident, and a tab."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

TABS = ("check", "alert", "follow", "timeline")
_SLUG = re.compile(r"[a-z0-9]{1,12}")
_LONGEST_ID = 12  # digits; beyond it is no row of ours and some databases refuse the number


@dataclass(frozen=True, slots=True)
class Selection:
    """One screen's address in parts. At most one of report and incident is chosen."""

    is_drill: bool = False
    report: int | None = None
    incident: str = ""  # slug
    tab: str = ""  # empty: whichever the incident's state asks for

    @property
    def world(self) -> str:
        """ "drill" or "live", as addresses say it."""
        return "drill" if self.is_drill else "live"

    @property
    def address(self) -> str:
        """The page that shows exactly this."""
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
        """The same incident at another tab."""
        return replace(self, tab=tab)


def read_selection(request: HttpRequest) -> Selection:
    """The selection a poll asks for. Whatever is malformed counts as not chosen."""
    report = request.GET.get("report", "")
    tab = request.GET.get("tab", "")
    return Selection(
        is_drill=request.GET.get("world") == "drill",
        report=int(report) if report.isdecimal() and len(report) <= _LONGEST_ID else None,
        incident=slug if _SLUG.fullmatch(slug := request.GET.get("incident", "")) else "",
        tab=tab if tab in TABS else "",
    )
