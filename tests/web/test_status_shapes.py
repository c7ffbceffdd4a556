"""A status looks the same in the page and on the map, and every status has a shape and a word."""

import re
from pathlib import Path

from corredor.incidents.enums import Status

SOURCE = Path(__file__).parents[2] / "src" / "corredor"
PARTIALS = SOURCE / "web" / "templates" / "partials"


def test_the_map_draws_the_page_s_shapes() -> None:
    in_page = re.findall(r'd="([^"]+)"', (PARTIALS / "status_shape.html").read_text())
    assert len(set(in_page)) == len(Status)
    for code, path in zip(Status.values, in_page, strict=True):
        svg = (SOURCE / "static" / "img" / "status" / f"{code}.svg").read_text()
        assert path in svg


def test_every_status_has_its_word() -> None:
    words = (PARTIALS / "status.html").read_text()
    for status in Status:
        assert f'status == "{status.value}" %}}{{% translate "{status.label}" %}}' in words
