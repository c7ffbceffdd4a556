"""A language is one folder: with a made-up one beside the others, the program uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .made_up import ROOT, write_language


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up language in a folder outside the package."""
    return write_language(tmp_path_factory.mktemp("languages"))


def test_a_program_started_with_it_speaks_it_everywhere(folder):
    """`speaks.py` beside this file holds what is asked of every page, message and sheet."""
    environment = {**os.environ, "CORREDOR_LANGUAGES": str(folder.parent)}
    environment.pop("CORREDOR_TEST_HOME", None)
    environment.pop("PYTEST_XDIST_WORKER", None)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "tests/languages/speaks.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]
    assert " passed" in ran.stdout
    assert "skipped" not in ran.stdout
