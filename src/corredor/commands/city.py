"""`corredor city`: build a city pack from raw files, or describe a pack."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corredor.commands.output import add_json_flag, print_json
from corredor.engines.citypack.errors import CityDataError, PackError
from corredor.engines.citypack.model import Manifest
from corredor.engines.citypack.reader import read_manifest, verify_pack
from corredor.packs import SHIPPED, find_pack, list_packs
from corredor.places.pack import pack_roots

_BUILDING = "the packages for building cities are not installed: pip install -r requirements/build.txt"


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("city", help="build a city pack, or tell what one holds")
    commands = parser.add_subparsers(dest="action", required=True)
    build = commands.add_parser("build", help="build a pack from a folder of raw files or one .osm.pbf")
    build.add_argument("name", help="short name of the city in small letters, e.g. chicago")
    build.add_argument("--from", dest="source", metavar="DIR", required=True, type=Path, help="folder of raw files")
    build.add_argument("--out", metavar="DIR", type=Path, help="folder for the pack (default: NAME among your packs)")
    build.add_argument("--no-map", action="store_true", help="leave out the base map, which takes longest")
    add_json_flag(build)
    build.set_defaults(func=run_build)
    info = commands.add_parser("info", help="what a pack holds, and whether it is whole")
    info.add_argument("name", nargs="?", help="name of a pack, or a folder (default: every pack at hand)")
    add_json_flag(info)
    info.set_defaults(func=run_info)


def run_build(arguments: argparse.Namespace) -> int:
    """Build one pack; return 0, or 1 with the reason if a file is malformed."""
    if arguments.name != Path(arguments.name).name or arguments.name.startswith("."):
        print(f"corredor city build: {arguments.name!r} is not a plain name", file=sys.stderr)
        return 2
    out = arguments.out or _own_root() / arguments.name
    try:
        counts, missing = _build(arguments.name, arguments.source, out, with_map=not arguments.no_map)
    except CityDataError as error:
        print(f"corredor city build: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"corredor city build: {_BUILDING} ({error.name} is missing)", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"corredor city build: {error}", file=sys.stderr)
        return 1
    if arguments.json:
        print_json({"pack": str(out), "counts": counts, "missing": missing})
    else:
        _print_built(out, counts, missing)
    return 0


def run_info(arguments: argparse.Namespace) -> int:
    """Print the contents of one or every pack; return 1 if one is damaged or missing."""
    try:
        folders = _folders(arguments.name)
        rows = [(folder, read_manifest(folder), verify_pack(folder)) for folder in folders]
    except PackError as error:
        print(f"corredor city info: {error}", file=sys.stderr)
        return 1
    if arguments.json:
        described = [_describe(*row) for row in rows]
        print_json(described[0] if arguments.name else {"packs": described})
    else:
        for row in rows:
            _print_info(*row)
    return 1 if any(problems for _, _, problems in rows) else 0


def _build(name: str, source: Path, out: Path, *, with_map: bool) -> tuple[dict[str, int], list[str]]:
    """Build into a temporary folder next to *out*, then move it into place; raise CityDataError or OSError."""
    from corredor.engines.basemap.archive import make_basemap
    from corredor.engines.basemap.feature import HIGHEST_ZOOM, MapFeature
    from corredor.engines.citypack.making.build import build_city
    from corredor.engines.citypack.making.map_layers import map_layers
    from corredor.engines.citypack.making.writer import draft_bbox, write_pack

    with _progress() as report:
        draft = build_city(name, source, report)
        extra: dict[str, bytes] = {}
        if with_map:
            drawn = map_layers(draft, highest_zoom=HIGHEST_ZOOM)
            features = [MapFeature(d.layer, d.shape, d.properties, d.min_zoom, d.max_zoom) for d in drawn]
            extra["basemap.pmtiles"] = make_basemap(
                features,
                title=draft.recipe.title,
                bbox=draft_bbox(draft),
                attribution=draft.recipe.attribution,
                report=report,
            )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{name}-") as folder:
        fresh = Path(folder) / name
        counts = write_pack(draft, fresh, extra)
        _replace(out, fresh)
    return counts, draft.missing


def _replace(out: Path, fresh: Path) -> None:
    """Replace an old pack by a complete new one; a folder that is not a pack is never removed."""
    if out.exists():
        if any(out.iterdir()) and not (out / "manifest.json").is_file():
            raise CityDataError("is not empty and not a city pack; nothing was changed", file=str(out))
        shutil.rmtree(out)
    fresh.rename(out)


class _progress:
    """Progress bars on the terminal; silent without one."""

    def __enter__(self) -> Callable[[str, int, int], None]:
        """Return the progress callback of the builders: (step, done, total)."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self._bars = Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._bars.__enter__()
        self._tasks: dict[str, Any] = {}
        return self._report

    def __exit__(self, *error: Any) -> None:
        """Leave the bars on screen."""
        self._bars.__exit__(*error)

    def _report(self, step: str, done: int, total: int) -> None:
        if step not in self._tasks:
            self._tasks[step] = self._bars.add_task(step, total=total)
        self._bars.update(self._tasks[step], completed=done, total=total)


def _own_root() -> Path:
    """Return the folder of the packs built by this installation."""
    return next(iter(pack_roots()), SHIPPED)


def _folders(name: str | None) -> list[Path]:
    """Return the folder of a pack name, or of every pack if None; raise PackError if there is none."""
    if name is None:
        return list_packs(pack_roots())
    folder = find_pack(name, pack_roots()) or (Path(name) if (Path(name) / "manifest.json").is_file() else None)
    if folder is None:
        known = ", ".join(path.name for path in list_packs(pack_roots())) or "none"
        raise PackError(f"is not a pack; there is {known}", file=name)
    return [folder]


def _describe(folder: Path, manifest: Manifest, problems: list[PackError]) -> dict[str, Any]:
    """Return a pack's description as JSON-ready values."""
    sizes = {name: (folder / name).stat().st_size for name in manifest.files if (folder / name).is_file()}
    whole = {"folder": str(folder), "bytes": sum(sizes.values()), "sizes": sizes}
    return {**asdict(manifest), **whole, "problems": [str(problem) for problem in problems]}


def _print_info(folder: Path, manifest: Manifest, problems: list[PackError]) -> None:
    """Print a pack's description."""
    west, south, east, north = manifest.bbox
    size = sum((folder / name).stat().st_size for name in manifest.files if (folder / name).is_file())
    print(f"{manifest.title} ({manifest.name}), format {manifest.format}, {size / 1e6:.1f} MB, in {folder}")
    print(f"  from {south:.4f}, {west:.4f} to {north:.4f}, {east:.4f}; streets from {manifest.kind}")
    for name, count in manifest.counts.items():
        print(f"  {count:>9,}  {name.replace('_', ' ')}")
    for credit in manifest.attribution:
        print(f"  data: {credit}")
    for gap in manifest.missing:
        print(f"  not known: {gap}")
    for name, checksum in manifest.files.items():
        print(f"  {checksum[:16]}  {name}")
    for problem in problems:
        print(f"  damaged: {problem}")
    if not problems:
        print("  whole: every checksum holds")


def _print_built(out: Path, counts: dict[str, int], missing: list[str]) -> None:
    """Print the result of a build."""
    print(f"Built {out}")
    for name, count in counts.items():
        print(f"  {count:>9,}  {name.replace('_', ' ')}")
    print("Not known:" if missing else "Nothing is missing.")
    for gap in missing:
        print(f"  - {gap}")
