"""Fixtures of the sign-in and steward pages."""

import pytest
from django.core.cache import cache
from django.test import Client

from corredor.people.enums import Role
from tests.factories import make_user
from tests.web.signing_in import pass_gate


@pytest.fixture(autouse=True)
def _no_tries_remembered():
    """Rate limits live in memory; each test begins without any."""
    cache.clear()


@pytest.fixture
def steward(db):
    """A steward with current training."""
    return make_user("Estela", Role.STEWARD)


@pytest.fixture
def steward_client(steward):
    """A browser in which the steward is signed in."""
    return pass_gate(Client(), steward)
