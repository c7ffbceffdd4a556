"""Front-end set-up: copies match the lock, and damage is detected."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def front_end(tmp_path: Path) -> ModuleType:
    """The script, with a small world of its own: one package, one file."""
    spec = importlib.util.spec_from_file_location("front_end", ROOT / "scripts" / "front_end.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    (tmp_path / "package-lock.json").write_text("{}")
    modules = tmp_path / "node_modules"
    (modules / "part" / "dist").mkdir(parents=True)
    (modules / ".package-lock.json").write_text("{}")
    (modules / "part" / "package.json").write_text('{"version": "1.2.3"}')
    (modules / "part" / "dist" / "part.js").write_text("run()\n//# sourceMappingURL=part.js.map\n")
    script.ROOT, script.MODULES = tmp_path, modules
    script.VENDOR = tmp_path / "vendor"
    script.RECORD = script.VENDOR / "vendor.json"
    script.COPIES = {"part/dist/part.js": "part/part.js"}
    return script


def test_copies_without_the_pointer_to_a_missing_map(front_end: ModuleType) -> None:
    assert not front_end.is_up_to_date()
    front_end.copy()
    assert (front_end.VENDOR / "part" / "part.js").read_text() == "run()\n"
    assert json.loads(front_end.RECORD.read_text())["versions"] == {"part": "1.2.3"}
    assert front_end.is_up_to_date()


def test_a_damaged_copy_is_made_again(front_end: ModuleType) -> None:
    front_end.copy()
    (front_end.VENDOR / "part" / "part.js").write_text("other()\n")
    assert not front_end.is_up_to_date()


def test_a_new_lock_means_new_copies(front_end: ModuleType) -> None:
    front_end.copy()
    (front_end.ROOT / "package-lock.json").write_text('{"lockfileVersion": 3}')
    assert not front_end.is_up_to_date()


def test_the_lock_pins_and_names_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all(re.match(r"sha512-", entry["integrity"]) for entry in packages.values())
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
