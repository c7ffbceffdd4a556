"""Scenario files: complete in both languages, or refused with file, entry and field."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from corredor.engines.redact import find_private
from corredor.flows.drill import reader
from corredor.flows.drill.scenario import Calendar, ScenarioWrong, UnknownScenario
from corredor.incidents.enums import Agency, Method, Outcome, WindTo
from corredor.people.enums import Role

HEAD = """
name = "small"
city = "chicago"
time_zone = "America/Chicago"
days = ["day.toml"]
title.en = "Small"
title.es = "Pequeño"
about.en = "A"
about.es = "B"
[[person]]
id = "ana"
alias = "Ana"
language = "es"
roles = ["OPERATOR"]
[recipients]
seed = 1
wants_rumour = 0.5
[[recipients.group]]
area = "Brighton Park"
count = 2
languages = { es = 1.0 }
[incident.one]
desk = "ana"
outcome = "CONFIRMED"
agency = "ICE"
side = "SOUTHWEST"
path = ["corner"]
[place]
corner = [41.8, -87.7]
"""
DAY = """
date = 2025-10-03
[[report]]
at = "10:00"
by = "web"
language = "es"
says = "algo"
place = "corner"
incident = "one"
[[step]]
at = "10:05"
do = "claim"
incident = "one"
by = "ana"
"""


@pytest.fixture(scope="module")
def october():
    return reader.load_scenario("chicago-october")


def read(folder: Path, *, head: str = HEAD, day: str = DAY):
    (folder / "scenario.toml").write_text(head, encoding="utf-8")
    (folder / "day.toml").write_text(day, encoding="utf-8")
    return reader.read_folder(folder)


def test_the_october_drill_is_as_large_and_mixed_as_it_must_be(october):
    told = [report for report in october.reports if not report.flood]
    doors, languages = Counter(r.by for r in told), Counter(r.language for r in told)

    assert len(told) >= 120
    assert min(doors["web"], doors["sms"], doors["phone"]) >= 20
    assert min(languages["es"], languages["en"]) >= 50
    assert sum(report.flood for report in october.reports) >= 20
    assert sum(report.point is not None for report in told) >= 120
    assert {day.date().isoformat() for day in (october.begins_at, october.ends_at)} == {
        "2025-10-03",
        "2025-10-04",
    }


def test_friday_and_saturday_hold_what_the_story_tells(october):
    incidents = october.incidents
    denied = [row for row in incidents.values() if row.outcome == "NOT_IMMIGRATION" and not row.wrong_at_first]
    friday = {r.incident for r in october.reports if r.at.day == 3 and r.incident}

    assert {incidents[key].side for key in friday if incidents[key].outcome == "CONFIRMED"} == {
        "NORTHWEST",
        "SOUTHWEST",
    }
    assert len(denied) >= 2
    assert any(row.wrong_at_first for row in incidents.values())
    assert incidents["brighton"].path == ("pershing_kedzie", "rockwell_cermak")
    assert incidents["brighton"].returned
    assert october.places["pershing_kedzie"] == (41.82259, -87.70444)
    assert october.places["rockwell_cermak"] == (41.85197, -87.69054)
    assert len([s for s in october.steps if s.do == "hazard" and s.values["incident"] == "brighton"]) >= 4


def test_every_word_of_a_step_is_one_the_product_knows(october):
    for step in october.steps:
        values = step.values
        if step.do == "verify":
            Outcome(values["outcome"]), Agency(values["agency"]), Method(values["method"])
        WindTo(values.get("wind", ""))
        if "approve_by" in values and "approval_refused" not in values:
            assert values["approve_by"] != values["by"], step.key
    for person in october.people:
        assert [Role(role) for role in person.roles]


def test_the_gas_near_sawyer_is_blown_towards_the_school(october):
    (gas,) = [step for step in october.steps if step.do == "hazard" and step.values["id"] == "gage_gas"]
    assert (gas.at.hour, gas.at.minute, gas.values["wind"]) == (14, 40, "S")
    assert {wind.value for wind in WindTo if wind} == reader.WINDS


def test_private_words_are_made_up_and_found_where_they_are_said(october):
    for report in october.reports:
        if report.private:
            assert find_private(report.says), report.key
    said = " ".join(report.says for report in october.reports)
    assert any(word in said for word in october.private_words)
    for number in find_private(said):
        if number.why == "PHONE":
            assert "555-01" in said[number.start : number.end]  # numbers kept free for fiction


def test_reports_are_what_people_write_not_copies(october):
    told = [(r.says, r.where) for r in october.reports if not r.flood and r.says.strip()]
    assert len(set(told)) == len(told)


def test_unknown_scenario():
    with pytest.raises(UnknownScenario):
        reader.load_scenario("nowhere")
    assert "chicago-october" in reader.list_scenarios()


def test_a_small_scenario_is_read(tmp_path):
    scenario = read(tmp_path)

    assert scenario.reports[0].key == "day-1"
    assert scenario.reports[0].point == (41.8, -87.7)
    assert scenario.steps[0].at == datetime.fromisoformat("2025-10-03T10:05")
    assert scenario.recipients.count == 2


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('place = "corner"', 'place = "moon"', "day.toml: day-1: KeyError 'moon'"),
        ('incident = "one"\n[[step]]', 'incident = "two"\n[[step]]', "day-1: incident = 'two' is not known"),
        ('do = "claim"', 'do = "arrest"', "day-step-1 (arrest)"),
        ('by = "ana"', 'by = "eva"', "day-step-1: by = 'eva' is not known"),
        ('do = "claim"\nincident = "one"', 'do = "claim"', "lacks ['incident']"),
        ('by = "ana"', 'by = "ana"\ncolour = "red"', "does not know ['colour']"),
        ('language = "es"', 'tongue = "es"', "day.toml: day-1: TypeError"),
        ('at = "10:00"', 'at = "ten"', "day.toml: day-1: ValueError"),
        ("date = 2025-10-03", "date = ", "day.toml: "),
        (
            'do = "claim"',
            'do = "hazard"\nplace = "corner"\nradius_m = 100\nid = "gas"\nwind = "UP"',
            "day-step-1: wind = 'UP' is not known",
        ),
    ],
)
def test_a_broken_day_is_refused_by_name(tmp_path, old, new, says):
    assert old in DAY
    with pytest.raises(ScenarioWrong) as caught:
        read(tmp_path, day=DAY.replace(old, new))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"), [('desk = "ana"', 'desk = "eva"'), ('path = ["corner"]', 'path = ["moon"]'), ("seed = 1", "")]
)
def test_a_broken_head_is_refused(tmp_path, old, new):
    with pytest.raises(ScenarioWrong):
        read(tmp_path, head=HEAD.replace(old, new))


def test_a_missing_day_is_refused_by_name(tmp_path):
    (tmp_path / "scenario.toml").write_text(HEAD, encoding="utf-8")
    with pytest.raises(ScenarioWrong, match=r"day\.toml"):
        reader.read_folder(tmp_path)


def test_a_flood_is_spread_over_its_minutes(tmp_path):
    flood = """
[[flood]]
at = "11:00"
until = "11:02"
count = 3
by = "web"
language = "en"
texts = ["A A A", "B B B"]
"""
    reports = read(tmp_path, day=DAY + flood).reports[1:]

    assert [(r.says, r.at.minute, r.flood) for r in reports] == [
        ("A A A", 0, True),
        ("B B B", 1, True),
        ("A A A", 2, True),
    ]


def test_in_a_live_database_the_days_lie_ahead_on_the_same_weekdays(october):
    today = date(2026, 11, 23)
    calendar = Calendar.after(october, today)
    begins = calendar.at(october.begins_at)

    assert begins.date() > today
    assert begins.date() - today <= timedelta(days=7)
    assert begins.strftime("%A %H:%M") == "Friday 11:38"
    assert begins.utcoffset() == timedelta(hours=-6)  # winter by then, and still 11:38 on the wall


def test_on_its_own_days_nothing_is_moved(october):
    assert Calendar(october.time_zone).at(october.begins_at).isoformat() == "2025-10-03T11:38:00-05:00"
