"""The sign-in and steward pages on a phone and on a wide screen, in both languages: no axe finding, no overflow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page

from corredor.flows.network.staff import invite_person
from corredor.flows.partner.set_up import add_partner
from corredor.people.enums import Role
from corredor.people.models import User
from tests.factories import make_user

from .desk_screens import WIDE

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
PHONE = {"width": 390, "height": 844}
OPEN_PAGES = ("/staff/login/", "/staff/signup/", "/staff/closed/", "/staff/join/made-up/", "/no-such-page/")
STEWARD_PAGES = (
    "/staff/me/",
    "/staff/me/password/",
    "/staff/me/second-step/",
    "/staff/people/",
    "/staff/people/{person}/",
    "/staff/people/invite/",
    "/staff/channels/",
    "/staff/network/",
    "/staff/places/",
    "/staff/places/?text=agentes+en+la+39+y+kedzie",
    "/staff/unlit/",
    "/staff/check/",
    "/staff/partners/",
    "/staff/exposure/",
    "/staff/people/999999/",
)


def look_at(page: Page, path: str) -> list[str]:
    """What axe objects to, and whether the page is wider than the screen."""
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate("axe.run(document).then(result => result.violations)")
    troubles = [f"{path} {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*troubles, f"{path}: {width} px too wide"] if width > 0 else troubles


@pytest.mark.parametrize(("language", "viewport"), [("es", PHONE), ("en", WIDE)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page(screens, language, viewport, scheme):
    cache.clear()
    steward = make_user("Estela", Role.STEWARD)
    User.objects.update(language=language)
    person = make_user("Ana", Role.OPERATOR, Role.VERIFIER)
    add_partner(name="Red de Cicero", url="https://red.example/hook", may_report=True, by=steward, now=timezone.now())
    link = invite_person(roles=[Role.OPERATOR], by=steward, now=timezone.now())
    locale = {"es": "es-MX", "en": "en-US"}[language]
    troubles = []
    page = screens.open(None, "/staff/login/", viewport=viewport, locale=locale, color_scheme=scheme)
    for path in (*OPEN_PAGES, f"/staff/join/{link.token}/"):
        page.goto(screens.origin + path)
        assert page.evaluate("document.documentElement.lang") == language
        troubles += look_at(page, path)
    page.locator("main form [type=submit]").click()  # an empty form: errors are pages too
    troubles += look_at(page, "the refused form")
    page = screens.open(steward, "/staff/people/", viewport=viewport, color_scheme=scheme)
    for path in STEWARD_PAGES:
        page.goto(screens.origin + path.format(person=person.pk))
        troubles += look_at(page, path)
    page.goto(f"{screens.origin}/staff/people/invite/")
    page.locator("main form [type=submit]").click()
    troubles += look_at(page, "the link shown once")
    assert troubles == []


def test_setting_up_a_second_step(screens):
    cache.clear()
    steward = make_user("Estela", Role.STEWARD)
    link = invite_person(roles=[], by=steward, now=timezone.now())
    page = screens.open(None, f"/staff/join/{link.token}/", viewport=PHONE, locale="es-MX")
    page.fill("[name=username]", "nube")
    page.fill("[name=password]", "four unrelated quiet words")
    page.locator("main form [type=submit]").click()
    troubles = look_at(page, "begin")
    for path in ("/staff/me/second-step/app/", "/staff/me/second-step/passkeys/add/"):
        page.goto(screens.origin + path)
        troubles += look_at(page, path)
    assert troubles == []
