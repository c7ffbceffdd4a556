"""`corredor locate`, as people and as programs call it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from corredor.commands.main import main


def test_text_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["locate", "agentes en la 39 y kedzie, echaron gas", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    (place,) = answer["places"]
    assert place["label"] == {"en": "Pershing Rd and Kedzie Ave", "es": "Pershing Rd y Kedzie Ave"}
    assert (place["lat"], place["lon"]) == pytest.approx((41.8226, -87.7044), abs=5e-4)
    assert place["confidence"] > 0.9


def test_text_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["locate", "hay migra en la Kedzie"]) == 0
    out = capsys.readouterr().out
    assert "no point" in out
    assert "¿Qué calle cruza con Kedzie Ave" in out


def test_no_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["locate", "hola"]) == 0
    assert "No place" in capsys.readouterr().out


def test_unknown_city_is_named_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["locate", "x", "--city", "atlantis"]) == 1
    assert "chicago" in capsys.readouterr().err


def test_neither_text_nor_batch(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["locate"]) == 2
    assert "--batch" in capsys.readouterr().err


def test_batch_adds_columns_and_keeps_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("id,text\n1,Kedzie & Pershing\n2,hola\n3,\n4,cuadra 2600 de Kedzie\n", encoding="utf-8")
    assert main(["locate", "--batch", str(source), "--column", "text", "--out", str(target), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"rows": 4, "with_point": 2, "out": str(target)}
    with target.open(newline="", encoding="utf-8") as written:
        rows = list(csv.DictReader(written))
    assert list(rows[0]) == ["id", "text", "lat", "lon", "confidence", "kind", "label", "alternatives"]
    assert rows[0]["kind"] == "CROSSING"
    assert rows[1]["lat"] == rows[2]["lat"] == ""
    alternatives = json.loads(rows[3]["alternatives"])
    assert alternatives[0]["label"]["es"].startswith("cuadra 2600 de")


def test_batch_without_the_column_names_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.csv"
    source.write_text("where,when\nx,y\n", encoding="utf-8")
    assert main(["locate", "--batch", str(source), "--out", str(tmp_path / "out.csv")]) == 2
    assert "where, when" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_batch_of_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["locate", "--batch", str(tmp_path / "none.csv")]) == 1
    assert "none.csv" in capsys.readouterr().err
