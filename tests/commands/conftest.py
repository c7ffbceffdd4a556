"""Fixtures of the command tests."""

import pytest

from .installation import Installation


@pytest.fixture(scope="session")
def set_up(tmp_path_factory):
    """An installation just set up by --defaults, with what was printed. Copy it before you change it."""
    installation = Installation(tmp_path_factory.mktemp("fresh"))
    return installation, installation.ask("init", "--defaults")
