"""A small run of the kill bench: web, workers, broker and database die in a fan-out, and no delivery is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.binary import need_binary

PEOPLE = 3000
KILLS = 24
ROOT = Path(__file__).parents[2]


@pytest.mark.postgres
@pytest.mark.rabbitmq
def test_nobody_is_lost_and_nobody_sees_a_repeat():
    need_binary("postgres", package="postgresql", places=("/usr/lib/postgresql/*/bin",))
    need_binary("rabbitmq-server", package="rabbitmq-server")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CORREDOR_", "DATABASE_", "BROKER_", "DJANGO_"))}
    code = f"""
import json
from corredor.bench.delivery.kills import run
if __name__ == "__main__":
    print(json.dumps(run(people={PEOPLE}, kills={KILLS})))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=kept | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    said = json.loads(ran.stdout)

    assert said["kills"] == KILLS
    assert min(said["killed"][part] for part in ("web", "worker", "pool", "backend", "database", "broker")) >= 1
    assert said["lost"] == 0
    assert said["states"] == {"SENT": PEOPLE}
    assert said["doubled"] <= said["in_flight_window"]
    assert said["doubled_outside_window"] == 0
    assert said["visible_doubles"] == 0
    assert said["unreadable"] == 0
    assert said["accepted"] >= PEOPLE + said["doubled"]
