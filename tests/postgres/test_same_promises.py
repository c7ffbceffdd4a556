"""What holds on SQLite holds on PostgreSQL: the same tests, run again on a real server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Everything that writes: rules in the database, queue, road, drills' isolation, two at once.
SAME = [
    "tests/delivery",
    "tests/flows/test_road.py",
    "tests/flows/test_compose.py",
    "tests/flows/test_who_is_told.py",
    "tests/flows/test_at_once.py",
    "tests/flows/test_subscribe.py",
]


@pytest.mark.postgres
def test_the_same_promises_on_postgresql(postgres_url):
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", *SAME],
        cwd=ROOT,
        env=os.environ | {"CORREDOR_TEST_DATABASE_URL": postgres_url},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )

    assert run.returncode == 0, run.stdout[-4000:]
    assert " passed" in run.stdout or "[100%]" in run.stdout
