"""`corredor locate`: geocode a text, or each row of a table."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from corredor.engines.citypack.errors import PackError
from corredor.engines.textlocate import Located, Locator
from corredor.kit.languages import CODES, SOURCE
from corredor.places.pack import DEFAULT_CITY, UnknownCityError, get_locator

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

ADDED = ("lat", "lon", "confidence", "kind", "label", "alternatives")
_OTHERS = tuple(code for code in CODES if code != SOURCE)
_CHUNK = 500


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("locate", help="find the place a text means")
    parser.add_argument(
        "text", nargs="?", help="a word or a whole message, English, Spanish or mixed; - reads it from stdin"
    )
    parser.add_argument("--city", default=DEFAULT_CITY, help="name of the city pack (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--batch", metavar="IN.csv", help="locate every row of a CSV file")
    parser.add_argument("--column", default="text", help="the column of IN.csv that holds the text (default: text)")
    parser.add_argument("--out", metavar="OUT.csv", help="where to write the rows with the answers (default: stdout)")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Geocode one text or a table; return 0, 1 if nothing could be read, 2 for wrong arguments."""
    if (arguments.text is None) == (arguments.batch is None):
        print("corredor locate: give either a text or --batch IN.csv", file=sys.stderr)
        return 2
    try:
        locator = get_locator(arguments.city)
    except (UnknownCityError, PackError) as error:
        print(f"corredor locate: {error}", file=sys.stderr)
        return 1
    if arguments.batch:
        return _run_batch(locator, arguments)
    text = sys.stdin.read() if arguments.text == "-" else arguments.text
    _print_found(text, locator.locate(text), as_json=arguments.json)
    return 0


def _print_found(text: str, found: list[Located], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"text": text, "places": [one.to_dict() for one in found]}, ensure_ascii=False))
        return
    if not found:
        print("No place found in this text.")
    for one in found:
        print("\n".join(_lines(one)))


def _lines(one: Located) -> Iterator[str]:
    where = f"{one.lat:.5f}, {one.lon:.5f} (within {one.radius_m:.0f} m)" if one.has_point else "no point"
    yield f"{one.label[SOURCE]}  [{one.kind.value}]  {where}  confidence {one.confidence:.2f}"
    yield from (f"    {code}: {one.label[code]}" for code in _OTHERS)
    yield f'    from: "{one.words}"'
    for other in one.alternatives:
        yield f"    or: {other.label[SOURCE]}  {other.lat:.5f}, {other.lon:.5f}  ({other.reason[SOURCE]})"
    if one.because:
        yield f"    because {one.because[SOURCE]}"
    if one.question:
        yield "\n         ".join([f"    ask: {one.question[SOURCE]}", *(one.question[code] for code in _OTHERS)])


def _run_batch(locator: Locator, arguments: argparse.Namespace) -> int:
    try:
        with open(arguments.batch, newline="", encoding="utf-8-sig", errors="replace") as source:
            reader = csv.DictReader(source)
            if arguments.column not in (reader.fieldnames or ()):
                names = ", ".join(reader.fieldnames or ()) or "none"
                print(
                    f"corredor locate: {arguments.batch} has no column {arguments.column!r}; it has {names}",
                    file=sys.stderr,
                )
                return 2
            return _write_answers(locator, reader, arguments)
    except (OSError, csv.Error) as error:
        print(f"corredor locate: {error}", file=sys.stderr)
        return 1


def _write_answers(locator: Locator, reader: csv.DictReader[str], arguments: argparse.Namespace) -> int:
    """Write every row with the result columns added, to a temporary file that replaces OUT.csv once complete."""
    fields = [*(reader.fieldnames or ()), *(name for name in ADDED if name not in (reader.fieldnames or ()))]
    if not arguments.out:
        _write(locator, reader, fields, arguments.column, sys.stdout)
        return 0
    unfinished = f"{arguments.out}.part"
    with open(unfinished, "w", newline="", encoding="utf-8") as target:
        rows, pointed = _write(locator, reader, fields, arguments.column, target)
    os.replace(unfinished, arguments.out)
    summary = {"rows": rows, "with_point": pointed, "out": arguments.out}
    print(json.dumps(summary) if arguments.json else f"{rows} rows, {pointed} with a point, in {arguments.out}")
    return 0


def _write(
    locator: Locator, rows: Iterable[dict[str, str]], fields: list[str], column: str, target: SupportsWrite[str]
) -> tuple[int, int]:
    writer = csv.DictWriter(target, fields, extrasaction="ignore")
    writer.writeheader()
    count = pointed = 0
    for row in rows:
        best = locator.locate_best(row.get(column) or "")
        writer.writerow({**row, **_columns(best)})
        count += 1
        pointed += best is not None
        if count % _CHUNK == 0 and sys.stderr.isatty():
            print(f"\r{count} rows", end="", file=sys.stderr, flush=True)
    if count >= _CHUNK and sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    return count, pointed


def _columns(best: Located | None) -> dict[str, str]:
    """Return the added columns of one row; empty without a place that has a point."""
    if best is None:
        return dict.fromkeys(ADDED, "")
    plain = best.to_dict()
    return {
        "lat": f"{best.lat:.6f}",
        "lon": f"{best.lon:.6f}",
        "confidence": f"{best.confidence:.3f}",
        "kind": best.kind.value,
        "label": best.label[SOURCE],
        "alternatives": json.dumps(plain["alternatives"], ensure_ascii=False),
    }
