"""Cell coverings are complete, and a compacted set intersects a circle exactly where the full one does."""

import math

import h3.api.basic_int as h3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.engines import hexgrid
from corredor.engines.geo.earth import distance_m

LAT, LON = 41.8226, -87.7044
offsets = st.floats(min_value=-0.05, max_value=0.05)


def step(lat, lon, bearing, distance_m):
    dy = distance_m * math.cos(bearing) / 111_195
    dx = distance_m * math.sin(bearing) / (111_195 * math.cos(math.radians(lat)))
    return lat + dy, lon + dx


@pytest.mark.parametrize("radius", [50, 100, 300, 800, 2000, 5000])
def test_nobody_is_warned_more_than_one_ring_too_far(radius):
    farthest = max(
        distance_m((LAT, LON), hexgrid.centre_of(cell)) for cell in hexgrid.cells_in_circle(LAT, LON, radius)
    )
    assert farthest < radius + 240, "a cell's own radius is about 200 m"


def test_a_ring_of_cells_around_the_one_that_a_small_circle_lies_in():
    centre = hexgrid.cell_of(LAT, LON)
    assert hexgrid.cells_in_circle(*hexgrid.centre_of(centre), 1) == [centre]
    around = hexgrid.cells_in_circle(*hexgrid.centre_of(centre), 300)
    assert set(around) == set(h3.grid_disk(centre, 1))


def test_cells_of_an_outline_are_all_that_it_touches():
    south, north, west, east = LAT, LAT + 0.01, LON, LON + 0.01
    inside = hexgrid.cells_in_polygon([(south, west), (south, east), (north, east), (north, west)])

    corners = [(south, west), (south, east), (north, east), (north, west), (LAT + 0.005, LON + 0.005)]
    assert {hexgrid.cell_of(*one) for one in corners} <= set(inside)
    assert hexgrid.cell_of(LAT + 0.02, LON) not in inside


def test_a_cell_is_drawn_around_its_centre():
    cell = hexgrid.cell_of(LAT, LON)
    corners = hexgrid.outline_of(cell)

    assert len(corners) == 6
    assert all(150 < distance_m(hexgrid.centre_of(cell), corner) < 240 for corner in corners)


@settings(max_examples=60, deadline=None)
@given(
    dlat=offsets,
    dlon=offsets,
    bearing=st.floats(0, 2 * math.pi),
    share=st.floats(0, 1),
    radius=st.sampled_from([100, 300, 800, 2000]),
)
def test_every_point_of_a_circle_lies_in_its_cells(dlat, dlon, bearing, share, radius):
    lat, lon = LAT + dlat, LON + dlon

    assert hexgrid.cell_of(*step(lat, lon, bearing, share * radius * 0.999)) in hexgrid.cells_in_circle(
        lat, lon, radius
    )


@settings(max_examples=40)
@given(dlat=offsets, dlon=offsets, mine=st.sampled_from([400, 1500, 3000]), theirs=st.sampled_from([300, 800]))
def test_compacting_changes_nobodys_audience(dlat, dlon, mine, theirs):
    wished = hexgrid.cells_in_circle(LAT, LON, mine)
    happens = hexgrid.cells_in_circle(LAT + dlat, LON + dlon, theirs)

    full = bool(set(wished) & set(happens))
    compacted = bool(set(hexgrid.compact(wished)) & set(hexgrid.with_ancestors(happens)))
    assert compacted == full


def test_a_cell_is_looked_up_at_every_level_that_compacting_makes():
    cell = hexgrid.cell_of(LAT, LON)
    levels = sorted(h3.get_resolution(one) for one in hexgrid.with_ancestors([cell]))

    assert levels == [6, 7, 8, 9]
    assert {int(h3.cell_to_parent(cell, level)) for level in levels} == set(hexgrid.with_ancestors([cell]))


def test_who_chose_a_whole_side_of_the_city_is_warned_in_all_of_it():
    whole_side = h3.cell_to_parent(hexgrid.cell_of(LAT, LON), 6)
    wished = hexgrid.compact(hexgrid.expand([whole_side]))

    assert wished == [whole_side]
    assert set(wished) & set(hexgrid.with_ancestors([hexgrid.cell_of(LAT, LON)]))


def test_nobody_is_kept_in_a_cell_larger_than_the_coarsest():
    city = h3.cell_to_parent(hexgrid.cell_of(LAT, LON), 5)

    assert hexgrid.compact(hexgrid.expand([city])) == sorted(h3.cell_to_children(city, 6))


def test_compacting_saves_rows():
    cells = hexgrid.cells_in_circle(LAT, LON, 3000)

    assert len(hexgrid.compact(cells)) < len(cells) / 2
