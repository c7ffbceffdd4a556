"""The text-to-place measures reach their targets on the labelled sets, and each can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from corredor.bench.places.cities import list_other_cities, make_names
from corredor.bench.places.locate import calibration_error, run, weigh
from corredor.bench.places.peers import bare_name
from corredor.bench.places.sets import CHECKOUT_SETS, SetError, read_names, read_sentences, slip, to_spanish
from corredor.places.pack import get_locator, get_pack


@pytest.fixture(scope="module")
def report() -> dict:
    return run(CHECKOUT_SETS)


def test_stop_names(report: dict) -> None:
    names = report["names"]["cta_bus_stops"]
    clean = names["clean"]["corredor"]
    assert clean["within_100m"] >= 0.985
    assert clean["wrong_at_0.8"] <= 0.002  # one of 746: the stop stands 106 m from the corner it is named by
    assert names["spanish"]["corredor"]["within_100m"] >= clean["within_100m"] - 0.01
    assert names["one_slip"]["corredor"]["within_100m"] >= 0.95
    for variant in ("clean", "spanish", "plain", "one_slip", "slip_in_each"):
        assert names[variant]["corredor"]["calibration_error"] <= 0.03, variant


def test_messages_kept_apart(report: dict) -> None:
    held_out = report["messages"]["heldout"]
    assert held_out["count"] >= 300
    assert held_out["without_place"] >= held_out["count"] / 3
    assert held_out["corredor"]["precision"] >= 0.95
    assert held_out["corredor"]["recall"] >= 0.95
    assert held_out["corredor"]["questions_asked"] == held_out["corredor"]["questions_owed"]


def test_better_than_each_peer(report: dict) -> None:
    for variant in ("clean", "spanish", "one_slip"):
        scores = report["names"]["cta_bus_stops"][variant]
        peers = [scores[label]["within_100m"] for label in scores if label != "corredor"]
        assert len(peers) == 2
        assert scores["corredor"]["within_100m"] > max(peers)


def test_held_out_and_tuning_share_no_message() -> None:
    sets = [{row.text for row in read_sentences(CHECKOUT_SETS / f"{name}.jsonl")} for name in ("tuning", "heldout")]
    assert not sets[0] & sets[1]


def test_weight_of_a_fresh_process() -> None:
    weight = weigh("chicago")
    assert weight["resident_mb"] <= 120
    assert weight["load_ms"] > 0


def test_calibration_error() -> None:
    assert calibration_error([(0.9, True)] * 9 + [(0.9, False)]) == pytest.approx(0.0)
    assert calibration_error([(0.9, False)] * 10) == pytest.approx(0.9)
    assert calibration_error([]) == 0


def test_changes_of_names() -> None:
    import random

    assert to_spanish("Kedzie & 63rd Street", 0) == "Kedzie y calle 63rd"
    assert bare_name("W. North Ave") == "NORTH"
    chance = random.Random(1)
    changed = [slip("Kedzie", chance) for _ in range(50)]
    assert all(abs(len(text) - 6) <= 1 for text in changed)
    assert len(set(changed)) > 20


def test_broken_sets_are_named_by_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,lat\nx,1\n", encoding="utf-8")
    with pytest.raises(SetError, match=r"a\.csv, line 1: has no column lon"):
        read_names(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text("text,lat,lon\nx,north,2\n", encoding="utf-8")
    with pytest.raises(SetError, match=r"b\.csv, line 2"):
        read_names(tmp_path / "b.csv")
    (tmp_path / "c.jsonl").write_text('{"text": "x"}\n', encoding="utf-8")
    with pytest.raises(SetError, match=r"c\.jsonl, line 1"):
        read_sentences(tmp_path / "c.jsonl")
    with pytest.raises(SetError, match="holds no"):
        run(tmp_path / "nothing")


def test_names_made_from_a_pack_are_the_same_each_time_and_mostly_found() -> None:
    pack = get_pack("chicago")
    names = make_names(pack, seed=1, most=400)

    assert names == make_names(pack, seed=1, most=400)
    assert names != make_names(pack, seed=2, most=400)
    assert any(row.text.startswith(("N ", "S ", "E ", "W ")) for row in names)
    found = get_locator("chicago").locate_batch([row.text for row in names])
    near = [best is not None and abs(best.lat - row.lat) < 0.001 for best, row in zip(found, names, strict=True)]
    assert sum(near) >= 0.95 * len(near)


def test_only_packs_of_ones_own_are_other_cities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORREDOR_PACKS", raising=False)
    assert list_other_cities() == []
    (tmp_path / "portland").mkdir()
    (tmp_path / "portland" / "manifest.json").write_text("{}")
    monkeypatch.setenv("CORREDOR_PACKS", str(tmp_path))
    assert list_other_cities() == ["portland"]
