"""Every screen of the desk in both languages, light and dark, wide and on a tablet: no axe finding, no overflow."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from corredor.alerts.enums import AlertKind
from corredor.flows.alert.compose import write_alert
from corredor.flows.incident.follow import note_hazard
from corredor.flows.report.receive import receive_report
from corredor.incidents.enums import HazardKind
from corredor.intake.enums import Source
from corredor.intake.new_report import NewReport, ReportFields
from corredor.people.contact import Contact
from corredor.people.enums import Role
from corredor.people.models import User
from tests.factories import PERSHING_KEDZIE, make_confirmed, make_desk, make_incident, make_neighbours, make_user

from .desk_screens import WIDE, eventually

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
TABLET = {"width": 768, "height": 1024}


def furnish() -> tuple[User, list[str]]:
    """Something in every pane; returns a person of many roles and the addresses to look at."""
    now = timezone.now()
    desk = make_desk()
    make_neighbours(3)
    report = receive_report(
        NewReport(
            source=Source.PHONE,
            language="es",
            raw=b"{}",
            fields=ReportFields(
                text="Una señora está herida, placa BX 48213",
                where_words="kedzie",
                someone_hurt=True,
                offered_lat=41.82,
                offered_lon=-87.70,
            ),
            contact=Contact.parse_typed("+13125550142"),
        ),
        now=now - timedelta(minutes=2),
    )
    checking = make_incident(desk["operator"], now=now - timedelta(minutes=9))
    confirmed = make_confirmed(desk, now=now - timedelta(minutes=6))
    note_hazard(
        incident_id=confirmed.pk,
        kind=HazardKind.IRRITANT,
        lat=PERSHING_KEDZIE[0],
        lon=PERSHING_KEDZIE[1],
        radius_m=300,
        by=desk["operator"],
        now=now - timedelta(minutes=60),
    )
    write_alert(incident_id=confirmed.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=now)
    one = make_user("Eva", Role.STEWARD, Role.OPERATOR, Role.VERIFIER, Role.APPROVER, Role.DISPATCHER)
    tabs = [f"/desk/incidents/{confirmed.slug}/?tab={tab}" for tab in ("check", "alert", "follow", "timeline")]
    return one, [
        "/desk/",
        f"/desk/reports/{report.report_id}/",
        f"/desk/incidents/{checking.slug}/?tab=check",
        *tabs,
        "/desk/?world=drill",
        "/desk/call/",
        "/desk/drills/",
        "/desk/halt/",
    ]


def settle(page: Page) -> None:
    """Until what loads by itself has come: candidates, the preview, one poll."""
    eventually(page, lambda: page.evaluate("!document.querySelector('.htmx-request')"), "the page to come to rest")
    expect(page.locator(".compose__preview:visible > p:only-child")).to_have_count(0)


def list_findings(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate("axe.run(document).then(result => result.violations)")
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize(
    ("language", "scheme", "viewport"),
    [("en", "light", WIDE), ("es", "dark", WIDE), ("es", "light", TABLET)],
    ids=["en-light-1280", "es-dark-1280", "es-light-768"],
)
def test_axe_finds_nothing_and_nothing_runs_over(screens, language, scheme, viewport):
    one, addresses = furnish()
    User.objects.filter(pk=one.pk).update(language=language)
    page = screens.open(one, "/desk/", color_scheme=scheme, viewport=viewport)
    found: dict[str, Any] = {}
    for address in addresses:
        page.goto(screens.origin + address)
        settle(page)
        assert page.evaluate("document.documentElement.lang") == language
        findings = list_findings(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if findings or wide > viewport["width"]:
            found[address] = (wide, findings)
    assert found == {}


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# What can be pressed, but for links within a sentence and covered words; a ticked box is pressed by its label.
TOO_SMALL = """() => [...document.querySelectorAll("a[href], button, summary, select, .choices label")].filter(one => {
  const box = one.getBoundingClientRect();
  if (one.closest("p, li:not(nav li), .covered, .skip, .maplibregl-ctrl-attrib")) return false;
  return box.height && box.bottom > 0 && (box.height < 44 || box.width < 44);
}).map(one => one.outerHTML.slice(0, 90))"""


@pytest.mark.parametrize("language", ["es", "en"])
def test_on_a_phone_the_head_is_short_and_fingers_find_everything(screens, language):
    one, addresses = furnish()
    User.objects.filter(pk=one.pk).update(language=language)
    page = screens.open(one, "/desk/", **PHONE)
    found: dict[str, Any] = {}
    for address in [*addresses, "/staff/people/", "/staff/channels/", "/staff/exposure/"]:
        page.goto(screens.origin + address)
        settle(page)
        head = page.locator(".desk-bar").bounding_box()["height"]
        wide = page.evaluate("document.documentElement.scrollWidth")
        small = page.evaluate(TOO_SMALL)
        if small or head > 96 or wide > 390:
            found[address] = (head, wide, small)
    assert found == {}
    here = page.locator(".areas a[aria-current]").bounding_box()
    assert here["x"] >= 0
    assert here["x"] + here["width"] <= 390


def test_on_a_tablet_the_panes_are_tabs(screens):
    one, _ = furnish()
    page = screens.open(one, "/desk/", viewport=TABLET, has_touch=True)
    queue, map_pane, incident = (page.locator(f".pane--{name}") for name in ("queue", "map", "incident"))
    expect(queue).to_be_visible()
    expect(incident).to_be_hidden()
    page.locator(".row").first.tap()
    expect(incident).to_be_visible()
    expect(page.locator("#pane-title")).to_be_visible()
    expect(queue).to_be_hidden()
    page.locator("[data-pane-tab=map]").tap()
    expect(map_pane).to_be_visible()
    page.locator("[data-pane-tab=queue]").tap()
    expect(queue).to_be_visible()


def test_at_1280_everything_is_on_one_screen(screens):
    one, addresses = furnish()
    page = screens.open(one, addresses[1])
    for pane in ("queue", "map", "incident"):
        box = page.locator(f".pane--{pane}").bounding_box()
        assert box
        assert box["width"] >= 200
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280
        assert box["y"] + box["height"] <= 800.5
