"""`corredor drill` on a clean checkout."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

import pytest

from corredor.commands import drill
from corredor.flows.drill.result import MUST_HOLD


def corredor(*words: str, home) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("CORREDOR_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "corredor.commands.main", "drill", *words],
        env=env | {"CORREDOR_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )


def test_a_drill_at_full_speed_passes_in_one_object_and_touches_nothing_live(tmp_path):
    done = corredor("run", "chicago-october", "--speed", "max", "--json", home=tmp_path / "live")

    result = json.loads(done.stdout)
    assert done.returncode == 0, result["failures"] or result["misplaced"] or done.stderr
    assert {key: result[key] for key in MUST_HOLD} == dict(MUST_HOLD)
    assert result["reports"] >= 120
    assert result["time_to_verify_s"]["n"] == result["incidents"]
    assert not (tmp_path / "live").exists()


def test_a_drill_that_does_not_exist(tmp_path):
    done = corredor("run", "nowhere", home=tmp_path)

    assert done.returncode == 2
    assert "corredor drill list" in done.stderr


@pytest.mark.parametrize("speed", ["0", "-3", "fast", "1e9"])
def test_a_speed_that_cannot_be(speed, capsys):
    parser = argparse.ArgumentParser()
    drill.add_parser(parser.add_subparsers())

    with pytest.raises(SystemExit) as caught:
        parser.parse_args(["drill", "run", "chicago-october", f"--speed={speed}"])
    assert caught.value.code == 2
    assert "--speed" in capsys.readouterr().err


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    drill.add_parser(parser.add_subparsers())
    return parser.parse_args(["drill", *words])


def test_what_does_not_hold_is_said_first_and_by_the_exit_code(monkeypatch, capsys):
    result = {
        **MUST_HOLD,
        "corrections_missed": 2,
        "passed": False,
        "story": {"1": "carried", "2": "not yet"},
        "failures": ["friday-step-1 (claim): NotAllowed OPERATOR"],
        "misplaced": [],
        **dict.fromkeys(("reports", "incidents", "alerts", "deliveries", "rumours_denied", "redactions"), 1),
        **dict.fromkeys(("duplicates_joined", "held_as_flood"), 1),
        **{f"{name}_s": {"p50": 1, "max": 2} for name in ("time_to_verify", "confirmed_to_alert")},
        "approve_to_first_send_s": {"p50": 1, "max": 2},
    }
    monkeypatch.setattr(drill, "_play", lambda _: result)

    assert drill.run_drill(parsed("run", "chicago-october", "--here")) == 1
    said = capsys.readouterr().out
    assert "BROKEN  corrections_missed = 2" in said
    assert "holds   chain_valid = True" in said
    assert "story rows carried: 1 (of 2)" in said
    assert "friday-step-1 (claim): NotAllowed OPERATOR" in said
    assert drill.run_drill(parsed("run", "chicago-october", "--here", "--json")) == 1
    assert json.loads(capsys.readouterr().out)["corrections_missed"] == 2


def test_drills_are_listed_with_what_they_are_about(capsys):
    assert drill.list_drills(parsed("list")) == 0
    assert "chicago-october: Chicago, two days in October" in capsys.readouterr().out
    assert drill.list_drills(parsed("list", "--json")) == 0
    assert json.loads(capsys.readouterr().out)["drills"][0]["recipients"] == 400
