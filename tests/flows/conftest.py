"""Fixtures for the tests of flows."""

from __future__ import annotations

import pytest


@pytest.fixture
def after(django_capture_on_commit_callbacks):
    """Does something and what follows its commit."""

    def do(what):
        with django_capture_on_commit_callbacks(execute=True):
            return what()

    return do
