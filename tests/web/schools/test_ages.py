"""Children by age on a lead's pages: entered, refused with a clear message, and the resulting numbers."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from corredor.corridors import queries
from corredor.corridors.models import ChildrenOfAge
from corredor.flows.school import set_up as school_set_up
from corredor.people.models import User
from corredor.web.schools.ages import say_ratios
from corredor.web.schools.lead_sheet import say_lead
from tests.flows.school_day import SchoolDay, make_school_day
from tests.web.shown import shown
from tests.web.signing_in import pass_gate

pytestmark = pytest.mark.django_db
GIVEN = {
    "childrenK_2": "31",
    "adultK_2": "3",
    "childrenG3_5": "13",
    "adultG3_5": "6",
    "childrenG6_8": "",
    "adultG6_8": "12",
    "rule": "",
}


@pytest.fixture
def at(db) -> SchoolDay:
    return make_school_day(now=timezone.now(), posts=6, volunteers=0)


@pytest.fixture
def lead(at) -> Client:
    return pass_gate(Client(), at.lead)


def save(lead: Client, at: SchoolDay, **changed: str) -> str:
    page = lead.post(f"/team/{at.school.slug}/settings/ages/", GIVEN | changed, follow=True)
    assert page.status_code == 200
    return page.content.decode()


def read(client: Client, path: str) -> str:
    return shown(client.get(path).content.decode())


def test_what_is_entered_stands_on_the_plan_page_beside_the_posts(lead, at):
    assert "The plan page says how many adults to ask for." in save(lead, at)
    posts = queries.get_plan(school=at.school).posts.count()
    page = read(lead, f"/team/{at.school.slug}/plan/")
    assert f"Adults at posts, with the lead</dt><dd>{posts + 1}</dd>" in page
    assert "ages</dt><dd>14<br>" in page
    assert "<strong>14</strong>" in page
    assert "One adult walks with: 3 in kindergarten to grade 2; 6 in grades 3 to 5. Up to grade 5: CDC 2000" in page
    assert "grades 6 to 8" not in page, "a group without children needs no ratio"


def test_without_ages_the_page_leads_to_where_they_are_entered(lead, at):
    page = read(lead, f"/team/{at.school.slug}/plan/")
    assert f"/team/{at.school.slug}/settings/#ages" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"childrenK_2": "-4"}, "from 0 to 3000"),
        ({"childrenK_2": "many"}, "from 0 to 3000"),
        ({"childrenK_2": "99999"}, "from 0 to 3000"),
        ({"adultK_2": "0"}, "from 1 to 30"),
        ({"adultK_2": ""}, "from 1 to 30"),
        ({"adultK_2": "4"}, "Say whose rule that is"),
    ],
)
def test_numbers_that_cannot_be_get_a_sentence_and_change_nothing(lead, at, changed, words):
    assert words in save(lead, at, **changed)
    assert not ChildrenOfAge.objects.exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "100 children are entered by where they live, but only 44 by age."),
        ("es", "Hay 100 niños anotados por donde viven, pero solo 44 por edad."),
    ],
)
def test_numbers_that_contradict_each_other_are_named(lead, at, language, words):
    User.objects.filter(pk=at.lead.pk).update(language=language)  # a staff page speaks as its account does
    cell = school_set_up.list_cells(at.school)[0]
    school_set_up.set_children(slug=at.school.slug, counts={cell: 100}, by=at.lead, now=at.now)
    assert words in save(lead, at)
    assert not ChildrenOfAge.objects.exists()


def test_a_changed_ratio_names_its_rule(lead, at):
    save(lead, at, adultK_2="5", rule="Our district's rule.")
    assert "Changed here: Our district's rule." in say_ratios(at.school.ages.all())
    assert "Up to grade 5" in say_ratios(at.school.ages.all()), "the other one is still the default"


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_leads_sheet_says_how_many_adults_to_ask_for(lead, at, language):
    save(lead, at)
    plan = queries.get_plan(school=at.school)
    posts = queries.list_posts(plan=plan)
    assert [figure for figure, _ in say_lead(plan, posts, language)["figures"]] == [str(len(posts) + 1), "14", "14"]


def test_the_city_view_says_who_is_missing(at, lead):
    save(lead, at)
    steward = pass_gate(Client(), at.steward)
    page = read(steward, "/team/city/")
    assert "13 adults are missing in all" in page
    assert "14 by age" in page
    assert "13 missing" in page
