"""Every module can be imported: benches and commands are loaded by name, so no other test would notice."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import corredor
from corredor.bench.command import BENCHES

MODULES = [m.name for m in pkgutil.walk_packages(corredor.__path__, "corredor.") if ".migrations." not in m.name]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_imports(name):
    importlib.import_module(name)


@pytest.mark.parametrize("name", BENCHES)
def test_every_bench_is_a_module_with_run(name):
    assert callable(importlib.import_module(f"corredor.bench.{BENCHES[name][0]}").run)
