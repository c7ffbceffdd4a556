"""Submits a multi-page form like a browser without scripts."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

REPORT = {
    "what": {"words": "agentes con chaleco están parando carros"},
    "where": {"where": "39 y kedzie"},
    "who": {"size": "unos 6, 2 carros", "uniform": "chaleco POLICE ICE", "equipment": "camioneta blanca"},
    "when": {"seen": "NOW", "witness": "THERE"},
    "danger": {"hurt": "no", "gas": "yes", "children": "unknown"},
    "contact": {"contact": ""},
}


class Walker:
    """One person's way. ``page`` is the page they look at."""

    def __init__(self, address: str, *, client: Client | None = None, language: str = "es") -> None:
        self.client = client or Client()
        self.address = address
        self.headers = {"Accept-Language": language}
        self.page = self.client.get(address, headers=self.headers)

    @property
    def html(self) -> str:
        return self.page.content.decode()

    @property
    def step(self) -> str:
        """The name of the question on the page."""
        return self.hidden("step")

    def hidden(self, name: str) -> str:
        found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', self.html)
        return unescape(found[1]) if found else ""

    def send(self, *, go: str = "next", query: str = "", **answers: Any) -> HttpResponse:
        """Press a button of the page."""
        fields = {"state": self.hidden("state"), "step": self.step, "go": go, **answers}
        self.page = self.client.post(self.address + query, fields, headers=self.headers)
        return self.page

    def walk(self, answers: dict[str, dict[str, Any]], *, until: str) -> HttpResponse:
        """Answer page after page until the page of that name."""
        while self.step != until:
            before = self.step
            self.send(**answers[before])
            assert self.step != before, f"{before} was not accepted: {self.html}"
        return self.page


def report_walker(*, until: str = "check", language: str = "es", **changed: dict[str, Any]) -> Walker:
    """Someone in the middle of a report."""
    walker = Walker("/report/", language=language)
    walker.walk(REPORT | changed, until=until)
    return walker


def code_on(page: HttpResponse) -> str:
    """The receipt code that a page shows."""
    found = re.search(r'id="code">([^<]+)<', page.content.decode())
    return found[1] if found else ""
