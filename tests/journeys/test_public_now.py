"""What is confirmed, on a phone: accessible, updated by polling, map on request, from one host."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Alert
from corredor.flows.alert.approve import approve_alert
from corredor.flows.alert.compose import write_alert
from corredor.flows.incident.verify import verify_incident
from corredor.incidents.enums import Agency, Method, Outcome
from corredor.incidents.models import Incident
from tests.factories import make_confirmed, make_desk, make_incident, make_neighbours

from .desk_screens import eventually
from .visitor import Wire, find_barriers

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def find_out(incident: Incident, desk, outcome: Outcome, minutes_ago: int) -> None:
    moment = timezone.now() - timedelta(minutes=minutes_ago)
    verify_incident(
        incident_id=incident.pk,
        outcome=outcome,
        agency=Agency.BORDER_PATROL,
        method=Method.ON_SCENE,
        seen_at=moment,
        by=desk["verifier"],
        now=moment,
    )


@pytest.fixture
def city(visitors) -> dict[str, str]:
    """One incident in every public status, one of them with a message that was sent and corrected."""
    desk = make_desk()
    make_neighbours(2)
    now = timezone.now()
    slugs = {}
    for name, outcomes in {
        "CONFIRMED": [Outcome.CONFIRMED_ACTIVE],
        "ENDED": [Outcome.CONFIRMED_ACTIVE, Outcome.CONFIRMED_ENDED],
        "NOT_IMMIGRATION": [Outcome.NOT_IMMIGRATION],
        "COULD_NOT_VERIFY": [Outcome.COULD_NOT_VERIFY],
        "CORRECTED": [Outcome.CONFIRMED_ACTIVE, Outcome.NOT_IMMIGRATION],
    }.items():
        incident = make_incident(desk["operator"], now=now - timedelta(minutes=60))
        find_out(incident, desk, outcomes[0], 50)
        incident.refresh_from_db()
        if len(outcomes) > 1:
            slugs[f"{name}-alert"] = send(incident, desk, AlertKind.CONFIRMED, now - timedelta(minutes=45))
            find_out(Incident.objects.get(pk=incident.pk), desk, outcomes[1], 10)
        slugs[name] = incident.slug
    make_incident(desk["operator"], now=now)
    return slugs


def send(incident: Incident, desk, kind: AlertKind, now) -> str:
    alert = write_alert(incident_id=incident.pk, kind=kind, radius_m=800, by=desk["writer"], now=now)
    approve_alert(alert_id=alert.pk, by=desk["approver"], now=now)
    return Alert.objects.get(pk=alert.pk).slug


@BOTH
@pytest.mark.parametrize("language", ["es", "en"])
def test_front_page_incident_and_message(visitors, city, scripts, language):
    page = visitors.open("/", scripts=scripts, language=language)
    for status in ("CONFIRMED", "ENDED", "NOT_IMMIGRATION", "COULD_NOT_VERIFY", "CORRECTED"):
        chip = page.locator(f".incident--{status} .status--{status}")
        expect(chip).to_be_visible()
        assert chip.locator("svg").count() == 1, "a shape beside the word"
    page.locator(".incident--CORRECTED").click()
    words = {"es": "Esto está corregido:", "en": "This is corrected:"}[language]
    expect(page.locator("main .inset").first).to_contain_text(words)
    page.goto(f"{visitors.origin}/a/{city['CORRECTED-alert']}")
    expect(page.locator("main section[lang=es]")).to_be_visible()
    expect(page.locator("main section[lang=en]")).to_be_visible()


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visitors, city, language, scheme):
    page = visitors.open("/", language=language, color_scheme=scheme)
    told = []
    incidents = [f"/i/{slug}" for name, slug in city.items() if not name.endswith("alert")]
    texts = ["/rights/", "/how/", "/privacy/", "/about/", "/feeds/", "/offline/", "/drill/", "/now/", "/"]
    for path in (*incidents, f"/a/{city['CORRECTED-alert']}", *texts):
        page.goto(visitors.origin + path)
        told += [f"{path}: {barrier}" for barrier in find_barriers(page)]
    assert told == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_screen(visitors, city, width):
    page = visitors.open("/", viewport={"width": width, "height": 800})
    wide = []
    paths = ["/", "/now/", "/rights/", "/how/", "/privacy/", "/about/", "/feeds/", f"/a/{city['ENDED-alert']}"]
    for path in (*paths, *(f"/i/{city[name]}" for name in ("CONFIRMED", "CORRECTED"))):
        page.goto(visitors.origin + path)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert wide == []


def test_the_list_renews_itself(visitors):
    desk = make_desk()
    page = visitors.open(None, language="en")
    page.clock.install()
    page.goto(visitors.origin + "/now/")
    expect(page.locator(".news")).to_contain_text("Nothing is confirmed right now.")
    incident = make_confirmed(desk, now=timezone.now())
    page.clock.run_for(25_000)  # the page asks every 20 s
    expect(page.locator(f"a[href='/i/{incident.slug}']")).to_be_visible()


def test_the_picture_of_the_areas_shows_without_scripts(visitors, city):
    page = visitors.open("/now/", scripts=False)
    picture = page.locator("[data-map-still]")
    picture.scroll_into_view_if_needed()
    eventually(page, lambda: picture.evaluate("image => image.complete && image.naturalWidth > 100"), "the picture")
    assert picture.get_attribute("alt")
    expect(page.locator("[data-map-open]")).to_be_hidden()


def test_the_big_map_opens_on_request_only(visitors, city):
    page = visitors.open(None)
    wire = Wire(page)
    page.goto(visitors.origin + "/now/", wait_until="networkidle")
    assert not [address for address in wire.files.values() if "maplibre" in address or "pmtiles" in address]
    page.locator("[data-map-open]").click()
    expect(page.locator("#now-map canvas")).to_be_visible(timeout=20_000)
    eventually(
        page,
        lambda: page.evaluate("document.getElementById('now-map').corredorMap?.incidents.features.length === 1"),
        "the areas on the map",
    )


def test_a_drill_is_marked_and_never_mixed(visitors, city):
    page = visitors.open("/drill/", language="en")
    expect(page.locator(".banner--drill")).to_be_visible()
    assert page.locator(".incident").count() == 0
    page.goto(visitors.origin + "/")
    assert page.locator(".banner--drill").count() == 0


def test_no_cookie_and_no_storage_from_reading(visitors, city):
    page = visitors.open("/", language="es")
    for path in ("/now/", f"/i/{city['CONFIRMED']}", "/rights/", "/report/", "/s/", "/r/"):
        page.goto(visitors.origin + path)
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.locator(".language a").click()
    cookies = page.context.cookies()
    assert [(cookie["name"], cookie["value"]) for cookie in cookies] == [("lang", "en")]
