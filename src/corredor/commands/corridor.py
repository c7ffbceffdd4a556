"""`corredor corridor plan`: plan walking corridors from a school's gate for the available adults."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corredor.engines.citypack.errors import PackError
from corredor.engines.corridors import Hazard, NoPlan, Plan, PostKind, Reason, Ring
from corredor.flows.school.planning.problem import SchoolPlan, UnknownSchoolError, plan_for_school
from corredor.kit.languages import CODES, SOURCE, in_language
from corredor.places.pack import DEFAULT_CITY, UnknownCityError
from corredor.places.walking import search_schools

from .output import print_json

_WHY = {
    Reason.OFF_NETWORK: "the school lies off the walking network",
    Reason.GATE_IN_HAZARD: "hold at school: the gate lies in or beside an area to keep out of",
    Reason.NO_POSTS: "there is nobody to stand along a corridor",
    Reason.NOBODY_TO_WALK: "no children live within walking distance",
    Reason.NO_WAY_OUT: "hold at school: no safe way out",
    Reason.TOO_FEW_POSTS: "there are too few people for any corridor",
    Reason.CONTRADICTION: "the rules contradict each other",
}
_KIND = {
    PostKind.CROSSING: "",
    PostKind.BUSY_CROSSING: "busy crossing",
    PostKind.BLOCK: "in the block towards it",
    PostKind.END: "end",
}


class AreaFileError(ValueError):
    """A file of areas to avoid cannot be read; the text names the problem."""


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("corridor", help="plan safe walking corridors for a school")
    actions = parser.add_subparsers(dest="action", required=True)
    one = actions.add_parser("plan", help="lay corridors from a school's gate")
    one.add_argument("school", metavar="SCHOOL", help="its number in the pack (609791), or a part of its name")
    one.add_argument("--posts", type=int, required=True, metavar="N", help="how many adults can stand along them")
    one.add_argument("--children", type=float, metavar="N", help="how many walk (default: all its pupils)")
    one.add_argument(
        "--avoid", type=Path, metavar="FILE.geojson", help="polygons to keep out of, or points with radius_m"
    )
    one.add_argument("--city", default=DEFAULT_CITY, help="name of the city pack (default: %(default)s)")
    form = one.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--geojson", action="store_true", help="print corridors and posts as GeoJSON")
    one.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Plan for one school; return 0, 1 without a plan, 2 for wrong arguments."""
    try:
        avoid = read_areas(arguments.avoid) if arguments.avoid else []
        school = _find(arguments.school, arguments.city)
        found = plan_for_school(
            school,
            posts=arguments.posts,
            avoid=avoid,
            children=arguments.children,
            city=arguments.city,
            with_bound=True,
        )
    except (AreaFileError, UnknownSchoolError) as error:
        print(f"corredor corridor: {error}", file=sys.stderr)
        return 2
    except (UnknownCityError, PackError) as error:
        print(f"corredor corridor: {error}", file=sys.stderr)
        return 1
    if arguments.geojson:
        print(json.dumps(to_geojson(found), ensure_ascii=False))
    elif arguments.json:
        print_json(to_plain(found))
    else:
        print("\n".join(_lines(found)))
    return 0 if found.plan is not None else 1


def read_areas(path: Path) -> list[Hazard | Ring]:
    """Return the areas of a GeoJSON file: outer rings of polygons, points with ``radius_m``. Raise AreaFileError."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AreaFileError(f"{path}: {error}") from error
    features = document.get("features", [document]) if isinstance(document, dict) else []
    areas: list[Hazard | Ring] = []
    try:
        for feature in features:
            areas += _areas(feature.get("geometry") or feature, feature.get("properties") or {})
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise AreaFileError(f"{path}: not an area that can be kept out of ({error})") from error
    if not areas:
        raise AreaFileError(f"{path}: holds no polygon and no point with radius_m")
    return areas


def _areas(geometry: dict[str, Any], words: dict[str, Any]) -> list[Hazard | Ring]:
    kind, places = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        wind = words.get("wind_to_deg")
        return [
            Hazard(float(places[1]), float(places[0]), float(words["radius_m"]), None if wind is None else float(wind))
        ]
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"a {kind} has no inside")
    polygons = [places] if kind == "Polygon" else places
    return [Ring(tuple((float(lat), float(lon)) for lon, lat, *_ in polygon[0])) for polygon in polygons]


def _find(words: str, city: str) -> str:
    found = search_schools(words, city)
    if not found:
        raise UnknownSchoolError(f"no school {words!r} in the pack {city!r}")
    if len(found) > 1:
        names = "; ".join(f"{school.key.removeprefix('school:')} {school.name}" for school in found[:8])
        raise UnknownSchoolError(f"{words!r} may be any of {len(found)} schools: {names}")
    return found[0].key


def to_plain(found: SchoolPlan) -> dict[str, Any]:
    """Return a school's plan as JSON-ready values, with names of posts and corridors in every language."""
    about = {"school": found.school.key, "name": found.school.name, "city": found.city}
    if isinstance(found.answer, NoPlan):
        return about | {"plan": None, **asdict(found.answer), "why": _WHY.get(found.answer.reason, "")}
    plain = asdict(found.answer)
    for post in plain["posts"]:
        name = found.names[post["node"]]
        post |= name
    for corridor in plain["corridors"]:
        corridor |= {code: [found.names[node].get(code, "") for node in corridor["nodes"]] for code in CODES}
    for gap in plain["gaps"]:
        gap |= found.names[gap["node"]]
    return about | {"plan": plain}


def to_geojson(found: SchoolPlan) -> dict[str, Any]:
    """Return corridors as lines and posts as points; no features without a plan."""
    features: list[dict[str, Any]] = []
    if isinstance(found.answer, Plan) and found.problem is not None:
        network = found.problem.network
        for corridor in found.answer.corridors:
            line = [[round(float(network.lon[n]), 6), round(float(network.lat[n]), 6)] for n in corridor.nodes]
            about = {"kind": "corridor", "length_m": round(corridor.length_m, 1), "children": corridor.children}
            features.append(_feature("LineString", line, about))
        for row, post in enumerate(found.answer.posts):
            name = found.names[post.node]
            about = {"kind": post.kind.value, "post": row, "sees": list(post.sees), **name}
            features.append(_feature("Point", [round(post.lon, 6), round(post.lat, 6)], about))
    return {"type": "FeatureCollection", "features": features}


def _feature(kind: str, places: list[Any], about: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": places}, "properties": about}


def _lines(found: SchoolPlan) -> Iterator[str]:
    answer = found.answer
    if isinstance(answer, NoPlan):
        towards = f" to the {', '.join(answer.directions)}" if answer.directions else ""
        yield f"{found.school.name}: {_WHY.get(answer.reason, answer.reason.value)}{towards} ({answer.detail})"
        return
    metres = sum(corridor.length_m for corridor in answer.corridors)
    yield f"{found.school.name}: {len(answer.posts)} adults along {metres:.0f} m, and the lead at the gate"
    yield (
        f"{answer.share_covered:.0%} of {answer.children:.0f} children's way home is guarded; "
        f"at most {answer.gap:.1%} more is possible"
    )
    if answer.held:
        yield f"{answer.held:.0f} children wait at school: they live in or beside what is closed"
    for number, corridor in enumerate(answer.corridors, start=1):
        way = ", ".join(in_language(found.names[node], SOURCE) for node in corridor.nodes[1:])
        yield f"corridor {number}: {corridor.length_m:.0f} m, {corridor.children:.0f} children: {way}"
    for number, post in enumerate(answer.posts, start=1):
        kind = _KIND[post.kind]
        yield f"  {number:>2}  {in_language(found.names[post.node], SOURCE)}{f' ({kind})' if kind else ''}"
    for gap in answer.gaps[:3]:
        corner = in_language(found.names[gap.node], SOURCE)
        yield f"with {gap.posts} more: on to {corner}, {gap.child_m:.0f} child-metres"
