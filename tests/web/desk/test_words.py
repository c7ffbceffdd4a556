"""Short texts of the desk: ages, distances, labels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from corredor.web.desk.present import words
from corredor.web.desk.present.redacted_text import cover

NOW = datetime(2025, 10, 4, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-30, "now"),
        (59, "now"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h 00"),
        (7500, "2 h 05"),
        (86400, "1 day"),
        (300000, "3 days"),
    ],
)
def test_ages(seconds, said):
    with override("en"):
        assert words.age(NOW - timedelta(seconds=seconds), now=NOW) == said


@pytest.mark.parametrize(("metres", "said"), [(4, "0 m"), (67, "70 m"), (994, "990 m"), (1500, "1.5 km")])
def test_distances(metres, said):
    assert words.distance(metres) == said


@pytest.mark.parametrize(
    ("alias", "said"), [("Ana", "A"), ("Ana Luz Paz", "AL"), ("", "?"), ("★", "?"), ("ñandú", "Ñ")]
)
def test_initials(alias, said):
    assert words.initials(alias) == said


def test_covering_keeps_every_character():
    text = "La placa BX 48213 y el agente Smith, 312-555-0199."
    said = cover(text)
    assert "".join(stretch.text for stretch in said.stretches) == text
    assert [stretch.why for stretch in said.stretches if stretch.why] == [
        "number plate",
        "name of a person",
        "telephone number",
    ]
    assert "48213" not in said.plain
