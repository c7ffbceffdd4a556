"""The tests that hold on SQLite, run again on a real PostgreSQL server."""

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
    "tests/corridors",
    "tests/volunteers",
    "tests/flows/test_road.py",
    "tests/flows/alert",
    "tests/flows/network",
    "tests/flows/publish",
    "tests/flows/school",
    "tests/flows/subscribe",
    "tests/webhooks/test_cap.py",
]


WITH_BROKER = "tests/delivery/with_broker"


@pytest.mark.postgres
def test_the_same_promises_on_postgresql(postgres_url):
    run_again(postgres_url, *SAME, f"--ignore={WITH_BROKER}")


@pytest.mark.postgres
@pytest.mark.rabbitmq
def test_workers_with_a_broker(postgres_url):
    run_again(postgres_url, WITH_BROKER)


def run_again(postgres_url: str, *words: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", *words],
        cwd=ROOT,
        env=os.environ | {"CORREDOR_TEST_DATABASE_URL": postgres_url},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert run.returncode == 0, run.stdout[-4000:]
    assert " passed" in run.stdout or "[100%]" in run.stdout
