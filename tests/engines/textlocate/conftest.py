"""One locator of the small city for all tests here; it holds no state of the texts."""

import pytest

from corredor.engines.textlocate import Locator

from .small_city import build_small_city


@pytest.fixture(scope="session")
def locator() -> Locator:
    return Locator(build_small_city())
