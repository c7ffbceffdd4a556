"""Bounds and proofs are valid: compared with every tree on networks small enough to enumerate."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings

from corredor.engines.corridors import Plan, plan, tighten
from corredor.engines.corridors.bound import make_dual, minimise_bound
from corredor.engines.corridors.exact import solve
from corredor.engines.corridors.shed import cut_shed
from corredor.engines.corridors.tree import Tree, Walk

from .networks import problems

SOME = settings(max_examples=60, suppress_health_check=list(HealthCheck))


def best_of_all(walk, budget):
    """Return the worth of the best tree, by growing every tree block by block."""
    best, seen, waiting = 0.0, {()}, [Tree(walk)]
    while waiting:
        tree = waiting.pop()
        best = max(best, tree.value)
        for (tail, head), (_, posts) in walk.arcs.items():
            if tree.parent[tail] >= 0 and tree.parent[head] < 0 and tree.posts + posts <= budget:
                other = tree.copy()
                other.add(tail, head)
                if tuple(other.parent) not in seen:
                    seen.add(tuple(other.parent))
                    waiting.append(other)
    return best


@given(problems(most=3, most_posts=4))
@SOME
def test_no_tree_passes_the_bounds(problem):
    answer = plan(problem)
    assume(isinstance(answer, Plan))
    walk = Walk.of(cut_shed(problem), problem)
    best = best_of_all(walk, problem.posts)
    for rounds in (0, 3, 60):
        assert minimise_bound(make_dual(walk, problem.posts), answer.value, rounds).bound >= best - 0.1
    tight = tighten(answer, problem)
    assert best - 0.1 <= tight.upper_bound <= answer.upper_bound + 1e-6
    assert answer.value <= best + 1e-6


@given(problems(most=3, most_posts=4))
@SOME
def test_the_proven_optimum_is_not_below_any_tree(problem):
    answer = plan(problem)
    assume(isinstance(answer, Plan))
    walk = Walk.of(cut_shed(problem), problem)
    proof = solve(walk, problem.posts, answer.value)
    assert proof.proven
    assert proof.optimum >= best_of_all(walk, problem.posts) * (1 - 2e-4) - 0.1
    assert proof.bound >= proof.optimum


@given(problems(most=3, most_posts=4))
@SOME
def test_with_nobody_to_gain_more_the_search_finds_the_best(problem):
    answer = plan(problem)
    assume(isinstance(answer, Plan))
    walk = Walk.of(cut_shed(problem), problem)
    assert answer.value >= 0.85 * best_of_all(walk, problem.posts)


def test_growing_and_cutting_a_tree_keep_the_childrens_choice():
    from .test_planner import town

    walk = Walk.of(cut_shed(town(9)), town(9))
    tree = Tree(walk)
    for block in sorted(walk.arcs)[:0] or [(0, int(n)) for n in walk.shed.head[walk.shed.tail == 0]][:2]:
        tree.add(*block)
    once = tree.copy()
    further = next(pair for pair in walk.arcs if tree.parent[pair[0]] >= 0 and tree.parent[pair[1]] < 0)
    tree.add(*further)
    back = tree.without(further[1])
    assert back.posts == once.posts
    assert abs(back.value - once.value) < 1e-3
    assert replace(town(9), posts=3).posts == 3
