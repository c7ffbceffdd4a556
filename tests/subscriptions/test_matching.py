"""Matching of subscribers: area, preferences, live or drill, and never an address that has said STOP."""

from __future__ import annotations

import pytest

from corredor.engines import hexgrid
from corredor.people.models import Address
from corredor.subscriptions import actions
from corredor.subscriptions.enums import Kind
from corredor.subscriptions.models import ContactMethod, Subscription
from corredor.subscriptions.queries import (
    is_suppressed,
    list_methods_in_cells,
    list_pending_methods,
    list_people_in_cells,
)
from tests.factories import NOW, PERSHING_KEDZIE, ROCKWELL_CERMAK, make_neighbours

pytestmark = pytest.mark.django_db


def around(point=PERSHING_KEDZIE):
    return hexgrid.with_ancestors(hexgrid.cells_in_circle(*point, 300))


def both(kind=Kind.ENFORCEMENT, *, is_drill=False):
    """Subscriptions of the ways that are found, and those found as people; two queries that must agree."""
    ways = list_methods_in_cells(cells=around(), kind=kind, is_drill=is_drill)
    people = list_people_in_cells(cells=around(), kind=kind, is_drill=is_drill)
    found = sorted(ways.values_list("subscription_id", flat=True))
    assert found == sorted(people.values_list("pk", flat=True))
    return found


def test_the_ground_decides():
    (here,) = make_neighbours(1)
    make_neighbours(1, at=ROCKWELL_CERMAK, prefix="far")

    assert both() == [here.pk]


def test_a_drill_finds_drill_people_and_nobody_else():
    (real,) = make_neighbours(1)
    (dummy,) = make_neighbours(1, channel="DRILL", prefix="dummy", is_drill=True)

    assert both() == [real.pk]
    assert both(is_drill=True) == [dummy.pk]


@pytest.mark.parametrize(
    ("kind", "wish"),
    [
        (Kind.ENFORCEMENT, "wants_enforcement"),
        (Kind.HAZARD, "wants_hazard"),
        (Kind.RUMOUR, "wants_rumour"),
    ],
)
def test_who_does_not_want_this_kind_is_left_alone(kind, wish):
    none = {"wants_enforcement": False, "wants_hazard": False, "wants_rumour": False}
    (wanting,) = make_neighbours(1, **(none | {wish: True}))
    make_neighbours(1, prefix="others", **{one: one != wish for one in none})

    assert both(kind) == [wanting.pk]


def test_nobody_is_warned_before_their_second_yes():
    confirmed, pending = make_neighbours(2)
    Subscription.objects.filter(pk=pending.pk).update(state="PENDING", confirmed_at=None)
    assert both() == [confirmed.pk]

    ContactMethod.objects.filter(subscription=confirmed).update(confirmed_at=None)
    assert not list_methods_in_cells(cells=around(), kind=Kind.ENFORCEMENT, is_drill=False).exists()


def test_one_stop_stops_one_address():
    one, other = (neighbour.methods.get().address for neighbour in make_neighbours(2))
    actions.suppress_address(lookup=bytes(one.lookup), now=NOW)

    assert is_suppressed(lookup=bytes(one.lookup))
    assert not is_suppressed(lookup=bytes(other.lookup))
    assert not actions.lift_suppression(lookup=bytes(other.lookup))
    assert is_suppressed(lookup=bytes(one.lookup))
    assert actions.lift_suppression(lookup=bytes(one.lookup))
    assert not is_suppressed(lookup=bytes(one.lookup))


def test_what_waits_for_a_yes_is_that_address_s_own_newest_first():
    first, second, other = make_neighbours(3)
    address = first.methods.get().address
    ContactMethod.objects.filter(subscription=second).update(address=address, confirmed_at=None)
    ContactMethod.objects.filter(subscription=first).update(confirmed_at=None)
    ContactMethod.objects.filter(subscription=other).update(confirmed_at=None)

    waiting = list(list_pending_methods(address_id=address.pk))
    assert [way.subscription_id for way in waiting] == [second.pk, first.pk]
    ContactMethod.objects.filter(subscription=first).update(confirmed_at=NOW)
    assert [way.subscription_id for way in list_pending_methods(address_id=address.pk)] == [second.pk]
    assert Address.objects.count() == 3
