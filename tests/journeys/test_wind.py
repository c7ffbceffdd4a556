"""The wind at the desk in a real Chromium: chosen on a compass of nine fields, and on the lead's phone at once."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from corredor.flows.incident.follow import note_hazard
from corredor.incidents.enums import HazardKind
from corredor.incidents.models import Hazard
from tests.factories import make_confirmed, make_desk
from tests.flows.school_day import make_school_day

from .desk_screens import WIDE
from .visitor import PHONE

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["desk", "phone"])
def test_the_wind_turns_towards_a_school_and_its_lead_is_asked_to_hold(screens, viewport):
    now = timezone.now()
    at, desk = make_school_day(now=now, volunteers=1), make_desk()
    at.opened()
    incident = make_confirmed(desk, now=now)
    east = at.school.lon + 450 / (111_195 * 0.7455)
    hazard = note_hazard(
        incident_id=incident.pk,
        kind=HazardKind.IRRITANT,
        lat=at.school.lat,
        lon=east,
        radius_m=60,
        by=desk["operator"],
        now=now,
    )
    lead = screens.open(at.lead, f"/team/{at.school.slug}/", viewport=PHONE)
    assert lead.get_by_role("heading", name="Proposed: hold at school").count() == 0
    page = screens.open(desk["operator"], f"/desk/incidents/{incident.slug}/?tab=follow", viewport=viewport)

    page.get_by_text("Say where the wind blows").click()
    field = page.locator(f"#wind-fold-{hazard.pk} .wind__way--W")
    assert field.inner_text() == "to the west"
    box = field.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    field.click()
    page.get_by_role("button", name="Save the wind").click()

    expect(page.get_by_text("The wind blows to the west")).to_be_visible()
    assert Hazard.objects.get().wind_to == "W"
    expect(lead.get_by_role("heading", name="Proposed: hold at school")).to_be_visible()
    expect(lead.get_by_text("The wind blows to the west.")).to_be_visible()
    picture = lead.get_by_alt_text("What is proposed, the danger near it and where the wind carries it")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
