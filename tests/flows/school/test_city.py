"""Where more volunteers help most: the best division over all schools, compared with every possible one."""

from __future__ import annotations

import random
from itertools import product

import pytest

from corredor.flows.school.city import SchoolRow, allocate_volunteers, list_city
from corredor.people.errors import NotAllowed
from tests.flows.school_day import FRIDAY, make_school_day


def row(name: str, curve: list[tuple[int, float]], taken: int = 0) -> SchoolRow:
    return SchoolRow(
        slug=name,
        name=name,
        area_code="",
        area_names={"en": "", "es": ""},
        leads=1,
        volunteers=0,
        posts=10,
        taken=taken,
        state="",
        alarms=0,
        proposals=0,
        share_covered=None,
        bells_stale=False,
        curve=tuple(curve),
    )


def best_by_trying(rows, gains, people):
    splits = (split for split in product(range(people + 1), repeat=len(rows)) if sum(split) <= people)
    return max(sum(gain[n] for gain, n in zip(gains, split, strict=True)) for split in splits)


@pytest.mark.parametrize("seed", range(20))
def test_no_other_division_guards_more(seed):
    dice = random.Random(seed)
    people, gains, rows = 5, [], []
    for number in range(3):
        value, curve, gain = 0.0, [], [0.0]
        for posts in range(1, people + 1):
            value += dice.choice([0, 10, 100, 1000]) * dice.random()
            curve.append((posts, value))
            gain.append(value)
        rows.append(row(f"s{number}", curve))
        gains.append(gain)

    shares = allocate_volunteers(rows, people=people)

    assert sum(share.people for share in shares) <= people
    assert sum(share.child_m for share in shares) == pytest.approx(best_by_trying(rows, gains, people))


def test_a_school_whose_first_posts_bring_nothing_alone_is_not_passed_over():
    late = row("late", [(3, 0.0), (4, 900.0)])
    early = row("early", [(1, 100.0), (2, 150.0), (3, 160.0), (4, 165.0)])

    assert [(share.slug, share.people) for share in allocate_volunteers([late, early], people=4)] == [("late", 4)]


def test_schools_without_a_plan_get_nobody():
    assert allocate_volunteers([row("none", [])], people=20) == []
    assert allocate_volunteers([], people=20) == []


@pytest.mark.django_db
def test_what_the_city_view_counts():
    at = make_school_day(volunteers=3)
    at.opened()

    (found,) = list_city(by=at.steward, now=FRIDAY)

    assert (found.leads, found.volunteers, found.posts, found.taken, found.missing, found.state) == (
        2,
        3,
        10,
        3,
        7,
        "OPEN",
    )
    assert list_city(by=at.steward, area="77", now=FRIDAY) == []
    with pytest.raises(NotAllowed):
        list_city(by=at.lead, now=FRIDAY)
