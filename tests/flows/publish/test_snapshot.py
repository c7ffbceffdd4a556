"""The snapshot: atomic, the newest wins, and readers are served despite a full disk or a locked database."""

from __future__ import annotations

import json
import os
import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.utils import timezone

from corredor.flows.incident.verify import verify_incident
from corredor.flows.publish import snapshot
from corredor.flows.publish.publisher import publish_after_commit
from corredor.flows.publish.snapshot import get_snapshot, write_snapshot
from corredor.flows.publish.view import public_incident, public_view
from corredor.incidents.enums import Agency, Method, Outcome, PlaceKind
from corredor.incidents.models import Incident, IncidentPlace
from tests.factories import NOW, ROCKWELL_CERMAK, make_confirmed, make_incident


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PUBLIC_SNAPSHOT = tmp_path / "public"
    return settings.PUBLIC_SNAPSHOT


def read(folder) -> dict:
    return json.loads((folder / "live.json").read_bytes())


@pytest.mark.django_db
def test_what_changes_nothing_keeps_file_and_validator(folder, desk):
    make_confirmed(desk)
    first = write_snapshot(now=NOW)
    before = (folder / "live.json").stat().st_ino
    again = write_snapshot(now=NOW + timedelta(minutes=3))
    assert first == again, "an age is no change: readers make ages themselves"
    assert (folder / "live.json").stat().st_ino == before


@pytest.mark.django_db
def test_the_file_is_for_any_web_server_to_read_and_leaves_no_draft(folder, desk):
    write_snapshot(now=NOW)
    assert (folder / "live.json").stat().st_mode & 0o777 == 0o644
    assert sorted(path.name for path in folder.iterdir()) == [".live.lock", "feeds", "live.json", "live.json.gz"]
    feeds = sorted(path.name for path in (folder / "feeds").iterdir() if path.suffix != ".gz")
    assert feeds == ["cap.atom", "en.atom", "es.atom", "incidents.geojson"]


@pytest.mark.django_db
def test_a_full_disk_undoes_nothing_and_is_logged(
    folder, desk, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def fill_up(*args, **kwargs):
        raise OSError(28, "No space left on device")

    write_snapshot(now=NOW)
    before = read(folder)
    incident = make_incident(desk["operator"])
    monkeypatch.setattr(snapshot, "_replace", fill_up)
    with django_capture_on_commit_callbacks(execute=True):
        publish_after_commit(now=NOW)
        Incident.objects.filter(pk=incident.pk).update(city="still written")
    assert Incident.objects.get().city == "still written"
    assert read(folder) == before
    assert "No space left" in caplog.text


@pytest.mark.django_db
def test_a_reader_gets_the_last_file_while_the_database_is_locked(folder, desk, monkeypatch):
    make_confirmed(desk)
    body = write_snapshot(now=NOW)
    os.utime(folder / "live.json", (0, 0))

    def locked(**kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(snapshot, "public_view", locked)
    assert get_snapshot(now=NOW) == body


@pytest.mark.django_db
def test_without_a_file_and_without_a_database_the_fault_is_told(monkeypatch):
    def locked(**kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(snapshot, "public_view", locked)
    with pytest.raises(OperationalError):
        get_snapshot(now=NOW)


@pytest.mark.django_db
def test_an_old_file_is_looked_over_when_somebody_reads_it(folder, desk):
    incident = make_incident(desk["operator"])
    verify_incident(
        incident_id=incident.pk,
        outcome=Outcome.NOT_IMMIGRATION,
        agency=Agency.POLICE,
        method=Method.ON_SCENE,
        seen_at=NOW,
        by=desk["verifier"],
        now=NOW,
    )
    write_snapshot(now=NOW)
    assert len(read(folder)["denied"]) == 1
    later = NOW + timedelta(hours=25)
    get_snapshot(now=later)
    assert len(read(folder)["denied"]) == 1, "a fresh file is handed out as it is"
    os.utime(folder / "live.json", (0, 0))
    get_snapshot(now=later)
    assert read(folder)["denied"] == []


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_leave_a_whole_file_with_the_newest(folder, desk):
    from tests.journeys.conftest import STAGES, guards_of

    make_confirmed(desk)
    failures = []

    def write() -> None:
        try:
            for _ in range(10):
                write_snapshot(now=timezone.now())
                read(folder)
        except (OSError, ValueError, DatabaseError) as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(read(folder)["confirmed"]) == 1
    with connection.cursor() as cursor:  # the database's own rules would keep the test from emptying it
        for stage in STAGES:
            for guard in guards_of(stage):
                for statement in guard.drop_sql(connection.vendor):
                    cursor.execute(statement)


def move(incident: Incident, desk, *, at) -> IncidentPlace:
    IncidentPlace.objects.filter(incident=incident, until=None).update(until=at)
    place = IncidentPlace.objects.create(
        incident=incident,
        kind=PlaceKind.MOVED,
        lat=ROCKWELL_CERMAK[0],
        lon=ROCKWELL_CERMAK[1],
        cell=1,
        labels={"en": "Cermak Rd and Rockwell St", "es": "Cermak Rd y Rockwell St"},
        area_code="30",
        area_names={"en": "Little Village", "es": "La Villita"},
        confirmed_by=desk["operator"],
        since=at,
    )
    Incident.objects.filter(pk=incident.pk).update(place=place)
    return place


@pytest.mark.django_db
def test_a_move_is_public_only_once_somebody_checked_it_there(desk):
    incident = make_confirmed(desk)
    later = NOW + timedelta(minutes=20)
    move(incident, desk, at=later)
    assert public_incident(slug=incident.slug, now=later).area_names["en"] == "Brighton Park"
    verify_incident(
        incident_id=incident.pk,
        outcome=Outcome.CONFIRMED_ACTIVE,
        agency=Agency.ICE,
        method=Method.ON_SCENE,
        seen_at=later,
        by=desk["verifier"],
        now=later + timedelta(minutes=5),
    )
    shown = public_incident(slug=incident.slug, now=later)
    assert (shown.area_names["en"], shown.area_names["es"], shown.area_code) == ("Little Village", "La Villita", "30")
    assert [(step.status, step.area_names.get("en", "")) for step in shown.timeline] == [
        ("CONFIRMED", ""),
        ("", "Little Village"),
        ("CONFIRMED", ""),
    ]


@pytest.mark.django_db
def test_a_corrected_pin_replaces_the_area_at_once(desk):
    incident = make_confirmed(desk)
    place = move(incident, desk, at=NOW + timedelta(minutes=2))
    IncidentPlace.objects.filter(pk=place.pk).update(kind=PlaceKind.CORRECTED)
    shown = public_incident(slug=incident.slug, now=NOW)
    assert shown.area_names["en"] == "Little Village"
    assert [step.status for step in shown.timeline] == ["CONFIRMED"]


@pytest.mark.django_db
def test_the_view_is_read_with_as_many_questions_for_one_as_for_three(desk, django_assert_num_queries):
    make_confirmed(desk)
    with django_assert_num_queries(5):
        public_view(now=NOW)
    for _ in range(2):
        make_confirmed(desk)
    with django_assert_num_queries(5):
        public_view(now=NOW)
