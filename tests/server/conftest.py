"""One installation for all tests of the server, copied for each."""

from __future__ import annotations

import shutil

import pytest

from tests.commands.installation import Installation
from tests.servers.visitor import serving


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("made") / "home"
    assert Installation(home).ask("init", "--defaults")
    return home


@pytest.fixture
def serve(made, tmp_path):
    """A context manager: `corredor serve` on a copy, with words and environment variables of the test's own."""

    def run(*words: str, **environment: str):
        home = tmp_path / "home"
        if not home.exists():
            shutil.copytree(made, home)
        return serving(home, *words, installed=Installation(home), **environment)

    return run


@pytest.fixture
def served(serve):
    with serve() as found:
        yield found
