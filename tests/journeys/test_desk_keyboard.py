"""From a telephone call to an approved alert, by two people, without a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from corredor.alerts.models import Alert
from corredor.delivery.models import Delivery
from corredor.incidents.models import Incident, Verification
from corredor.intake.models import Report
from corredor.people.enums import Role
from corredor.people.second_factor import make_totp, read_totp
from tests.factories import make_neighbours, make_user

from .desk_screens import eventually

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]


def focused(page: Page) -> str:
    """Id, else name, of what has the focus."""
    return page.evaluate("document.activeElement.id || document.activeElement.name || document.activeElement.tagName")


def tab_to(page: Page, name: str, *, most: int = 40) -> None:
    """Press Tab until the focus is on the element with this id or name."""
    for _ in range(most):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {name}; it is at {focused(page)}")


def sign_in_by_keyboard(page: Page, user, *, origin: str) -> None:
    """Name, password, six digits."""
    make_totp(user)
    page.goto(f"{origin}/staff/login/")
    tab_to(page, "id_login")
    page.keyboard.type(user.username)
    tab_to(page, "id_password")
    page.keyboard.type("a long password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/login/code/**")
    tab_to(page, "id_code")
    page.keyboard.type(read_totp(user))
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")


def take_call(page: Page) -> Report:
    """The telephone rings: n, then down the form as the talk goes, Ctrl+Enter."""
    page.keyboard.press("n")
    page.wait_for_url("**/desk/call/")
    tab_to(page, "id_someone_hurt_0")
    page.keyboard.press("ArrowRight")  # yes
    page.keyboard.press("ArrowRight")  # no
    tab_to(page, "id_where_words")
    page.keyboard.type("la 39 y kedzie")
    expect(page.locator("#call-places input").first).to_be_checked()
    page.keyboard.press("Tab")
    assert focused(page) == "point"
    tab_to(page, "id_text")
    page.keyboard.type("agentes, echaron gas")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_contain_text("is saved and in the queue")
    expect(page.locator(".spelled__code")).to_have_count(3)
    return Report.objects.get()


def open_incident(page: Page, report: Report) -> Incident:
    """The report: o goes to the place, Enter confirms the pin."""
    page.keyboard.press("o")
    page.wait_for_url(f"**/desk/reports/{report.pk}/")
    expect(page.locator("#open-list input").first).to_be_checked()
    page.keyboard.press("o")
    assert focused(page) == "point"
    page.keyboard.press("Enter")
    expect(page.locator("#pane-title")).to_contain_text("Kedzie")
    assert focused(page) == "pane-title"
    return Incident.objects.get()


def verify(page: Page) -> Verification:
    """v goes to the verification, Ctrl+Enter keeps it."""
    page.keyboard.press("v")
    assert focused(page) == "id_outcome_0"
    page.keyboard.press("Space")
    tab_to(page, "id_agency")
    page.keyboard.press("Home")  # the first of the list
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-compose]")).to_be_visible()
    return Verification.objects.get()


def write(page: Page) -> Alert:
    """w goes to the message; the preview counts the people; Ctrl+Enter hands it over."""
    page.keyboard.press("w")
    assert focused(page) == "id_kind_0"
    expect(page.locator(".compose__preview .reach")).to_have_text("7")
    tab_to(page, "id_what_es")
    page.keyboard.type("Hay gas en la esquina")
    expect(page.locator(".compose__preview .preview__text").first).to_contain_text("Hay gas en la esquina")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".waits")).to_contain_text("You wrote this. Another person must approve it.")
    page.keyboard.press("a")
    return Alert.objects.get()


def approve(page: Page, alert: Alert) -> None:
    """At the other screen: j and Enter open it, a goes to the button, Enter sends."""
    for _ in range(6):
        page.keyboard.press("j")
        if "row-alert" in focused(page):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".approval")).to_be_visible()
    assert focused(page) == "pane-title"
    page.keyboard.press("a")
    assert focused(page) == f"approve-{alert.pk}"
    assert Alert.objects.get().state == "WAITING"
    page.keyboard.press("Enter")
    expect(page.locator("[data-notices]")).to_contain_text("Going out: 7 messages.")


def test_from_a_call_to_an_alert_by_two_people_without_a_mouse(screens, live_server):
    make_neighbours(7)
    beto = make_user("Beto", Role.OPERATOR, Role.VERIFIER)
    dario = make_user("Dario", Role.APPROVER)

    page = screens.open(None, "/staff/login/")
    sign_in_by_keyboard(page, beto, origin=live_server.url)
    report = take_call(page)
    assert (report.source, report.someone_hurt, report.where_words) == ("PHONE", False, "la 39 y kedzie")
    assert open_incident(page, report).claimed_by == beto
    found = verify(page)
    assert (found.outcome, found.agency) == ("CONFIRMED_ACTIVE", "ICE")
    alert = write(page)
    assert alert.state == "WAITING"

    approve(screens.open(dario), alert)
    alert.refresh_from_db()
    assert (alert.state, alert.written_by, alert.approved_by) == ("APPROVED", beto, dario)
    assert Delivery.objects.filter(alert=alert).count() == 7
    assert "Hay gas en la esquina" in alert.texts.get(language="es").standard
    eventually(page, lambda: page.locator(".sent").count() == 1, "the approval at the writer's screen")


def test_the_keys_are_listed_and_can_be_switched_off(screens):
    page = screens.open(make_user("Ana", Role.OPERATOR))
    page.keyboard.press("?")
    expect(page.locator("[data-help]")).to_be_visible()
    expect(page.locator("[data-help-list]")).to_contain_text("Phone call")
    expect(page.locator("[data-help-list]")).to_contain_text("Ctrl")
    page.locator("[data-keys-switch]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(page.locator("[data-help]")).to_be_hidden()
    page.keyboard.press("n")
    page.wait_for_timeout(200)
    expect(page).to_have_url(re.compile(r"/desk/$"))


def test_tab_leads_through_the_panes_and_the_focus_can_be_seen(screens):
    page = screens.open(make_user("Ana", Role.OPERATOR))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert focused(page) == "main"
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
