"""What the architecture tests read: the tracked files, the source as syntax trees, and tables of the docs."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "corredor"
_MADE = {".venv", ".git", "node_modules", "var", "build", "vendor", "__pycache__"}


@cache
def list_tracked() -> tuple[Path, ...]:
    """Every file of the repository, also one not yet added; without git, every file that set-up did not make."""
    if (ROOT / ".git").exists():
        named = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        found = [ROOT / name for name in named.decode().split("\0") if name]
        return tuple(dict.fromkeys(path for path in found if path.is_file()))
    return tuple(
        path for path in ROOT.rglob("*") if path.is_file() and not _MADE.intersection(path.relative_to(ROOT).parts)
    )


def list_python(*folders: str) -> list[Path]:
    """Python files below the named folders of the repository, without migrations."""
    return [
        path
        for path in list_tracked()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in folders
        and "migrations" not in path.relative_to(ROOT).parts
    ]


@cache
def parse(path: Path) -> ast.Module:
    """A Python file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def read_doc(name: str) -> str:
    """A page of docs/, or of the repository's root."""
    path = ROOT / "docs" / name
    return (path if path.is_file() else ROOT / name).read_text(encoding="utf-8")


def read_table(page: str, heading: str) -> list[list[str]]:
    """The cells of all tables between a heading and the next of its rank, without their head rows."""
    rank, found = heading.split(" ")[0], re.split(r"(?m)^(?=#+ )", read_doc(page))
    starts = [n for n, part in enumerate(found) if part.startswith(f"{heading}\n")]
    assert len(starts) == 1, f"{page} has {len(starts)} headings {heading!r}"
    parts = [found[starts[0]]]
    for part in found[starts[0] + 1 :]:
        if len(part.split(" ")[0]) <= len(rank):
            break
        parts.append(part)
    lines = [line for line in "".join(parts).splitlines() if line.startswith("|")]
    heads = {n - 1 for n, line in enumerate(lines) if set(line) <= set("|-: ")}
    rows = [line for n, line in enumerate(lines) if n not in heads and not set(line) <= set("|-: ")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def bare(cell: str) -> str:
    """A cell without code marks."""
    return cell.replace("`", "").strip()


def show(path: Path) -> str:
    """A path as people name it, below the repository."""
    return path.relative_to(ROOT).as_posix()
