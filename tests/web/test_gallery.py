"""The gallery in a real browser: accessible, at every width, from one host, and small."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.deadline import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.chromium
AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
PAGES = ["/", "/report/", "/step/?drill=1", "/map/", "/offline/", "/desk/", "/desk/page/?drill=1"]
MOST_BYTES = 60_000


def visit(browser: Browser, address: str, **options: object) -> tuple[Page, list[str]]:
    """A page in a context of its own, and whatever its console complains of."""
    page = browser.new_context(**options).new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    wait_until(lambda: page.evaluate("document.documentElement.classList.contains('js')"), "the scripts")
    return page, complaints


@pytest.mark.parametrize(
    ("path", "scheme"),
    [*((path, "light") for path in PAGES), *((path, "dark") for path in ("/", "/report/", "/desk/"))],
)
def test_axe_finds_nothing(chromium: Browser, gallery: str, path: str, scheme: str) -> None:
    language = "es" if scheme == "dark" else "en"
    joint = "&" if "?" in path else "?"
    page, complaints = visit(chromium, f"{gallery}{path}{joint}lang={language}", color_scheme=scheme)
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document).then(result => result.violations)")
    told = [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]
    page.context.close()
    assert told == []
    assert complaints == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(chromium: Browser, gallery: str, width: int) -> None:
    page, _ = visit(chromium, gallery + "/", viewport={"width": width, "height": 800})
    wide = []
    for path in PAGES:
        page.goto(gallery + path)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    page.context.close()
    assert wide == []


def test_targets_of_public_pages_are_48_pixels(chromium: Browser, gallery: str) -> None:
    page, _ = visit(chromium, gallery + "/", viewport={"width": 320, "height": 800})
    small = []
    for path in ["/", "/report/", "/step/", "/offline/"]:
        page.goto(gallery + path)
        small += page.evaluate(
            """() => [...document.querySelectorAll(
                 'a:not(.skip, .error-summary a), button, input:not([type=hidden], [type=radio], [type=checkbox]),'
                 + 'select, textarea, summary, .choice, .choices label')]
               .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 48)
               .map(e => e.outerHTML.slice(0, 90))"""
        )
    page.context.close()
    assert small == []


def test_no_page_asks_another_host(chromium: Browser, gallery: str) -> None:
    page, _ = visit(chromium, gallery + "/")
    elsewhere = []
    page.on("request", lambda r: elsewhere.append(r.url) if not r.url.startswith((gallery, "data:", "blob:")) else None)
    for path in PAGES:
        page.goto(gallery + path)
        page.wait_for_load_state("networkidle") if not path.startswith("/desk/") else None
    page.context.close()
    assert elsewhere == []


@pytest.mark.parametrize("path", ["/", "/report/", "/step/"])
def test_a_public_page_is_light(chromium: Browser, gallery: str, path: str) -> None:
    """HTML, styles, scripts and pictures of a first visit, each compressed as a web server would."""
    page = chromium.new_context().new_page()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda r: sizes.update({r.url: len(gzip.compress(r.response().body(), 6))}))
    page.goto(gallery + path)
    page.wait_for_load_state("networkidle")
    page.context.close()
    assert any("public.css" in address for address in sizes)
    assert not any("maplibre" in address for address in sizes)
    assert sum(sizes.values()) < MOST_BYTES, sizes


def test_everything_is_there_with_scripts_off(chromium: Browser, gallery: str) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(gallery + "/step/")
    assert page.get_by_label("Where is it?").is_visible()
    assert page.get_by_role("button", name="Continue").is_visible()
    for needs_scripts in ("It is where I am now", "Open the map"):
        assert not page.get_by_text(needs_scripts).is_visible()
    page.context.close()


def test_an_error_takes_the_focus_and_leads_to_its_field(chromium: Browser, gallery: str) -> None:
    page, _ = visit(chromium, gallery + "/report/")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.locator(".error-summary a").nth(2).click()
    assert page.evaluate("document.activeElement.id") == "id_seen_0"
    page.context.close()
