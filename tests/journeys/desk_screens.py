"""Browsers at the desk: a real server, a real Chromium, one window for each person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from playwright.sync_api import Browser, Page

from corredor.people.models import User
from tests.web.signing_in import pass_gate

WIDE = {"width": 1280, "height": 800}


class Screens:
    """Opens windows; every error on a page's console counts as a failure when the test ends."""

    def __init__(self, chromium: Browser, origin: str) -> None:
        self.chromium, self.origin = chromium, origin
        self.contexts: list[Any] = []
        self.troubles: list[str] = []
        self.hosts: set[str] = set()

    def open(self, user: User | None, path: str = "/desk/", **options: Any) -> Page:
        """A window of its own in which ``user`` is signed in (None: nobody)."""
        context = self.chromium.new_context(**{"viewport": WIDE, "locale": "en-US", **options})
        self.contexts.append(context)
        if user is not None:
            cookie = pass_gate(Client(), user).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.origin}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))
        page.goto(self.origin + path)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def eventually(page: Page, look: Callable[[], bool], what: str, *, limit_ms: int = 20_000) -> None:
    """Wait until ``look`` holds, letting the page live."""
    waited = 0
    while not look():
        assert waited < limit_ms, f"waited {limit_ms} ms in vain for {what}"
        page.wait_for_timeout(20)
        waited += 20
