"""What is confirmed: status, area and age, and never a location, a street, a note or a name."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Alert
from corredor.flows.alert.approve import approve_alert
from corredor.flows.alert.compose import write_alert
from corredor.flows.incident.verify import verify_incident
from corredor.flows.publish.snapshot import write_snapshot
from corredor.incidents.enums import Agency, Method, Outcome
from corredor.incidents.models import Incident
from tests.factories import make_confirmed, make_desk, make_incident, make_neighbours, make_user

pytestmark = pytest.mark.django_db
PAGES = ("/", "/now/", "/now/list/", "/live.json", "/map/live.svg", "/map/live.geojson")
NOTE = "secret-note-of-the-verifier"


@pytest.fixture(autouse=True)
def _own_snapshot(settings, tmp_path):
    settings.PUBLIC_SNAPSHOT = tmp_path / "public"


def find_out(incident: Incident, desk, outcome: Outcome, *, agency: Agency = Agency.ICE, minutes_ago: int = 0) -> None:
    moment = timezone.now() - timedelta(minutes=minutes_ago)
    verify_incident(
        incident_id=incident.pk,
        outcome=outcome,
        agency=agency,
        method=Method.ON_SCENE,
        seen_at=moment,
        note=NOTE,
        by=desk["verifier"],
        now=moment,
    )


def read(client, path: str, language: str = "en") -> str:
    return unescape(client.get(path, headers={"Accept-Language": language}).content.decode())


def send_alert(incident: Incident, desk, kind: AlertKind = AlertKind.CONFIRMED) -> Alert:
    now = timezone.now()
    alert = write_alert(incident_id=incident.pk, kind=kind, radius_m=800, by=desk["writer"], now=now)
    approve_alert(alert_id=alert.pk, by=desk["approver"], now=now)
    return Alert.objects.get(pk=alert.pk)


def test_with_nothing_confirmed_the_page_says_so_in_words(client):
    assert "Nothing is confirmed right now." in read(client, "/")
    assert "no hay nada confirmado" in read(client, "/", "es")


def test_what_is_being_checked_is_a_number_without_a_place(client):
    desk = make_desk()
    incident = make_incident(desk["operator"], now=timezone.now())
    for path in PAGES:
        page = read(client, path)
        assert "Brighton" not in page
        assert incident.slug not in page
        assert "Pershing" not in page
    assert "1 report is being checked." in read(client, "/")
    assert client.get(f"/i/{incident.slug}").status_code == 404
    assert json.loads(read(client, "/live.json"))["being_checked"] == 1


def test_a_confirmed_one_shows_area_agency_and_age(client):
    desk = make_desk()
    incident = make_incident(desk["operator"], now=timezone.now() - timedelta(minutes=40))
    find_out(incident, desk, Outcome.CONFIRMED_ACTIVE, minutes_ago=25)
    page = read(client, "/")
    assert "Brighton Park" in page
    assert "25 min ago" in page
    assert "ICE" in page
    assert "hace 25 min" in read(client, "/", "es")


def test_no_public_page_holds_a_point_a_street_a_note_or_a_name(client):
    desk = make_desk()
    incident = make_incident(desk["operator"], now=timezone.now())
    find_out(incident, desk, Outcome.CONFIRMED_ACTIVE)
    for path in (*PAGES, f"/i/{incident.slug}"):
        page = read(client, path)
        for secret in (NOTE, "Beto", "Ana", "41.8226", "87.7044", "Pershing", "Kedzie"):
            assert secret not in page, (path, secret)


def test_a_rumour_is_denied_as_loudly_and_says_who_it_was(client):
    desk = make_desk()
    incident = make_incident(desk["operator"], now=timezone.now())
    find_out(incident, desk, Outcome.NOT_IMMIGRATION, agency=Agency.POLICE)
    page = read(client, "/")
    assert "Checked: it was something else" in page
    assert "Not immigration enforcement" in page
    assert "City or state police" in page
    assert "incident--NOT_IMMIGRATION" in page


def test_could_not_verify_names_no_agency(client):
    desk = make_desk()
    incident = make_incident(desk["operator"], now=timezone.now())
    find_out(incident, desk, Outcome.COULD_NOT_VERIFY, agency=Agency.ICE)
    page = read(client, f"/i/{incident.slug}")
    assert "Could not be verified" in page
    assert "<dt>Who</dt>" not in page


def test_a_sighting_grows_old_and_says_so(client):
    desk = make_desk()
    incident = make_incident(desk["operator"], now=timezone.now() - timedelta(hours=4))
    find_out(incident, desk, Outcome.CONFIRMED_ACTIVE, minutes_ago=180)
    page = read(client, "/")
    assert "3 hours ago" in page
    assert "nobody has seen it since" in page
    assert "it may be over" in read(client, f"/i/{incident.slug}")


def test_endings_and_denials_leave_the_front_page_after_a_day_and_keep_their_own(client):
    desk = make_desk()
    for outcome in (Outcome.CONFIRMED_ENDED, Outcome.NOT_IMMIGRATION):
        incident = make_incident(desk["operator"], now=timezone.now() - timedelta(hours=26))
        find_out(incident, desk, outcome, minutes_ago=25 * 60)
        assert incident.slug not in read(client, "/")
        assert client.get(f"/i/{incident.slug}").status_code == 200


def test_a_corrected_one_says_so_first_and_keeps_its_story(client):
    desk = make_desk()
    incident = make_incident(desk["operator"], now=timezone.now() - timedelta(minutes=50))
    find_out(incident, desk, Outcome.CONFIRMED_ACTIVE, minutes_ago=40)
    find_out(incident, desk, Outcome.NOT_IMMIGRATION, agency=Agency.SHERIFF, minutes_ago=5)
    page = read(client, f"/i/{incident.slug}")
    assert page.index("This is corrected:") < page.index("<dl")
    steps = re.findall(r"status--([A-Z_]+)", page[page.index('class="timeline"') :])
    assert steps == ["CONFIRMED", "CORRECTED"]


def test_the_page_of_an_incident_holds_the_long_text_that_was_sent(client):
    desk = make_desk()
    make_neighbours(2)
    incident = make_confirmed(desk, now=timezone.now())
    waiting = write_alert(
        incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=timezone.now()
    )
    assert "What we sent" not in read(client, f"/i/{incident.slug}"), "not before two people have said yes"
    approve_alert(alert_id=waiting.pk, by=desk["approver"], now=timezone.now())
    page = read(client, f"/i/{incident.slug}")
    long = waiting.texts.get(language="en").long
    assert long.splitlines()[0] in page
    assert waiting.texts.get(language="es").long.splitlines()[0] in read(client, f"/i/{incident.slug}", "es")


def test_is_this_message_real_shows_both_languages_word_for_word(client):
    desk = make_desk()
    make_neighbours(2)
    alert = send_alert(make_confirmed(desk, now=timezone.now()), desk)
    page = read(client, f"/a/{alert.slug}")
    assert "Yes, this message is ours" in page
    for text in alert.texts.all():
        assert text.standard.split(" http")[0] in page
        assert text.title in page
    assert "Carmen" not in page
    assert "Dario" not in page


def test_an_alert_that_waits_or_never_was_is_not_ours(client):
    desk = make_desk()
    incident = make_confirmed(desk, now=timezone.now())
    waiting = write_alert(
        incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=timezone.now()
    )
    for slug in (waiting.slug, "nothing", "x" * 60):
        answer = client.get(f"/a/{slug}", headers={"Accept-Language": "en"})
        assert answer.status_code == 404
        assert "do not trust it" in answer.content.decode()


def test_every_time_on_an_incident_s_page_carries_its_date(client):
    """Pages are passed on as pictures long after the event."""
    desk = make_desk()
    incident = make_incident(desk["operator"], now=timezone.now())
    find_out(incident, desk, Outcome.CONFIRMED_ACTIVE)
    today = timezone.localtime()
    page = read(client, f"/i/{incident.slug}")
    assert page.count(f"{today.month}/{today.day}, ") >= 3
    assert f"{today.day}/{today.month}, " in read(client, f"/i/{incident.slug}", "es")


def test_an_old_message_says_that_it_was_corrected_since(client):
    desk = make_desk()
    make_neighbours(2)
    incident = make_confirmed(desk, now=timezone.now() - timedelta(minutes=5))
    alert = send_alert(incident, desk)
    find_out(incident, desk, Outcome.NOT_IMMIGRATION, agency=Agency.POLICE)
    assert "But it has been corrected since:" in read(client, f"/a/{alert.slug}")


def test_drill_and_life_never_stand_on_one_page(client):
    desk = make_desk()
    live = make_confirmed(desk, now=timezone.now())
    drill_desk = {
        "operator": desk["operator"],
        "verifier": make_user("Drill", "VERIFIER", is_drill=True),
    }
    drill = make_confirmed(drill_desk, is_drill=True, now=timezone.now())
    for path in PAGES:
        assert drill.slug not in read(client, path)
    page = read(client, "/drill/")
    assert drill.slug in page
    assert live.slug not in page
    assert "banner--drill" in page
    assert "banner--drill" in read(client, f"/i/{drill.slug}")
    assert "banner--drill" not in read(client, "/")
    assert "banner--drill" not in read(client, f"/i/{live.slug}")


def test_the_snapshot_has_a_validator_and_is_asked_for_again_cheaply(client):
    make_confirmed(make_desk(), now=timezone.now())
    first = client.get("/live.json")
    assert first["Cache-Control"] == "public, max-age=10"
    assert "Cookie" not in first.get("Vary", "")
    again = client.get("/live.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    row = json.loads(first.content)["confirmed"][0]
    assert set(row) == {"slug", "url", "status", "agency", "area", "seen_at", "checked_at", "ended_at"}
    assert row["area"] == {"code": "58", "en": "Brighton Park", "es": "Brighton Park"}


def test_the_map_marks_an_area_and_no_place_in_it(client):
    desk = make_desk()
    make_confirmed(desk, now=timezone.now())
    picture = read(client, "/map/live.svg")
    assert picture.count('class="m CONFIRMED"') == 1
    assert len(picture) < 30_000
    shapes = json.loads(read(client, "/map/live.geojson"))
    (feature,) = shapes["features"]
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert feature["properties"]["label"] == "Brighton Park"
    assert set(feature["properties"]) == {"id", "status", "status_words", "label", "link"}


@pytest.mark.parametrize(
    "path", ["/map/other.svg", "/map/other.geojson", "/map/..%2Fx.pmtiles", "/map/nowhere.pmtiles"]
)
def test_maps_that_are_not_there_are_not_found(client, path):
    assert client.get(path).status_code == 404


def test_the_base_map_is_handed_out_in_pieces(client):
    part = client.get("/map/chicago.pmtiles", headers={"Range": "bytes=0-126"})
    assert part.status_code == 206
    body = b"".join(part.streaming_content)
    assert body.startswith(b"PMTiles")
    assert len(body) == 127
    size = int(part["Content-Range"].split("/")[1])
    assert client.get("/map/chicago.pmtiles", headers={"Range": f"bytes={size}-"}).status_code == 416
    tail = client.get("/map/chicago.pmtiles", headers={"Range": f"bytes={size - 10}-{size + 500}"})
    assert len(b"".join(tail.streaming_content)) == 10
    whole = client.get("/map/chicago.pmtiles", headers={"Range": "bytes=1-2,5-9"})
    assert whole.status_code == 200


def test_pages_are_read_with_few_questions_to_the_database(client, django_assert_max_num_queries):
    desk = make_desk()
    make_confirmed(desk, now=timezone.now())
    with django_assert_max_num_queries(12):
        client.get("/")
    for _ in range(4):
        make_confirmed(desk, now=timezone.now())
    with django_assert_max_num_queries(12):
        client.get("/")


def test_without_a_city_pack_the_words_remain(client, monkeypatch):
    from corredor.places.pack import UnknownCityError
    from corredor.web.public import map_view

    def fail(city):
        raise UnknownCityError(city, [])

    monkeypatch.setattr(map_view, "get_pack", fail)
    assert client.get("/").status_code == 200
    assert client.get("/report/").status_code == 200
    assert client.get("/map/live.svg").status_code == 404


def test_the_snapshot_is_written_when_something_changes(settings, django_capture_on_commit_callbacks):
    path = settings.PUBLIC_SNAPSHOT / "live.json"
    desk = make_desk()
    incident = make_incident(desk["operator"], now=timezone.now())
    write_snapshot(now=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        find_out(incident, desk, Outcome.CONFIRMED_ACTIVE)
    assert [row["slug"] for row in json.loads(path.read_bytes())["confirmed"]] == [incident.slug]
