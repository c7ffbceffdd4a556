"""The feed: the same facts as the front page, an id that stays, and nothing more."""

from __future__ import annotations

import pytest
from defusedxml import ElementTree
from django.utils import timezone

from corredor.alerts.enums import AlertKind
from corredor.flows.verify import verify_incident
from corredor.incidents.enums import Agency, Method, Outcome
from tests.factories import approve_new_alert, make_confirmed, make_desk, make_incident, make_neighbours

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def read(client, language: str = "es"):
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


@pytest.mark.parametrize("path", ["/api/fr.atom", "/api/x.atom"])
def test_other_languages_are_not_there(client, path):
    assert client.get(path).status_code == 404
