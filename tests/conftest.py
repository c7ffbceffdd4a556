"""Fixtures for every test."""

import hypothesis
import pytest
from django.conf import settings

from corredor.flows.run.ready import STAGES
from corredor.kit.db_rules import drop_guards, guards_of

pytest_plugins = ["tests.servers.fixtures"]

# Deadlines and the check for slow input are timing asserts: on a busy machine they fail by luck.
hypothesis.settings.register_profile("suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("suite")


def pytest_terminal_summary(terminalreporter, config) -> None:
    """Say in which order a test failed, which `-q` would leave out."""
    seed = getattr(config.option, "randomly_seed", None)  # none with `-p no:randomly`
    if seed and (terminalreporter.stats.get("failed") or terminalreporter.stats.get("error")):
        terminalreporter.write_line(f"the same order again: --randomly-seed={seed}")


@pytest.fixture(autouse=True)
def _no_live_keys() -> None:
    """Tests never run against an installation that real people rely on."""
    assert "corredor-test-" in str(settings.HOME), "tests must not see a live CORREDOR_HOME"


@pytest.fixture(autouse=True)
def _nobody_was_answered() -> None:
    """Numbers of one test have used up no answers in the next."""
    from corredor.flows.report import receive_sms

    receive_sms.answers.clear()


@pytest.fixture
def open_db(transactional_db):
    """A database that other processes and threads see, for tests that commit.

    It is emptied afterwards, which its own rules would refuse: they are taken off for that, and Django's
    flush puts them back (kit.db_rules).
    """
    yield
    for stage in STAGES:
        drop_guards(guards_of(stage))


@pytest.fixture
def desk(db):
    """Operator, verifier, writer and approver, trained."""
    from tests.factories import make_desk

    return make_desk()
