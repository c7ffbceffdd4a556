"""Someone without an account at the public pages: a phone, with or without scripts, in one language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
PHONE = {"width": 390, "height": 844}


class Visitors:
    """Opens phones. Errors on a console and requests to other hosts count against the test at its end."""

    def __init__(self, chromium: Browser, origin: str) -> None:
        self.chromium, self.origin = chromium, origin
        self.contexts: list[Any] = []
        self.troubles: list[str] = []
        self.hosts: set[str] = set()

    def open(self, path: str | None = "/", *, language: str = "es", scripts: bool = True, **options: Any) -> Page:
        """A phone of its own, at a page; None: at none yet."""
        context = self.chromium.new_context(
            **{
                "viewport": PHONE,
                "locale": {"es": "es-MX", "en": "en-US"}[language],
                "java_script_enabled": scripts,
                **options,
            }
        )
        self.contexts.append(context)
        page: Page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda said: self.troubles.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: self.hosts.add(host_of(request.url)))
        if path is not None:
            page.goto(self.origin + path)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def host_of(address: str) -> str:
    """The host of an address; a page's own data and blobs have none."""
    return address.split("/")[2] if address.startswith(("http:", "https:", "ws:", "wss:")) else ""


def press(page: Page, value: str = "next") -> None:
    """Press the form's button of that value."""
    page.locator(f"main button[value={value}]").first.click()
    page.wait_for_load_state()


def find_barriers(page: Page) -> list[str]:
    """What axe-core says keeps people out."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document).then(result => result.violations)")
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


class Wire:
    """Counts what really comes over the wire, headers and all."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        self.files: dict[str, str] = {}
        self._tools = page.context.new_cdp_session(page)
        self._tools.on("Network.responseReceived", self._note)
        self._tools.on("Network.loadingFinished", self._count)
        self._tools.send("Network.enable")

    def _note(self, event: dict[str, Any]) -> None:
        self.files[event["requestId"]] = event["response"]["url"]

    def _count(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]
