"""Prepared diversions for a closed side on the pages of leads and posts."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from corredor.corridors import queries
from corredor.corridors.plan_geometry import find_place, list_alternates
from corredor.web.schools.lead_sheet import say_lead
from corredor.web.schools.prepared import list_sides, say_lines
from corredor.web.schools.sheet import print_lead, print_posts
from tests.flows.school_day import SchoolDay, make_school_day
from tests.pdf import read_pages
from tests.web.signing_in import pass_gate

pytestmark = pytest.mark.django_db
NAMES = {
    "en": {"N": "the north", "E": "the east", "S": "the south", "W": "the west"},
    "es": {"N": "el norte", "E": "el este", "S": "el sur", "W": "el oeste"},
}


@pytest.fixture
def at(db) -> SchoolDay:
    return make_school_day(now=timezone.now(), posts=14, volunteers=0)


@pytest.fixture
def plan(at):
    return queries.get_plan(school=at.school)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_post_reads_what_it_does_for_every_closed_side(plan, language):
    ways = list_alternates(plan.data)
    assert ways
    for post in plan.posts.all():
        with override(language):
            lines = say_lines(plan.data, post.number, language)
        assert 1 <= len(lines) <= len(ways)
        for one in ways:
            (line,) = [line for line in lines if NAMES[language][one["closed"]] in line.split(":")[0]]
            place = find_place(one, post.number)
            if place is None:
                assert ("stay here" if language == "en" else "quédese aquí") in line
            elif place != "gate":
                assert place["labels"][language].lower() in line.lower()


@pytest.mark.parametrize(("language", "title"), [("en", "For the lead"), ("es", "Hoja de líder")])
def test_the_leads_sheet_has_a_row_for_each_post_and_a_column_for_each_side(plan, language, title):
    posts = queries.list_posts(plan=plan)
    sheet = say_lead(plan, posts, language)
    assert sheet["title"] == title
    assert len(sheet["heads"]) == 2 + len(list_alternates(plan.data))
    assert [row[0] for row in sheet["rows"]] == [str(post.number) for post in posts]
    assert {len(row) for row in sheet["rows"]} == {len(sheet["heads"])}


def test_the_leads_pdf_has_their_page_before_the_posts(at, plan):
    posts = queries.list_posts(plan=plan)[:2]
    alone, with_lead = print_posts(at.school, posts), print_lead(at.school, posts)
    alone, with_lead = read_pages(alone), read_pages(with_lead)
    assert len(alone) == 2
    assert with_lead[-2:] == alone
    assert "Hoja de líder" in with_lead[0]
    assert "For the lead" in with_lead[0]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_plan_page_shows_them_with_a_picture_each(at, plan, language):
    client = pass_gate(Client(), at.lead)
    page = client.get(f"/team/{at.school.slug}/plan/?lang={language}").content.decode()
    for one in list_alternates(plan.data):
        name = NAMES[language][one["closed"]]
        assert (f"If {name} is closed" if language == "en" else f"Si se cierra {name}") in page
        address = f"/team/{at.school.slug}/plan/{plan.pk}/map.svg"
        assert f"{address}?closed={one['closed']}" in page
        usual, closed = client.get(address), client.get(address, {"closed": one["closed"]})
        assert closed.status_code == 200
        assert closed.content != usual.content
    assert client.get(address, {"closed": "UP"}).status_code == 404


def test_who_goes_and_who_stays_are_all_posts_once(plan):
    numbers = [post.number for post in plan.posts.all()]
    for side in list_sides(plan.data, numbers, "en"):
        assert sorted([*(number for number, _ in side.goes), *side.stays]) == numbers


def test_a_plan_without_prepared_ways_says_nothing(plan):
    data = {**plan.data, "alternates": [[{"line": [], "nodes": []}]]}  # as versions before this one kept them
    assert say_lines(data, 1, "en") == []
    assert list_sides(data, [1, 2], "en") == []
