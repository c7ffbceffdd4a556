"""Measure the geocoder on labelled names and messages against its peers, in one run on one core."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corredor.bench.places.cities import list_other_cities, make_names
from corredor.bench.places.peers import BareNames, ParsedAddresses, Peer, Point
from corredor.bench.places.sets import (
    CHECKOUT_SETS,
    NamedPoint,
    Sentence,
    SetError,
    read_names,
    read_sentences,
    variants,
)
from corredor.engines.geo.earth import distance_m
from corredor.engines.textlocate import Located, Locator
from corredor.places.pack import DEFAULT_CITY, UnknownCityError, get_locator, get_pack

WITHIN_M = 100.0
SURE = 0.8
CLAIMED = 0.5
_SEED = 5
_BINS = 10
_SPEED_ROUNDS = 5
_WEIGH = """
import json, resource, time
import numpy  # what any program of this project has loaded already

def resident_kb():
    try:  # the peak of this program alone; getrusage also counts the moment before it was started
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

start = time.process_time()
from corredor.places.pack import get_locator
imported = time.process_time()
locator = get_locator({city!r})
loaded = time.process_time()
locator.locate("agentes en la 39 y kedzie")
print(json.dumps({{"import_ms": (imported - start) * 1e3, "load_ms": (loaded - imported) * 1e3,
                  "resident_mb": resident_kb() / 1024}}))
"""


def run(data: Path = CHECKOUT_SETS) -> dict[str, Any]:
    """Return every measure over the sets in folder *data*.

    Packs in CORREDOR_PACKS are measured too, on names made from their own crossings (``other_cities``).
    A CSV file belongs to the city whose pack its name starts with (``portland_stops.csv``), else to Chicago.
    Raise SetError, UnknownCityError or PackError.
    """
    names = {path.stem: (_city_of(path), read_names(path)) for path in sorted(data.glob("*.csv"))}
    messages = {path.stem: read_sentences(path) for path in sorted(data.glob("*.jsonl"))}
    if not names and not messages:
        raise SetError(f"{data} holds no *.csv with text, lat, lon and no *.jsonl")
    texts = [row for rows in messages.values() for row in rows]
    speed = _measure_speed(get_locator(), list(names.values()), texts)  # before the peers fill the memory
    cities = {DEFAULT_CITY, *(city for city, _ in names.values())}
    systems = {city: _systems(city) for city in sorted(cities)}
    others = {city: make_names(get_pack(city), seed=_SEED) for city in list_other_cities()}
    return {
        "within_m": WITHIN_M,
        "names": {stem: _measure_names(systems[city], rows) for stem, (city, rows) in names.items()},
        "other_cities": {city: _measure_city(city, rows) for city, rows in others.items()},
        "messages": {stem: _measure_messages(systems[DEFAULT_CITY], rows) for stem, rows in messages.items()},
        "speed": speed,
        "weight": weigh(DEFAULT_CITY),
    }


def weigh(city: str) -> dict[str, float]:
    """Return import and load time (one core) and peak memory of a fresh process that loads a city's geocoder."""
    done = subprocess.run(  # noqa: S603  our own interpreter and our own text
        [sys.executable, "-c", _WEIGH.format(city=city)], capture_output=True, text=True, check=True
    )
    return {key: round(value, 1) for key, value in json.loads(done.stdout).items()}


def _systems(city: str) -> dict[str, Locator | Peer]:
    pack = get_pack(city)
    systems: dict[str, Locator | Peer] = {"corredor": get_locator(city), "bare_names": BareNames(pack)}
    try:
        systems["usaddress_rapidfuzz"] = ParsedAddresses(pack)
    except ImportError:
        print("usaddress is not installed: that peer is left out", file=sys.stderr)
    return systems


def _city_of(path: Path) -> str:
    city = path.stem.split("_")[0]
    try:
        get_pack(city)
    except UnknownCityError:
        return DEFAULT_CITY
    return city


def _measure_names(systems: dict[str, Locator | Peer], rows: Sequence[NamedPoint]) -> dict[str, Any]:
    bare = systems["bare_names"]
    known = sum(isinstance(bare, BareNames) and bare.knows(row.text) for row in rows)
    report: dict[str, Any] = {"count": len(rows), "both_streets_known": known}
    for name, change in variants(_SEED):
        texts = [change(row.text, number) for number, row in enumerate(rows)]
        report[name] = {label: _score_names(system, texts, rows) for label, system in systems.items()}
    return report


def _measure_city(city: str, rows: Sequence[NamedPoint]) -> dict[str, Any]:
    """Measure names whose two streets the pack knows by bare name, against the matcher of bare names."""
    bare = BareNames(get_pack(city))
    known = [row for row in rows if bare.knows(row.text)]
    texts = [row.text for row in known]
    return {
        "count": len(rows),
        "both_streets_known": len(known),
        "corredor": _score_names(get_locator(city), texts, known),
        "bare_names": _score_names(bare, texts, known),
    }


def _score_names(system: Locator | Peer, texts: list[str], rows: Sequence[NamedPoint]) -> dict[str, float | int]:
    """Return shares of names found near, not found, wrong; for ours also confidently wrong, and calibration."""
    started = time.process_time()
    found = _answers(system, texts)
    took = time.process_time() - started
    near = [
        point is not None and distance_m(point, (row.lat, row.lon)) <= WITHIN_M
        for (point, _), row in zip(found, rows, strict=True)
    ]
    none = sum(point is None for point, _ in found)
    total = max(1, len(rows))
    score: dict[str, float | int] = {
        "within_100m": round(sum(near) / total, 4),
        "not_found": round(none / total, 4),
        "wrong": round((total - none - sum(near)) / total, 4),
        "per_s": round(len(texts) / max(took, 1e-9)),
    }
    if isinstance(system, Locator):
        sure_wrong = sum(
            sure >= SURE and point is not None and not ok for (point, sure), ok in zip(found, near, strict=True)
        )
        score["wrong_at_0.8"] = round(sure_wrong / total, 4)
        pairs = [(sure, ok) for (point, sure), ok in zip(found, near, strict=True) if point]
        score["calibration_error"] = round(calibration_error(pairs), 4)
    return score


def _answers(system: Locator | Peer, texts: list[str]) -> list[tuple[Point | None, float]]:
    if isinstance(system, Locator):
        return [_point_of(best) for best in system.locate_batch(texts)]
    return [(system.find(text), 1.0) for text in texts]


def _point_of(best: Located | None) -> tuple[Point | None, float]:
    if best is None or best.lat is None or best.lon is None:
        return None, 0.0
    return (best.lat, best.lon), best.confidence


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error: mean gap of confidence and accuracy over ten equal-width bins."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for said, right in pairs:
        bins[min(_BINS - 1, int(said * _BINS))].append((said, right))
    gaps = (abs(sum(said for said, _ in members) - sum(right for _, right in members)) for members in bins)
    return sum(gaps) / max(1, len(pairs))


def _measure_messages(systems: dict[str, Locator | Peer], rows: Sequence[Sentence]) -> dict[str, Any]:
    report: dict[str, Any] = {"count": len(rows), "without_place": sum(not row.places for row in rows)}
    for label, system in systems.items():
        report[label] = _score_messages(rows, [_claims(system, row.text) for row in rows])
        if isinstance(system, Locator):
            report[label]["questions_asked"] = sum(row.question and _asks(system, row.text) for row in rows)
            report[label]["questions_owed"] = sum(row.question for row in rows)
    return report


def _claims(system: Locator | Peer, text: str) -> list[Point]:
    """Return the points that a system reports for a message; ours with confidence above one half."""
    if isinstance(system, Locator):
        found = (_point_of(located)[0] for located in system.locate(text) if located.confidence >= CLAIMED)
        return [point for point in found if point is not None]
    point = system.find(text)
    return [point] if point is not None else []


def _asks(locator: Locator, text: str) -> bool:
    return any(located.question and not located.has_point for located in locator.locate(text))


def _score_messages(rows: Sequence[Sentence], claims: list[list[Point]]) -> dict[str, Any]:
    """Return precision and recall over all places; a point counts once, for the first place it is near."""
    right = claimed = expected = 0
    for row, points in zip(rows, claims, strict=True):
        claimed += len(points)
        expected += len(row.places)
        for place in row.places:
            match = next((p for p in points if distance_m(p, (place["lat"], place["lon"])) <= place["within_m"]), None)
            if match is not None:
                points.remove(match)
                right += 1
    return {"precision": round(right / max(1, claimed), 4), "recall": round(right / max(1, expected), 4)}


def _measure_speed(
    locator: Locator, names: list[tuple[str, list[NamedPoint]]], messages: list[Sentence]
) -> dict[str, float]:
    texts = [row.text for city, rows in names if city == DEFAULT_CITY for row in rows]
    started = time.process_time()
    for _ in range(_SPEED_ROUNDS):
        locator.locate_batch(texts)
    clean = time.process_time() - started
    times = sorted(_time_of(locator, row.text) for _ in range(_SPEED_ROUNDS) for row in messages)
    report: dict[str, float] = {"clean_names_per_s": round(_SPEED_ROUNDS * len(texts) / max(clean, 1e-9))}
    if times:
        report |= {
            f"message_p{p}_ms": round(times[min(len(times) - 1, len(times) * p // 100)] * 1e3, 3) for p in (50, 99)
        }
    return report


def _time_of(locator: Locator, text: str) -> float:
    started = time.process_time()
    locator.locate(text)
    return time.process_time() - started
