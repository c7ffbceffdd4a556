"""The lead's whole dismissal in a real Chromium on a phone, with a post's and the parents' pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from corredor.corridors import queries
from corredor.flows.incident import follow
from corredor.incidents import actions as incidents
from corredor.incidents.enums import HazardKind
from tests.factories import make_desk, make_pin
from tests.flows.school_day import SchoolDay, add_parents, make_school_day
from tests.web.signing_in import pass_gate

from .visitor import PHONE, find_barriers

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]


def open_as(visitors, user, path: str) -> Page:
    """A phone on which a lead is signed in."""
    page = visitors.open(None, language="en")
    cookie = pass_gate(Client(), user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": visitors.origin}])
    page.goto(visitors.origin + path)
    return page


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).first.click()
    page.wait_for_load_state()


def count(page: Page, children: int, words: str) -> None:
    page.get_by_label("Children, just now").fill(str(children))
    press(page, words)
    expect(page.get_by_text("Counted.", exact=True)).to_be_visible()


def put_gas(at: SchoolDay, desk: dict) -> int:
    """Gas is noted at the gate, as the desk does it."""
    incident = incidents.open_incident(
        city="chicago",
        pin=make_pin(at.school.lat, at.school.lon),
        seen_at=at.now,
        by=desk["operator"],
        is_drill=False,
        now=at.now,
    )
    hazard = follow.note_hazard(
        incident_id=incident.pk,
        kind=HazardKind.IRRITANT,
        lat=at.school.lat,
        lon=at.school.lon,
        radius_m=200,
        by=desk["operator"],
        now=timezone.now(),
    )
    return hazard.pk


def test_the_whole_day_on_a_phone(visitors):
    at, desk = make_school_day(now=timezone.now(), volunteers=2), make_desk()
    add_parents(at, 2)
    here = f"/team/{at.school.slug}/"
    parents = visitors.open(f"/school/{at.school.slug}/", language="es")
    expect(parents.get_by_text("Planeado")).to_be_visible()
    lead, post = open_as(visitors, at.lead, here), visitors.open(f"/post/{at.link()}/", language="es")

    press(lead, "Open the corridor")
    expect(lead.get_by_text("Open: the children are walking")).to_be_visible()
    post.reload()
    press(post, "Estoy en mi puesto")
    press(post, "Listo: aquí todo bien")
    count(lead, 20, "Out of the gate")

    hazard = put_gas(at, desk)
    expect(lead.get_by_role("heading", name="Proposed:")).to_be_visible(timeout=30_000)
    press(lead, "Go inside" if queries.get_proposal(dismissal=at.dismissal).kind == "SAFE_PLACE" else "Hold at school")
    expect(lead.get_by_text("Held: the children are inside")).to_be_visible()

    other = open_as(visitors, at.co_lead, here)
    press(other, "Send it")
    expect(other.get_by_text("Sent to 2 families.")).to_be_visible()
    parents.reload()
    expect(parents.get_by_text("En espera: los niños están dentro")).to_be_visible()

    follow.clear_hazard(hazard_id=hazard, by=desk["operator"], now=timezone.now())
    expect(lead.get_by_role("heading", name="Proposed: open again")).to_be_visible(timeout=30_000)
    press(lead, "Open again")
    post.reload()
    post.get_by_label("Niños, en este momento").fill("19")
    press(post, "A casa desde aquí")

    press(lead, "Everybody is home: close")
    expect(lead.get_by_text("1 child who went out is not counted home yet.")).to_be_visible()
    count(lead, 1, "Home")
    press(lead, "All are accounted for")
    press(lead, "Everybody is home: close")
    expect(lead.get_by_text("Over for today", exact=True)).to_be_visible()
    assert at.dismissal.state == "CLOSED"


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_page_fits_a_phone_and_keeps_nobody_out(visitors, language):
    at = make_school_day(now=timezone.now(), volunteers=2)
    at.opened()
    slug, query = at.school.slug, f"?lang={language}"
    lead = open_as(visitors, at.lead, f"/team/{slug}/{query}")
    steward = open_as(visitors, at.steward, f"/team/{query}")
    anyone = visitors.open("/school/", language=language)
    paths = [
        *(
            (lead, f"/team/{slug}/{rest}{query}")
            for rest in ("", "roster/", "plan/", "settings/", "settings/area/", "settings/unlit/")
        ),
        (steward, f"/team/city/{query}"),
        *((anyone, f"/school/{rest}") for rest in ("", f"{slug}/", f"{slug}/follow/", f"{slug}/help/")),
        (anyone, f"/post/{at.link()}/"),
    ]
    for page, path in paths:
        page.goto(visitors.origin + path)
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        assert find_barriers(page) == [], path
