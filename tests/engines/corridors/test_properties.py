"""Properties of every plan on every network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from corredor.engines.corridors import GATE, Hazard, NoPlan, Plan, PostKind, Ring, plan, touches
from corredor.engines.geo.plane import LocalPlane

from .networks import CENTRE, blocks_of, problems, railways

MANY = settings(max_examples=250, suppress_health_check=list(HealthCheck))


def length_of(network, a, b):
    row = slice(network.indptr[a], network.indptr[a + 1])
    found = network.length_m[row][network.indices[row] == b]
    assert len(found), f"no street leads from {a} to {b}"
    return float(found.min())


@given(problems())
@MANY
def test_corridors_hang_together_from_the_gate(problem):
    answer = plan(problem)
    assume(isinstance(answer, Plan))
    reached, waiting = {problem.gate}, blocks_of(answer)
    assert len({node for _, node in waiting}) == len(waiting), "two ways lead to one crossing: no tree"
    while waiting:
        now = [block for block in waiting if block[0] in reached]
        assert now, "a corridor hangs in the air"
        reached |= {node for _, node in now}
        waiting = [block for block in waiting if block not in now]
    assert problem.gate not in {node for _, node in blocks_of(answer)}


@given(problems())
@MANY
def test_no_more_adults_than_there_are(problem):
    answer = plan(problem)
    if isinstance(answer, Plan):
        assert 1 <= len(answer.posts) <= problem.posts
        assert answer.adults_needed >= len(answer.posts) + 1


@given(problems(), st.sampled_from([60.0, 100.0, 140.0]))
@MANY
def test_neighbours_see_each_other(problem, spacing):
    problem = replace(problem, spacing_m=spacing)
    answer = plan(problem)
    assume(isinstance(answer, Plan))
    network = problem.network
    ends = {corridor.nodes[-1] for corridor in answer.corridors}
    crossings = {post.node for post in answer.posts if post.kind is not PostKind.BLOCK}
    assert crossings == answer.nodes - {problem.gate}, "a crossing of a corridor without anybody"
    for row, post in enumerate(answer.posts):
        for other in post.sees:
            if other != GATE:
                assert row in answer.posts[other].sees
        assert (post.kind is PostKind.END) == (post.node in ends and post.along is None)
    for a, b in blocks_of(answer):
        between = sum(post.along is not None and post.along[:2] == (a, b) for post in answer.posts)
        room = length_of(network, a, b) - 2 * problem.corner_m
        assert room / (between + 1) <= spacing + 1e-6


@given(problems(), st.data())
@MANY
def test_no_metre_inside_an_area_to_keep_out_of(problem, data):
    plane = LocalPlane.around(*CENTRE)
    place = st.floats(-100, 700)
    lat, lon = plane.to_degrees(data.draw(place), data.draw(place))
    if data.draw(st.booleans()):
        wind = data.draw(st.one_of(st.none(), st.floats(0, 360)))
        area = Hazard(
            lat, lon, data.draw(st.floats(20, 200)), wind, wedge_m=300.0, buffer_m=data.draw(st.floats(0, 80))
        )
    else:
        size = data.draw(st.floats(0.0005, 0.002))
        area = Ring(((lat, lon), (lat + size, lon), (lat + size, lon + size), (lat, lon + size)))
    answer = plan(replace(problem, hazards=(area,)))
    assume(isinstance(answer, Plan))
    network = problem.network
    part = np.linspace(0, 1, 41)
    for a, b in blocks_of(answer):
        lats = network.lat[a] + part * (network.lat[b] - network.lat[a])
        lons = network.lon[a] + part * (network.lon[b] - network.lon[a])
        assert not touches(area, lats, lons).any()
    for post in answer.posts:
        assert not touches(area, np.array([post.lat]), np.array([post.lon]))[0]


@given(problems(), st.data())
@MANY
def test_nobody_is_led_towards_a_scene(problem, data):
    plane = LocalPlane.around(*CENTRE)
    x, y = data.draw(st.floats(0, 500)), data.draw(st.floats(0, 500))
    hazard = Hazard(*plane.to_degrees(x, y), data.draw(st.floats(20, 120)), buffer_m=data.draw(st.floats(0, 150)))
    answer = plan(replace(problem, hazards=(hazard,)))
    assume(isinstance(answer, Plan))
    network = problem.network
    east, north = plane.project(network.lat, network.lon)
    far = np.hypot(east - x, north - y)
    for a, b in blocks_of(answer):
        assert far[b] > hazard.radius_m + hazard.buffer_m - 0.5 or far[b] >= far[a]


@given(railways())
@MANY
def test_a_railway_is_crossed_only_where_a_street_does(drawn):
    problem, west, opened = drawn
    answer = plan(problem)
    assume(isinstance(answer, Plan))
    for a, b in blocks_of(answer):
        if (a in west) != (b in west):
            assert (min(a, b), max(a, b)) in opened


@given(problems(most_posts=8))
@MANY
def test_one_more_post_never_makes_it_worse(problem):
    answer = plan(problem)
    assume(isinstance(answer, Plan))
    more = plan(replace(problem, posts=problem.posts + 1), start=answer)
    assert isinstance(more, Plan)
    assert more.value >= answer.value - 1e-6


@given(problems())
@MANY
def test_the_figures_fit_together(problem):
    answer = plan(problem)
    if isinstance(answer, NoPlan):
        assert answer.reason
        return
    assert 0 < answer.value <= answer.upper_bound + 1e-6
    assert 0 <= answer.gap < 1
    assert 0 <= answer.covered_child_m <= answer.total_child_m + 1e-6
    assert 0 <= answer.share_covered <= 1
    assert answer.children > 0
    assert answer.held == 0
    assert all(gap.posts >= 1 and gap.child_m > 0 for gap in answer.gaps)


@given(problems(), st.integers(0, 40))
@MANY
def test_the_same_question_gets_the_same_answer(problem, posts):
    problem = replace(problem, posts=posts)
    first, second = plan(problem), plan(problem)
    assert first == second
    assert isinstance(first, NoPlan) or posts > 0
