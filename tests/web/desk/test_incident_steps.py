"""Claim, verify, follow and close, and the messages of refused actions."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from corredor.alerts.enums import AlertKind
from corredor.incidents.models import Hazard, Incident, Verification
from tests.factories import ROCKWELL_CERMAK, approve_new_alert, make_neighbours
from tests.flows.steps import send_all

from .conftest import HERE

THERE = f"{ROCKWELL_CERMAK[0]},{ROCKWELL_CERMAK[1]}"
FOUND = {"outcome": "CONFIRMED_ACTIVE", "agency": "ICE", "method": "ON_SCENE", "seen": "5"}


def test_claim_shows_everyone_and_refuses_the_second(seats, incident):
    path = f"/desk/incidents/{incident.slug}"
    assert seats["operator"].do(f"{path}/claim/").status_code == 200
    answer = seats["verifier"].do(f"{path}/claim/")
    assert answer.status_code == 409
    assert "Ana is on it." in answer.content.decode()
    assert "Ana is on it" in seats["verifier"].get(f"{path}/").content.decode()


def test_anybody_may_release_for_a_sleeper(seats, incident):
    path = f"/desk/incidents/{incident.slug}"
    seats["operator"].do(f"{path}/claim/")
    assert seats["verifier"].do(f"{path}/release/").status_code == 200
    assert Incident.objects.get().claimed_by is None


def test_a_verifier_verifies_and_lands_where_the_next_step_is(seats, incident):
    answer = seats["verifier"].do(
        f"/desk/incidents/{incident.slug}/verify/", **FOUND, size_low="4", size_high="8", note="white vans"
    )
    row = Verification.objects.get()
    assert (row.outcome, row.agency, row.size_low, row.size_high) == ("CONFIRMED_ACTIVE", "ICE", 4, 8)
    assert timedelta(minutes=4) < row.checked_at - row.seen_at < timedelta(minutes=6)
    assert "data-compose" in answer.content.decode()


def test_an_operator_does_not_verify(seats, incident):
    page = seats["operator"].get(f"/desk/incidents/{incident.slug}/?tab=check").content.decode()
    assert 'name="outcome"' not in page
    answer = seats["operator"].do(f"/desk/incidents/{incident.slug}/verify/", **FOUND)
    assert answer.status_code == 403
    assert "“Verifier”" in answer.content.decode()
    assert not Verification.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"outcome": ""}, "This field is required"),
        ({"outcome": "SURE"}, "not one of the available choices"),
        ({"size_low": "9", "size_high": "3"}, "Swap the two"),
        ({"size_low": "-1"}, "greater than or equal to 0"),
        ({"seen": "7"}, "not one of the available choices"),
        ({"note": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_a_wrong_form_comes_back_as_typed(seats, incident, wrong, said):
    answer = seats["verifier"].do(
        f"/desk/incidents/{incident.slug}/verify/", **{**FOUND, "note": "typed with care", "tab": "check", **wrong}
    )
    body = answer.content.decode()
    assert answer.status_code == 422
    assert said in body
    assert "typed with care" in body or "note" in wrong
    assert not Verification.objects.exists()


def test_hazard_noted_seen_and_cleared_by_people(seats, confirmed):
    path = f"/desk/incidents/{confirmed.slug}/hazard/"
    seats["operator"].do(path, **{"hazard-kind": "IRRITANT", "hazard-radius_m": "300", "hazard-point": HERE})
    hazard = Hazard.objects.get()
    assert (hazard.radius_m, hazard.cleared_at) == (300, None)
    assert seats["operator"].do(f"/desk/hazards/{hazard.pk}/still/").status_code == 200
    assert seats["operator"].do(f"/desk/hazards/{hazard.pk}/clear/").status_code == 200
    assert Hazard.objects.get().cleared_by == seats["operator"].user


def test_the_wind_is_said_with_the_danger_and_turned_while_it_is_open(seats, confirmed):
    operator = seats["operator"]
    path = f"/desk/incidents/{confirmed.slug}/hazard/"
    said = {"hazard-kind": "IRRITANT", "hazard-radius_m": "300", "hazard-point": HERE, "hazard-wind_to": "NE"}
    assert "The wind blows to the north-east" in operator.do(path, **said).content.decode()
    hazard = Hazard.objects.get()
    turned = operator.do(f"/desk/hazards/{hazard.pk}/wind/", **{f"wind-{hazard.pk}-wind_to": "W"})
    assert turned.status_code == 200
    assert "The wind blows to the west" in turned.content.decode()
    wrong = operator.do(f"/desk/hazards/{hazard.pk}/wind/", **{f"wind-{hazard.pk}-wind_to": "UP"})
    assert (wrong.status_code, Hazard.objects.get().wind_to) == (422, "W")
    operator.do(f"/desk/hazards/{hazard.pk}/clear/")
    late = operator.do(f"/desk/hazards/{hazard.pk}/wind/", **{f"wind-{hazard.pk}-wind_to": "N"})
    assert late.status_code == 409
    assert "This danger has been cleared already" in late.content.decode()


def areas(seats):
    """What the desk's map tints."""
    page = seats["operator"].open("/desk/").content.decode()
    state = page.split('<script id="map-data" type="application/json">')[1].split("</script>")[0]
    return json.loads(state)["areas"]["features"]


def test_the_map_draws_the_wedge_only_while_the_wind_is_known(seats, confirmed):
    path = f"/desk/incidents/{confirmed.slug}/hazard/"
    seats["operator"].do(path, **{"hazard-kind": "OTHER", "hazard-radius_m": "150", "hazard-point": HERE})
    kinds = [feature["properties"]["kind"] for feature in areas(seats)]
    assert kinds == ["hazard"]
    hazard = Hazard.objects.get()
    seats["operator"].do(f"/desk/hazards/{hazard.pk}/wind/", **{f"wind-{hazard.pk}-wind_to": "N"})
    circle, wedge = areas(seats)
    assert (circle["properties"]["kind"], wedge["properties"]["kind"]) == ("hazard", "drift")
    (ring,) = wedge["geometry"]["coordinates"]
    assert ring[0] == ring[-1] == [round(hazard.lon, 6), round(hazard.lat, 6)]
    assert max(lat for _, lat in ring) > hazard.lat + 0.004
    assert min(lat for _, lat in ring) >= round(hazard.lat, 6)


def test_moved_asks_for_a_new_verification_before_a_new_warning(seats, confirmed):
    answer = seats["operator"].do(f"/desk/incidents/{confirmed.slug}/move/", **{"move-point": THERE, "move-seen": "2"})
    assert answer.status_code == 200
    assert "a verifier must confirm the new place" in answer.content.decode()


def test_seen_again(seats, confirmed):
    before = confirmed.last_seen_at
    assert seats["operator"].do(f"/desk/incidents/{confirmed.slug}/seen/", **{"seen-seen": "0"}).status_code == 200
    assert Incident.objects.get().last_seen_at > before


def test_moving_what_nobody_confirmed_is_refused(seats, incident):
    answer = seats["operator"].do(f"/desk/incidents/{incident.slug}/move/", **{"move-point": THERE, "move-seen": "0"})
    assert answer.status_code == 409
    assert "must confirm it first" in answer.content.decode()


def test_the_pin_is_put_right(seats, incident):
    seats["operator"].do(f"/desk/incidents/{incident.slug}/pin/", point=THERE, tab="follow")
    place = Incident.objects.get().place
    assert (place.kind, round(place.lat, 4)) == ("CORRECTED", 41.8520)


def test_close_waits_until_everyone_knows(seats, desk, confirmed, settings):
    make_neighbours(3)
    approve_new_alert(desk, confirmed, AlertKind.CONFIRMED, now=timezone.now())
    send_all(settings, now=timezone.now())
    answer = seats["operator"].do(f"/desk/incidents/{confirmed.slug}/close/")
    assert answer.status_code == 409
    assert "3 people were warned and have not been told that it is over" in answer.content.decode()
    assert Incident.objects.get().closed_at is None


def test_close_when_nobody_was_warned(seats, confirmed):
    assert seats["operator"].do(f"/desk/incidents/{confirmed.slug}/close/").status_code == 200
    late = seats["operator"].do(f"/desk/incidents/{confirmed.slug}/seen/", **{"seen-seen": "0"})
    assert late.status_code == 409
    assert "This incident is closed" in late.content.decode()


def test_the_timeline_tells_who_and_the_chain_is_checked(seats, confirmed):
    page = seats["operator"].get(f"/desk/incidents/{confirmed.slug}/?tab=timeline").content.decode()
    assert "Verified" in page
    assert "Beto" in page
    assert "Confirmed, happening now" in page
    assert seats["operator"].get("/desk/chain/").content.decode() == "Checked just now: the whole chain holds."
