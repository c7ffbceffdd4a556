"""The pages of sending and checking in both languages, on a phone and on a desk: no overflow, no axe finding."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Alert
from corredor.delivery.models import Delivery, Plan, Route
from corredor.flows.alert.approve import approve_alert
from corredor.flows.alert.compose import write_alert
from corredor.flows.incident.verify import verify_incident
from corredor.incidents.enums import Agency, Method, Outcome
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.subscriptions.enums import Channel
from tests.factories import make_confirmed, make_desk, make_neighbours, make_user

from .desk_screens import WIDE
from .test_desk_screens import list_findings, settle

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def send_half(alert: Alert, now: Any) -> None:
    """As if it were going out: most has left, some is dead, some waits."""
    Plan.objects.filter(alert=alert).update(rows_made_s=0.1)
    for number, row in enumerate(Delivery.objects.filter(alert=alert).order_by("pk")):
        at = now + timedelta(seconds=0.6 + number * 0.35)
        state, code = ("INVALID_ADDRESS", "550") if number % 11 == 10 else ("SENT", "250")
        if number > 40:
            continue
        Delivery.objects.filter(pk=row.pk).update(
            state=state,
            code=code,
            provider="sms_gateway" if row.channel == "SMS" else "email",
            attempts=1,
            claimed_at=at - timedelta(seconds=0.4),
            settled_at=at,
            segments=2 if row.channel == "SMS" else 1,
        )


def furnish(settings: Any) -> tuple[User, list[str]]:
    """Alerts in every state; returns a steward who may do everything and the pages to look at."""
    now = timezone.now() - timedelta(seconds=20)
    settings.SEND_PRICES = {"sms_gateway": 0.0083}
    desk = make_desk()
    Route.objects.create(channel="SMS", provider="sms_gateway")
    Route.objects.create(channel="EMAIL", provider="email")
    make_neighbours(30, channel=Channel.SMS)
    make_neighbours(24, prefix="en", language="en")
    going = make_confirmed(desk, now=now)
    alert = write_alert(incident_id=going.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=now)
    approve_alert(alert_id=alert.pk, by=desk["approver"], now=now)
    send_half(alert, now)
    waiting = make_confirmed(desk, now=now)
    write_alert(incident_id=waiting.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=now)
    settings.ALERTS_AN_HOUR = 0
    frozen = make_confirmed(desk, now=now)
    held = write_alert(incident_id=frozen.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=now)
    approve_alert(alert_id=held.pk, by=desk["approver"], now=now)
    verify_incident(
        incident_id=going.pk,
        outcome=Outcome.NOT_IMMIGRATION,
        agency=Agency.POLICE,
        method=Method.ON_SCENE,
        seen_at=now,
        by=desk["verifier"],
        now=now + timedelta(seconds=15),
    )
    one = make_user("Eva", Role.STEWARD, Role.OPERATOR, Role.VERIFIER, Role.APPROVER, Role.DISPATCHER)
    return one, [
        f"/desk/alerts/{alert.pk}/",
        f"/desk/incidents/{going.slug}/?tab=alert",
        f"/desk/incidents/{waiting.slug}/?tab=alert",
        f"/desk/incidents/{frozen.slug}/?tab=alert",
        "/staff/sending/",
    ]


@pytest.mark.parametrize(
    ("language", "viewport", "scheme"),
    [("en", WIDE, "light"), ("es", PHONE, "light"), ("es", WIDE, "dark"), ("en", PHONE, "dark")],
    ids=["en-1280", "es-390", "es-1280-dark", "en-390-dark"],
)
def test_pages_of_staff(screens, settings, language, viewport, scheme):
    one, addresses = furnish(settings)
    User.objects.filter(pk=one.pk).update(language=language)
    page = screens.open(one, "/desk/", viewport=viewport, color_scheme=scheme)
    found: dict[str, Any] = {}
    for address in addresses:
        page.goto(screens.origin + address)
        settle(page)
        findings, wide = list_findings(page), page.evaluate("document.documentElement.scrollWidth")
        if findings or wide > viewport["width"]:
            found[address] = (wide, findings)
    assert found == {}


def test_the_filter_works_by_keyboard(screens, settings):
    one, addresses = furnish(settings)
    page = screens.open(one, addresses[0])
    page.locator("#filter-state").focus()
    page.keyboard.type("Add")  # "Address no longer exists"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{screens.origin}{addresses[0]}?state=INVALID_ADDRESS&channel=")
    expect(page.locator(".traces tbody tr")).to_have_count(Delivery.objects.filter(state="INVALID_ADDRESS").count())


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["390", "1280"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_checking_a_message_without_a_script(screens, settings, language, viewport):
    furnish(settings)
    alert = Alert.objects.get(state="APPROVED")
    text = alert.texts.get(language="es").standard
    page = screens.open(None, f"/verify/?lang={language}", viewport=viewport, java_script_enabled=False)
    for pasted in (text, text.replace("Kedzie", "Western"), "corran todos"):
        page.locator("textarea").fill(pasted)
        page.locator("button[value=check]").click()
        expect(page.locator("#verdict")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
