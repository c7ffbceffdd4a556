"""The API matches its OpenAPI description, path by path, and reveals nothing that the page does not."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from corredor.alerts.enums import AlertKind
from corredor.api import shapes
from corredor.flows.incident.verify import verify_incident
from corredor.flows.partner.cap import Result
from corredor.flows.publish.snapshot import write_snapshot
from corredor.incidents.enums import Agency, Method, Outcome, Status
from tests.factories import approve_new_alert, make_confirmed, make_incident

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PUBLIC_SNAPSHOT = tmp_path / "public"


@pytest.fixture
def description(client):
    return client.get("/api/v1/openapi.json").json()


@pytest.fixture
def told(desk):
    """A confirmed incident with its message, a denied one, and the files."""
    now = timezone.now()
    incident = make_confirmed(desk, now=now)
    alert = approve_new_alert(desk, incident, AlertKind.CONFIRMED, now=now)
    denied = make_incident(desk["operator"], now=now)
    verify_incident(
        incident_id=denied.pk,
        outcome=Outcome.NOT_IMMIGRATION,
        agency=Agency.POLICE,
        method=Method.ON_SCENE,
        seen_at=now,
        note="secret-note",
        by=desk["verifier"],
        now=now,
    )
    write_snapshot(now=now)
    return incident, alert


def hold(description, schema, value):
    """Raises when a value is not as described; times are checked too."""
    whole = {**schema, "components": description["components"]}
    Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)


def test_the_description_is_valid_openapi(description):
    assert description["openapi"].startswith("3.1")
    validate(description)


def test_every_path_that_can_be_read_answers_as_described(client, description, told):
    incident, alert = told
    slugs = {"/api/v1/incidents/{slug}": incident.slug}
    asked = 0
    for path, methods in description["paths"].items():
        if "get" not in methods:
            continue
        reply = client.get(path.replace("{slug}", slugs.get(path, alert.slug)))
        described = methods["get"]["responses"][str(reply.status_code)]
        kind = reply["Content-Type"].partition(";")[0]
        assert reply.status_code == 200, path
        assert kind in described["content"], path
        if "json" in kind:
            hold(description, described["content"][kind]["schema"], reply.json())
        assert "public" in reply["Cache-Control"]
        assert reply["Access-Control-Allow-Origin"] == "*"
        assert not reply.cookies
        asked += 1
    assert asked == 9


@pytest.mark.parametrize("path", ["/api/v1/incidents/none7", "/api/v1/alerts/none7", "/feeds/cap/none7.xml"])
def test_what_is_not_there_answers_as_described(client, description, path):
    reply = client.get(path)
    template = next(p for p in description["paths"] if p.partition("{")[0] == path.rpartition("none7")[0])
    assert str(reply.status_code) in description["paths"][template]["get"]["responses"]
    assert reply.status_code == 404


def test_who_waits_for_a_second_person_or_is_being_checked_is_not_found(client, desk):
    from corredor.flows.alert.compose import write_alert

    now = timezone.now()
    hidden = make_incident(desk["operator"], now=now)
    assert client.get(f"/api/v1/incidents/{hidden.slug}").status_code == 404
    incident = make_confirmed(desk, now=now)
    alert = write_alert(incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=now)
    assert client.get(f"/api/v1/alerts/{alert.slug}").status_code == 404
    assert client.get("/api/v1/incidents").json()["being_checked"] == 1


def test_no_place_no_note_and_no_name_is_told(client, told):
    incident, _ = told
    paths = ("/api/v1/incidents", f"/api/v1/incidents/{incident.slug}", "/feeds/incidents.geojson", "/feeds/es.atom")
    for path in paths:
        text = client.get(path).content.decode()
        for secret in ("41.8226", "-87.7044", "secret-note", "Ana", "Beto", "place_id"):
            assert secret not in text, path


def test_the_story_tells_each_status(client, told, desk):
    incident, _ = told
    later = timezone.now() + timedelta(minutes=1)
    verify_incident(
        incident_id=incident.pk,
        outcome=Outcome.CONFIRMED_ENDED,
        agency=Agency.ICE,
        method=Method.ON_SCENE,
        seen_at=later,
        by=desk["verifier"],
        now=later,
    )
    body = client.get(f"/api/v1/incidents/{incident.slug}").json()
    assert [step["status"] for step in body["story"]] == ["CONFIRMED", "ENDED"]
    assert len(body["alerts"]) == 1


def test_the_words_of_the_description_are_those_of_the_program():
    assert set(get_args(shapes.Statuses)) == set(Status.values) - {"BEING_CHECKED"}
    assert set(get_args(shapes.Agencies)) == {"", *Agency.values} - {"UNKNOWN"}
    assert set(get_args(shapes.Kinds)) == set(AlertKind.values)
    assert set(get_args(shapes.CapTaken.model_fields["result"].annotation)) == set(Result)


def test_what_partners_are_called_with_is_as_described(description, told):
    import json

    from corredor.flows.publish.partner_news import _list_events, write_body
    from corredor.flows.publish.view import public_view

    bodies = [
        json.loads(write_body(one.kind, one.data, timezone.now()))
        for one in _list_events(public_view(now=timezone.now()))
    ]
    assert {body["type"] for body in bodies} == {"incident.changed", "alert.published"}
    for body in bodies:
        name = "IncidentNews" if body["type"].startswith("incident") else "AlertNews"
        hold(description, {"$ref": f"#/components/schemas/{name}"}, body)


def test_the_partners_door_answers_as_described(client, description):
    responses = description["paths"]["/hooks/cap"]["post"]["responses"]
    reply = client.post("/hooks/cap", b"<a/>", content_type="application/xml")
    hold(description, responses[str(reply.status_code)]["content"]["application/json"]["schema"], reply.json())
    assert reply.status_code == 401
