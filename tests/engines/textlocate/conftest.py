"""One locator of the small city, shared by all tests here; it is stateless."""

import pytest

from corredor.engines.textlocate import Locator

from .small_city import build_small_city


@pytest.fixture(scope="session")
def locator() -> Locator:
    return Locator(build_small_city())
