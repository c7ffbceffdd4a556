"""Subscribers who chose the same ground share a coverage area, which is deleted with the last of them."""

import pytest

from corredor.engines import hexgrid
from corredor.subscriptions import actions
from corredor.subscriptions.enums import Kind
from corredor.subscriptions.models import CoverageArea, CoverageCell
from corredor.subscriptions.queries import list_people_in_cells
from tests.factories import PERSHING_KEDZIE, make_neighbours


@pytest.mark.django_db
def test_the_same_ground_is_kept_once():
    one, two = make_neighbours(2)

    assert one.coverage_area_id == two.coverage_area_id
    assert CoverageArea.objects.count() == 1


@pytest.mark.django_db
def test_the_last_to_leave_takes_the_zone_along():
    one, two = make_neighbours(2)

    actions.erase_subscription(subscription=one)
    assert CoverageCell.objects.exists()
    actions.erase_subscription(subscription=two)
    assert not CoverageArea.objects.exists()
    assert not CoverageCell.objects.exists()


@pytest.mark.django_db
def test_a_changed_wish_leaves_the_old_ground():
    (one,) = make_neighbours(1)
    old = one.coverage_area_id
    cells = hexgrid.compact(hexgrid.cells_in_circle(41.95, -87.72, 800))
    actions.change_preferences(subscription=one, preferences=actions.Preferences(language="en"), cells=cells)

    one.refresh_from_db()
    assert sorted(one.coverage_area.cells.values_list("cell", flat=True)) == sorted(cells)
    assert not CoverageArea.objects.filter(pk=old).exists()


@pytest.mark.django_db
def test_people_are_found_by_the_cells_of_an_incident():
    near = make_neighbours(2)
    make_neighbours(1, at=(41.95, -87.72), prefix="far")
    cells = hexgrid.with_ancestors(hexgrid.cells_in_circle(*PERSHING_KEDZIE, 300))

    found = list_people_in_cells(cells=cells, kind=Kind.ENFORCEMENT, is_drill=False)
    assert set(found) == set(near)
