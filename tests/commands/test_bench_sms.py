"""The SMS bench: no text is lost through a real Kannel, and a missing Kannel is reported."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from corredor.bench.parts import kannel
from corredor.commands.main import main
from tests.servers.binary import need_binary

SMALL = """
import json
from corredor.bench.delivery import sms
sms.PEOPLE, sms.ROUNDS = 120, 1
if __name__ == "__main__":
    print(json.dumps(sms.run()))
"""


def test_without_kannel_it_is_said_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr(kannel, "_PLACES", ())
    monkeypatch.setenv("PATH", "/nonexistent")
    assert main(["bench", "sms", "--json"]) == 2
    assert "apt-get install kannel" in capsys.readouterr().err


@pytest.mark.kannel
def test_a_small_run_loses_and_doubles_nothing(tmp_path):
    need_binary("bearerbox", package="kannel")
    script = tmp_path / "small.py"
    script.write_text(SMALL)
    # A process of its own: the bench sets up Django for a folder of its own.
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("CORREDOR", "DJANGO", "SMS"))}
    run = subprocess.run(
        [sys.executable, str(script)],
        env=inherited,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    measured = json.loads(run.stdout.strip().splitlines()[-1])
    assert measured["sent"] == measured["receipts_matched"] == 120
    assert (measured["lost"], measured["doubled"]) == (0, 0)
    assert measured["sms_per_s"] > 0
    assert measured["vs_gateway"] == pytest.approx(measured["sms_per_s"] / measured["gateway_per_s"], rel=0.02)
