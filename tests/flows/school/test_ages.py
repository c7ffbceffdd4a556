"""Adults needed: by the posts, by the children's ages, and what is refused."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from corredor.corridors import queries
from corredor.corridors.actions import MOST_OF_AGE, OfAge
from corredor.corridors.enums import CHILDREN_AN_ADULT, AgeGroup
from corredor.corridors.errors import FewerByAge, RuleUnnamed, WrongAges
from corredor.corridors.models import ChildrenOfAge
from corredor.flows.school import set_up as school_set_up
from corredor.flows.school.city import list_city
from corredor.flows.school.planning.adults import Adults, count_adults
from corredor.people.errors import NotAllowed
from tests.factories import make_user
from tests.flows.school_day import SchoolDay, make_school_day

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(db) -> SchoolDay:
    return make_school_day(posts=10, volunteers=2)


def enter(at, *children: int, per_adult=(3, 6, 12), rule: str = "", by=None) -> None:
    ages = [OfAge(group, n, m, rule) for group, n, m in zip(AgeGroup, children, per_adult, strict=True)]
    school_set_up.set_ages(slug=at.school.slug, ages=ages, by=by or at.lead, now=at.now)


def live_in_one_cell(at, children: int) -> None:
    cell = school_set_up.list_cells(at.school)[0]
    school_set_up.set_children(slug=at.school.slug, counts={cell: children}, by=at.lead, now=at.now)


def adults(at) -> Adults:
    return count_adults(posts=queries.get_plan(school=at.school).posts.count(), ages=at.school.ages.all())


def test_each_age_has_its_own_adults_and_a_part_of_one_is_one(at):
    posts = queries.get_plan(school=at.school).posts.count()
    enter(at, 31, 13, 1)
    assert adults(at) == Adults(at_posts=posts + 1, by_age=11 + 3 + 1)
    assert adults(at).to_ask_for == 15


def test_the_larger_of_both_is_asked_for(at):
    enter(at, 3, 0, 0)
    assert (adults(at).by_age, adults(at).to_ask_for) == (1, adults(at).at_posts)


def test_without_ages_only_posts_count(at):
    assert (adults(at).by_age, adults(at).to_ask_for) == (None, adults(at).at_posts)
    enter(at, 30, 0, 0)
    enter(at, 0, 0, 0)
    assert adults(at).by_age is None
    assert not ChildrenOfAge.objects.exists()


@pytest.mark.parametrize("children", [(-1, 0, 0), (0, MOST_OF_AGE + 1, 0)])
def test_numbers_of_children_that_cannot_be_are_refused(at, children):
    with pytest.raises(WrongAges):
        enter(at, *children)


@pytest.mark.parametrize("per_adult", [0, -3, 31])
def test_numbers_that_no_adult_walks_with_are_refused_by_the_database_too(at, per_adult):
    with pytest.raises(WrongAges):
        enter(at, 10, 10, 10, per_adult=(per_adult, 6, 12), rule="ours")
    if per_adult >= 0:
        with pytest.raises(IntegrityError, match="an_adult_walks_with_some"), transaction.atomic():
            ChildrenOfAge.objects.create(school=at.school, group="K_2", children=1, per_adult=per_adult)


def test_another_ratio_needs_the_name_of_its_rule_and_the_default_drops_it(at):
    with pytest.raises(RuleUnnamed):
        enter(at, 30, 30, 30, per_adult=(5, 6, 12))
    enter(at, 30, 30, 30, per_adult=(5, 6, 12), rule="our district's rule")
    kept = {row.group: (row.per_adult, row.rule) for row in at.school.ages.all()}
    assert kept == {"K_2": (5, "our district's rule"), "G3_5": (6, ""), "G6_8": (12, "")}
    assert CHILDREN_AN_ADULT == {"K_2": 3, "G3_5": 6, "G6_8": 12}


def test_more_children_by_where_they_live_than_by_age_is_refused_from_both_sides(at):
    live_in_one_cell(at, 100)
    with pytest.raises(FewerByAge) as wrong:
        enter(at, 30, 30, 30)
    assert (wrong.value.by_cell, wrong.value.by_age) == (100, 90)
    assert not ChildrenOfAge.objects.exists()
    enter(at, 40, 30, 30)
    with pytest.raises(FewerByAge):
        live_in_one_cell(at, 101)
    assert queries.count_children(school=at.school) == 100
    live_in_one_cell(at, 60)  # some live beyond the cells: no contradiction


def test_one_row_per_age_group(at):
    enter(at, 1, 2, 3)
    with pytest.raises(IntegrityError, match=r"(?i)unique constraint"), transaction.atomic():
        ChildrenOfAge.objects.create(school=at.school, group="K_2", children=1, per_adult=3)


def test_only_who_leads_there_enters_them(at):
    with pytest.raises(NotAllowed):
        enter(at, 1, 1, 1, by=make_user("Nadie"))


def test_the_city_sees_what_is_missing(at):
    enter(at, 60, 30, 12)
    (row,) = list_city(by=at.steward, now=at.now)
    assert row.adults == Adults(at_posts=row.posts + 1, by_age=20 + 5 + 1)
    assert row.adults_missing == 26 - 2 - 1, "two people and a lead are there"
