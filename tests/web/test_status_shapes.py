"""A status has the same marker on the page and on the map, and every status has a shape and a word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template

from corredor.incidents.enums import Status

WEB = Path(__file__).parents[2] / "src" / "corredor" / "web"
SHAPES = WEB.parent / "static" / "img" / "status"


def show(source: str, **context: str) -> str:
    return Template("{% load look %}" + source).render(Context(context))


@pytest.mark.parametrize("status", Status.values)
def test_the_map_draws_the_page_s_shape_beside_the_word(status: str) -> None:
    page = show('{% include "partials/status.html" %}', status=status)
    (path,) = re.findall(r' d="([^"]+)"', page)
    assert path in (SHAPES / f"{status}.svg").read_text()
    assert str(Status(status).label) in page


def test_every_status_has_a_shape_of_its_own() -> None:
    shapes = {show("{% status_shape status %}", status=status) for status in Status.values}
    assert len(shapes) == len(Status)
    assert show("{{ status|status_words }}", status="SOMETHING") == ""


def test_every_icon_that_a_page_names_is_there_and_none_is_left_over() -> None:
    pages = "".join(path.read_text() for path in (WEB / "templates").rglob("*.html"))
    named = set(re.findall(r'(?:\{% icon |icon=|default:)"(\w+)"', pages))
    drawn = {path.stem for path in (WEB / "icons").glob("*.svg")}
    assert named == drawn
    for name in drawn:
        picture = show("{% icon name %}", name=name)
        assert picture.startswith('<svg class="icon" width="24"')
        assert 'aria-hidden="true"' in picture
        assert "xmlns" not in picture
