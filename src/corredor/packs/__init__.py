"""City packs shipped with the program, and lookup of a pack by name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

SHIPPED = Path(__file__).parent


def find_pack(name: str, extra_roots: Iterable[Path] = ()) -> Path | None:
    """Return the folder of the pack called *name*; folders in *extra_roots* come before the shipped ones.

    Only the last part of a path is accepted as a name, so that a name typed in a form cannot leave the roots.
    """
    if not name or name != Path(name).name or name.startswith("."):
        return None
    for root in (*extra_roots, SHIPPED):
        folder = Path(root) / name
        if (folder / "manifest.json").is_file():
            return folder
    return None


def list_packs(extra_roots: Iterable[Path] = ()) -> list[Path]:
    """Return the folder of every available pack, sorted by name; an extra pack overrides a shipped one of its name."""
    found: dict[str, Path] = {}
    for root in (SHIPPED, *extra_roots):
        for manifest in sorted(Path(root).glob("*/manifest.json")):
            found[manifest.parent.name] = manifest.parent
    return [found[name] for name in sorted(found)]
