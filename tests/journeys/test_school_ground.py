"""A school's area in a real Chromium, on a phone and on a wide screen: its outline by tapping corners, and
unlit streets by tapping a block or by name.
"""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from corredor.corridors.models import Outline
from corredor.flows.network.unlit_streets import list_unlit
from tests.flows.school_day import make_school_day
from tests.web.signing_in import pass_gate

from .desk_screens import WIDE, eventually
from .visitor import PHONE, find_barriers

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]

MAP = "#area-map .maplibregl-canvas"
PARTS = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))


def open_map(page: Page, name: str) -> None:
    """Open the map and wait until it draws."""
    page.get_by_role("button", name=name).click()
    page.locator(MAP).wait_for()
    eventually(page, lambda: page.evaluate("!!document.getElementById('area-map').outline"), "the drawing to be ready")
    page.locator(MAP).scroll_into_view_if_needed()


def tap(page: Page, part: tuple[float, float], *, touch: bool) -> None:
    """Press the map at a part of its width and height."""
    box = page.locator(MAP).bounding_box()
    assert box is not None
    spot = {"x": box["width"] * part[0], "y": box["height"] * part[1]}
    if touch:
        page.locator(MAP).tap(position=spot)
    else:
        page.locator(MAP).click(position=spot)


@pytest.mark.parametrize(
    ("viewport", "touch", "scheme"), [(PHONE, True, "light"), (WIDE, False, "dark")], ids=["phone", "desk"]
)
def test_an_outline_by_tapping_its_corners(screens, viewport, touch, scheme):
    at = make_school_day(now=timezone.now(), volunteers=1)
    page = screens.open(
        at.lead,
        f"/team/{at.school.slug}/settings/area/?lang=es",
        viewport=viewport,
        has_touch=touch,
        color_scheme=scheme,
        locale="es-MX",
    )
    open_map(page, "Abrir el mapa")
    words = page.locator("[data-outline-words]")
    expect(words).to_have_text("Todavía no hay esquinas. Toque la primera en el mapa.")
    for count, part in enumerate(PARTS, start=1):
        tap(page, part, touch=touch)
        expect(words).to_contain_text(f"Esquinas: {count}.")
    tap(page, (0.5, 0.6), touch=touch)
    page.get_by_role("button", name="Quitar la última esquina").click()
    expect(words).to_contain_text("Esquinas: 4.")

    first = page.get_by_role("button", name="Esquina 1:")
    box = first.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    before = json.loads(page.locator("#id_geojson").input_value())["coordinates"][0]
    first.focus()
    page.keyboard.press("Shift+ArrowLeft")
    after = json.loads(page.locator("#id_geojson").input_value())["coordinates"][0]
    assert after[0][0] < before[0][0]
    assert after[1:4] == before[1:4]
    assert find_barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]

    page.get_by_role("button", name="Guardar el contorno").click()
    expect(page.get_by_text("Guardado. Haga un plan nuevo para que cuente.")).to_be_visible()
    (ring,) = Outline.objects.get().rings
    assert [[lon, lat] for lat, lon in ring] == after
    picture = page.get_by_alt_text("El contorno alrededor de la escuela, con la puerta")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0

    open_map(page, "Abrir el mapa")
    expect(page.locator("[data-outline-words]")).to_contain_text("Esquinas: 4.")
    page.get_by_role("button", name="Esquina 2:").focus()
    page.keyboard.press("Delete")
    expect(page.locator("[data-outline-words]")).to_contain_text("Esquinas: 3.")
    page.get_by_role("button", name="Empezar de nuevo").click()
    expect(page.locator("#id_geojson")).to_have_value("")
    page.get_by_role("button", name="Agregar una esquina en el centro del mapa").click()
    expect(page.locator("[data-outline-words]")).to_contain_text("Esquinas: 1.")


def test_a_crossed_outline_is_said_and_can_be_mended_where_it_was_drawn(screens):
    at = make_school_day(now=timezone.now(), volunteers=1)
    page = screens.open(at.lead, f"/team/{at.school.slug}/settings/area/", viewport=PHONE, has_touch=True)
    open_map(page, "Open the map")
    for part in (PARTS[0], PARTS[2], PARTS[1], PARTS[3]):
        tap(page, part, touch=True)
    expect(page.locator("[data-outline-words]")).to_contain_text("Corners: 4.")
    page.get_by_role("button", name="Save the outline").click()

    expect(page.get_by_role("alert")).to_contain_text("The outline crosses itself")
    assert not Outline.objects.exists()
    open_map(page, "Open the map")
    expect(page.locator("[data-outline-words]")).to_contain_text("Corners: 4.")


@pytest.mark.parametrize(
    ("viewport", "touch", "scheme"), [(PHONE, True, "dark"), (WIDE, False, "light")], ids=["phone", "desk"]
)
def test_a_block_without_light_by_tapping_it(screens, viewport, touch, scheme):
    at = make_school_day(now=timezone.now(), volunteers=1)
    as_lead = touch  # a lead on a phone, a steward at a desk
    page = screens.open(
        at.lead if as_lead else at.steward,
        f"/team/{at.school.slug}/settings/unlit/" if as_lead else "/staff/unlit/",
        viewport=viewport,
        has_touch=touch,
        color_scheme=scheme,
    )
    page.get_by_role("button", name="Open the map").click()
    canvas = page.locator("#unlit-map .maplibregl-canvas")
    canvas.wait_for()
    eventually(page, lambda: page.evaluate("!!document.getElementById('unlit-map').blocks"), "the map to be ready")
    mark = page.locator("[data-block-mark]")
    expect(mark).to_be_disabled()
    page.evaluate(
        "([lon, lat]) => document.getElementById('unlit-map').blocks.map.jumpTo({ center: [lon, lat], zoom: 16.5 })",
        [at.school.lon, at.school.lat + 0.0009],
    )
    box = canvas.bounding_box()
    assert box is not None
    middle = {"x": box["width"] / 2, "y": box["height"] / 2}
    if touch:
        canvas.tap(position=middle)
    else:
        canvas.click(position=middle)
    words = page.locator("[data-block-words]")
    expect(words).to_contain_text(", from ")
    named = words.inner_text()
    expect(mark).to_be_enabled()
    assert find_barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    mark.click()

    expect(page.get_by_text(f"Marked: {named}.")).to_be_visible()
    (one,) = list_unlit()
    assert one.row.marked_by == (at.lead if as_lead else at.steward)
    page.get_by_role("button", name="It has light now").click()
    expect(page.get_by_text("None is marked.")).to_be_visible()
    assert list_unlit() == []


def test_a_block_without_light_by_name_without_scripts(visitors):
    at = make_school_day(now=timezone.now(), volunteers=1)
    page = visitors.open(None, language="en", scripts=False)
    cookie = pass_gate(Client(), at.lead).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": visitors.origin}])
    page.goto(f"{visitors.origin}/team/{at.school.slug}/settings/unlit/")
    page.get_by_label("Street", exact=True).fill("Fairfield Ave")
    page.get_by_label("From which street").fill("42nd")
    page.get_by_label("To which street").fill("Pope John Paul II")
    page.get_by_role("button", name="Mark as unlit").last.click()
    expect(page.get_by_text("Fairfield Ave, from ").first).to_be_visible()
    assert [one.row.street for one in list_unlit()] == ["Fairfield Ave"]
