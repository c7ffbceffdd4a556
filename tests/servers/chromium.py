"""Debian's Chromium driven by Playwright, with delivery of push messages to a real service worker."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from .binary import need_binary
from .deadline import wait_until

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextlib.contextmanager
def chromium_browser() -> Iterator[Browser]:
    """One browser; make a context per test."""
    path = need_binary("chromium", package="chromium")
    # Playwright's own event loop runs in this thread; Django must not take it for asynchronous code of ours.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
            try:
                yield browser
            finally:
                browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def open_page(browser: Browser, origin: str, path: str = "/", **options: Any) -> Page:
    """A fresh context in which ``origin`` may show notifications, and its page at ``path``."""
    context: BrowserContext = browser.new_context(**options)
    context.grant_permissions(["notifications"], origin=origin)
    page = context.new_page()
    page.goto(origin + path)
    return page


class ServiceWorkerPush:
    """Delivers to the page's service worker what its push service would, already decrypted.

    The browser itself decrypts what a push service hands it; the public push services cannot be reached
    from a test, so the test's own push service decrypts and the developer tools deliver.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._origin = page.evaluate("location.origin")
        self._registrations: dict[str, str] = {}  # scope -> id
        self._states: dict[str, str] = {}  # registration id -> what its worker is doing
        self._tools: CDPSession = page.context.new_cdp_session(page)
        self._tools.on("ServiceWorker.workerRegistrationUpdated", self._note_registrations)
        self._tools.on("ServiceWorker.workerVersionUpdated", self._note_versions)
        self._tools.send("ServiceWorker.enable")

    def deliver(self, payload: str, *, scope: str = "/") -> None:
        """Hand ``payload`` to the active worker of ``scope`` as the data of a push event; return when it is shown.

        Asked for its list while a notification is on its way to the screen, Chromium forgets that one for good.
        """
        self._page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        registration = wait_until(lambda: self._find(scope), f"an active service worker for {scope}")
        [worker] = wait_until(lambda: self._page.context.service_workers, "the service worker itself")
        before = worker.evaluate(_COUNT_SHOWN)
        self._tools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": self._origin, "registrationId": registration, "data": payload},
        )
        wait_until(lambda: worker.evaluate(_COUNT_SHOWN) > before, "the notification on the screen")

    def shown(self, count: int = 1) -> list[dict[str, Any]]:
        """The notifications on show (title, body, tag, lang, data) once there are ``count`` of them."""

        def look() -> list[dict[str, Any]] | None:
            found = self.list_shown()
            return found if len(found) == count else None

        return wait_until(look, f"{count} notification(s)")

    def list_shown(self) -> list[dict[str, Any]]:
        """The notifications on show now."""
        found: list[dict[str, Any]] = self._page.evaluate(_LIST)
        return found

    def _find(self, scope: str) -> str | None:
        self._page.wait_for_timeout(10)  # lets the tools' events arrive
        identity = self._registrations.get(self._origin + scope)
        return identity if identity and self._states.get(identity) == "activated" else None

    def _note_registrations(self, event: dict[str, Any]) -> None:
        for registration in event["registrations"]:
            if not registration["isDeleted"]:
                self._registrations[registration["scopeURL"]] = registration["registrationId"]

    def _note_versions(self, event: dict[str, Any]) -> None:
        for version in event["versions"]:
            self._states[version["registrationId"]] = version["status"]


# How many notifications the worker has brought to the screen since it was first asked.
_COUNT_SHOWN = """() => {
  if (self.shownByWorker === undefined) {
    const show = registration.showNotification.bind(registration);
    self.shownByWorker = 0;
    registration.showNotification = (...what) => show(...what).finally(() => { self.shownByWorker += 1; });
  }
  return self.shownByWorker;
}"""
_LIST = """navigator.serviceWorker.ready
  .then(registration => registration.getNotifications())
  .then(list => list.map(n => ({title: n.title, body: n.body, tag: n.tag, lang: n.lang, data: n.data})))"""
