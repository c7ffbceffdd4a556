"""The feed: the same facts as the front page, stable ids, and nothing more."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from defusedxml import ElementTree
from django.utils import timezone

from corredor.alerts.enums import AlertKind
from corredor.flows.incident.verify import verify_incident
from corredor.flows.publish.snapshot import write_snapshot
from corredor.incidents.enums import Agency, Method, Outcome
from corredor.incidents.models import IncidentPlace
from corredor.people.queries import get_network
from tests.factories import (
    PERSHING_KEDZIE,
    approve_new_alert,
    make_confirmed,
    make_desk,
    make_incident,
    make_neighbours,
)

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PUBLIC_SNAPSHOT = tmp_path / "public"
    return settings.PUBLIC_SNAPSHOT


def read(client, language: str = "es"):
    write_snapshot(now=timezone.now())
    return ElementTree.fromstring(client.get(f"/api/{language}.atom").content)


def test_a_confirmed_incident_is_an_entry_with_its_message(client):
    desk = make_desk()
    make_neighbours(2)
    incident = make_confirmed(desk, now=timezone.now())
    alert = approve_new_alert(desk, incident, AlertKind.CONFIRMED, now=timezone.now())
    (entry,) = read(client).findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Confirmado: Brighton Park"
    assert entry.findtext(f"{ATOM}id").endswith(f"/i/{incident.slug}")
    assert alert.texts.get(language="es").long in entry.findtext(f"{ATOM}summary")
    (entry,) = read(client, "en").findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Confirmed: Brighton Park"


def test_the_id_stays_while_the_status_changes(client):
    desk = make_desk()
    incident = make_confirmed(desk, now=timezone.now())
    before = read(client).find(f"{ATOM}entry").findtext(f"{ATOM}id")
    verify_incident(
        incident_id=incident.pk,
        outcome=Outcome.NOT_IMMIGRATION,
        agency=Agency.POLICE,
        method=Method.ON_SCENE,
        seen_at=timezone.now(),
        note="secret-note",
        by=desk["verifier"],
        now=timezone.now(),
    )
    entry = read(client).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == before
    assert entry.findtext(f"{ATOM}title") == "Corregido: Brighton Park"
    assert "secret-note" not in client.get("/api/es.atom").content.decode()


def test_what_is_being_checked_is_not_in_it(client):
    make_incident(make_desk()["operator"], now=timezone.now())
    assert read(client).findall(f"{ATOM}entry") == []


def test_a_reader_asks_again_cheaply(client):
    make_confirmed(make_desk(), now=timezone.now())
    first = client.get("/api/es.atom")
    assert client.get("/api/es.atom", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert "public" in first["Cache-Control"]
    assert not first.cookies


def test_a_reader_of_atom_finds_what_the_standard_asks_for(client, desk):
    incident = make_confirmed(desk, now=timezone.now())
    alert = approve_new_alert(desk, incident, AlertKind.CONFIRMED, now=timezone.now())
    feed = read(client)
    (entry,) = feed.findall(f"{ATOM}entry")
    for name in ("id", "title", "updated"):
        assert feed.findtext(f"{ATOM}{name}")
        assert entry.findtext(f"{ATOM}{name}")
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == feed.findtext(f"{ATOM}id")
    (related,) = [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "related"]
    assert related.get("type") == "application/cap+xml"
    assert related.get("href").endswith(f"/feeds/cap/{alert.slug}.xml")


def test_a_correction_is_an_update_of_what_was_read(client, desk):
    incident = make_confirmed(desk, now=timezone.now() - timedelta(minutes=5))
    before = read(client).find(f"{ATOM}entry").findtext(f"{ATOM}updated")
    verify_incident(
        incident_id=incident.pk,
        outcome=Outcome.NOT_IMMIGRATION,
        agency=Agency.POLICE,
        method=Method.ON_SCENE,
        seen_at=timezone.now(),
        by=desk["verifier"],
        now=timezone.now(),
    )
    feed = read(client)
    after = feed.find(f"{ATOM}entry").findtext(f"{ATOM}updated")
    assert after > before
    assert feed.findtext(f"{ATOM}updated") == after


def test_an_empty_feed_stays_the_same(client):
    assert datetime.fromisoformat(read(client).findtext(f"{ATOM}updated")) == datetime(1970, 1, 1, tzinfo=UTC)
    first = client.get("/feeds/es.atom").content
    write_snapshot(now=timezone.now() + timedelta(hours=1))
    assert client.get("/feeds/es.atom").content == first


def test_words_arrive_as_plain_text_whatever_they_hold(client, desk):
    incident = make_confirmed(desk, now=timezone.now())
    approve_new_alert(desk, incident, AlertKind.CONFIRMED, now=timezone.now())
    network = get_network()
    network.name = "Red <b>& amigos\x0b"
    network.save()
    IncidentPlace.objects.update(area_names={"en": "Village", "es": "Villita & <i>\x1f"})
    feed = read(client)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert feed.findtext(f"{ATOM}title") == feed.findtext(f"{ATOM}author/{ATOM}name") == "Red <b>& amigos"
    assert entry.findtext(f"{ATOM}title") == "Confirmado: Villita & <i>"
    assert entry.find(f"{ATOM}summary").get("type") == "text"


def test_times_and_categories_are_as_the_standard_asks(client, desk):
    now = timezone.now()
    incident = make_confirmed(desk, now=now)
    approve_new_alert(desk, incident, AlertKind.CONFIRMED, now=now)
    feed = read(client)
    (entry,) = feed.findall(f"{ATOM}entry")
    for name in ("published", "updated"):
        said = datetime.fromisoformat(entry.findtext(f"{ATOM}{name}"))
        assert said.utcoffset() == timedelta(0)
        assert timedelta(0) <= now - said < timedelta(minutes=1)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "es"
    assert entry.find(f"{ATOM}category").attrib == {"term": "CONFIRMED", "label": "Confirmado"}
    for parent in (feed, entry):  # RFC 4287, 4.1.1 and 4.1.2: once each
        names = [child.tag.removeprefix(ATOM) for child in parent]
        assert all(names.count(name) == 1 for name in ("id", "title", "updated"))


def test_every_message_is_in_the_index_with_its_file(client, desk):
    incident = make_confirmed(desk, now=timezone.now())
    alert = approve_new_alert(desk, incident, AlertKind.CONFIRMED, now=timezone.now())
    write_snapshot(now=timezone.now())
    (entry,) = ElementTree.fromstring(client.get("/feeds/cap.atom").content).findall(f"{ATOM}entry")
    source = entry.find(f"{ATOM}content").get("src")
    assert source.endswith(f"/feeds/cap/{alert.slug}.xml")
    assert client.get(source.partition("localhost:8000")[2])["Content-Type"] == "application/cap+xml"


def test_geojson_holds_whole_areas_turned_as_the_standard_asks(client, desk):
    make_confirmed(desk, now=timezone.now())
    write_snapshot(now=timezone.now())
    reply = client.get("/feeds/incidents.geojson")
    assert reply["Content-Type"] == "application/geo+json"
    (feature,) = reply.json()["features"]
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert feature["properties"]["area"]["code"] == "58"
    for (ring,) in feature["geometry"]["coordinates"]:
        assert ring[0] == ring[-1]
        assert all(-88 < lon < -87 and 41 < lat < 43 for lon, lat in ring), "longitude first"
        assert sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) > 0, "counter-clockwise"
    assert list(PERSHING_KEDZIE[::-1]) not in feature["geometry"]["coordinates"][0][0]


def test_each_coding_has_a_validator_of_its_own(client, desk):
    make_confirmed(desk, now=timezone.now())
    write_snapshot(now=timezone.now())
    plain = client.get("/live.json")
    squeezed = client.get("/live.json", headers={"Accept-Encoding": "br;q=1, gzip"})
    assert gzip.decompress(squeezed.content) == plain.content
    assert squeezed["Content-Encoding"] == "gzip"
    assert squeezed["ETag"] != plain["ETag"]
    assert not plain["ETag"].startswith("W/")
    for known in (plain["ETag"], squeezed["ETag"], f'"x", W/{plain["ETag"]}', "*"):
        reply = client.get("/live.json", headers={"If-None-Match": known})
        assert reply.status_code == 304
        assert reply.content == b""
    assert client.get("/live.json", headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get("/live.json", headers={"Accept-Encoding": "gzip;q=0"})["ETag"] == plain["ETag"]


@pytest.mark.parametrize(
    "name", ["../keys/session.key", "cap/../../live.json", "cap/none.xml", "live.json", ".live.lock", "es.atom.gz"]
)
def test_nothing_else_of_the_disk_is_handed_out(client, name):
    write_snapshot(now=timezone.now())
    assert client.get(f"/feeds/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/api/fr.atom", "/api/x.atom"])
def test_other_languages_are_not_there(client, path):
    assert client.get(path).status_code == 404
