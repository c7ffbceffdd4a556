"""The language table: complete where required, with fallbacks to the source language elsewhere."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from corredor.kit import languages
from corredor.kit.languages import CODES, SOURCE, find_code, get, in_every, in_language, in_order, read_folder, wording

SMALLEST = """
name = "Y"
english = "Y"
direction = "rtl"
drill_mark = "[Y] "
[clock]
hours = 24
days = ["1", "2", "3", "4", "5", "6", "7"]
date = "{day}.{month}"
"""


@pytest.fixture
def beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A language of which only the table and one text are written."""
    folder = tmp_path / "qy"
    (folder / "wording").mkdir(parents=True)
    (folder / "language.toml").write_text(SMALLEST)
    (folder / "wording" / "corridors.toml").write_text('SMS_AGREED = "yyy"\n[state]\nOPEN = "yy"\n')
    monkeypatch.setattr(languages, "LANGUAGES", {**languages.LANGUAGES, "qy": read_folder(folder)})
    return "qy"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"es": "a", SOURCE: "b"}, "a"),
        ({"es": "", SOURCE: "b"}, "b"),
        ({SOURCE: "b"}, "b"),
        ({"pl": "c"}, "c"),
        ({}, ""),
    ],
)
def test_a_name_falls_back_to_the_source_language_then_to_any(names, said):
    assert in_language(names, "es") == said


@pytest.mark.parametrize(
    ("tag", "code"), [("es", "es"), ("es-MX", "es"), ("ES_us", "es"), ("fr", None), ("", None), (None, None)]
)
def test_a_tag_gives_its_language_if_we_speak_it(tag, code):
    assert find_code(tag) == code


def test_what_is_no_language_of_ours_is_shown_in_the_source_language():
    assert get("xx").code == SOURCE
    assert in_order(["xx", SOURCE, CODES[0]]) == [CODES[0], SOURCE, "xx"]


def test_a_language_that_has_begun_is_filled_from_the_source_language(beginning):
    own, source = wording("corridors", beginning), wording("corridors", SOURCE)

    assert own["SMS_AGREED"] == "yyy"
    assert own["state"] == {**source["state"], "OPEN": "yy"}
    assert own["SMS_SENT"] == source["SMS_SENT"]
    assert wording("delivery", beginning) == wording("delivery", SOURCE)


def test_a_slot_is_filled_with_the_text_of_each_language():
    said = in_every("places", "near", label={SOURCE: "the gate", "es": "la puerta"})

    assert (said[SOURCE], said["es"]) == ("near the gate", "cerca de la puerta")


@pytest.mark.parametrize("field", ["name", "direction", "drill_mark", "hours"])
def test_a_table_without_a_field_is_refused_by_name(tmp_path, field):
    kept = [line for line in SMALLEST.splitlines() if not line.startswith(f"{field} =")]
    (tmp_path / "language.toml").write_text("\n".join(kept))

    with pytest.raises(ValueError, match=rf"language\.toml: {field} is missing"):
        read_folder(tmp_path)


def test_a_direction_is_one_of_two(tmp_path):
    (tmp_path / "language.toml").write_text(SMALLEST.replace('"rtl"', '"down"'))

    with pytest.raises(ValueError, match="direction must be"):
        read_folder(tmp_path)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("path", sorted((get(SOURCE).folder / "wording").glob("*.toml")), ids=lambda path: path.stem)
def test_a_shipped_language_has_every_text(code, path):
    """What is missing would show in English: fine for a language that grows, not for one that is shipped."""
    own = tomllib.loads((get(code).folder / "wording" / path.name).read_text(encoding="utf-8"))

    assert _keys(own) == _keys(tomllib.loads(path.read_text(encoding="utf-8")))


def _keys(table: object, above: str = "") -> set[str]:
    if not isinstance(table, dict):
        return {above}
    return {key for name, value in table.items() for key in _keys(value, f"{above}.{name}")}
