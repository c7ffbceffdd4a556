"""A lead draws where the children come from by tapping corners, on a phone and on a wide screen, in a real Chromium."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from corredor.corridors.models import Outline
from tests.flows.school_day import make_school_day

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
