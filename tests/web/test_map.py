"""The public map: loaded on request only, drawn under the strict CSP, and usable to choose a location."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.deadline import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.chromium


def open_map(browser: Browser, address: str) -> tuple[Page, list[str]]:
    page = browser.new_context(viewport={"width": 390, "height": 780}).new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(address)
    page.get_by_role("button", name="Open the map").click()
    page.locator(".maplibregl-canvas").wait_for(timeout=15000)
    return page, complaints


def test_a_touch_on_the_map_fills_the_form_and_arrow_keys_mend_it(chromium: Browser, gallery: str) -> None:
    page, complaints = open_map(chromium, gallery + "/step/")
    page.locator(".maplibregl-canvas").click(position={"x": 120, "y": 150})
    page.locator(".map__pin").wait_for()
    lat, lon = (float(page.locator(f"[name={name}]").input_value()) for name in ("lat", "lon"))
    assert 41.7 < lat < 41.95
    assert -87.8 < lon < -87.6
    page.locator(".map__pin").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    moved = float(page.locator("[name=lon]").input_value()) - lon
    assert 0.0001 < moved < 0.02
    assert complaints == []
    page.context.close()


def test_incidents_are_drawn_with_their_shape_and_say_their_status(chromium: Browser, gallery: str) -> None:
    page, complaints = open_map(chromium, gallery + "/map/")
    drawn = (
        "document.getElementById('now-map').corredorMap?.map.queryRenderedFeatures({layers: ['incident-shape']}).length"
    )
    wait_until(lambda: page.evaluate(f"(() => {{ try {{ return {drawn} }} catch {{ return 0 }} }})()"), "the incidents")
    spot = page.evaluate(
        "(() => { const { map } = document.getElementById('now-map').corredorMap;"
        "const spot = map.project([-87.704, 41.823]); return [spot.x, spot.y] })()"
    )
    page.locator(".maplibregl-canvas").click(position={"x": spot[0], "y": spot[1]})
    popup = page.locator(".maplibregl-popup-content")
    popup.wait_for()
    assert "Confirmed" in popup.inner_text()
    assert popup.get_by_role("link").get_attribute("href") == "/i/2/"
    assert complaints == []
    page.context.close()


def test_without_its_files_the_page_says_so_and_goes_on(chromium: Browser, gallery: str) -> None:
    page = chromium.new_context().new_page()
    page.route("**/maplibre-gl.mjs", lambda route: route.abort())
    page.goto(gallery + "/step/")
    page.get_by_role("button", name="Open the map").click()
    page.get_by_text("The map could not be opened here.").wait_for()
    assert page.get_by_role("button", name="Continue").is_enabled()
    page.context.close()
