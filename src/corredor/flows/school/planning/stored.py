"""Serialise a planner's answer to JSON and back: lines, named posts, prepared alternates.

Reads the city pack and corridors. Writes nothing. Called by ``solve``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from corredor.corridors.models import Plan as StoredPlan
from corredor.corridors.models import Post, School
from corredor.corridors.plan_geometry import Alternate as DrawnAlternate
from corredor.corridors.plan_geometry import Corridor as DrawnCorridor
from corredor.corridors.plan_geometry import Drawn, DrawnMove, DrawnPost, Gap, list_alternates
from corredor.engines import corridors as engine
from corredor.kit.languages import in_every, shorten
from corredor.places.pack import get_pack
from corredor.places.walking import WalkingMap, get_walking_map


def serialise_way(plan: engine.Plan, school: School) -> Drawn:
    city = school.city
    walking, places = get_walking_map(city), get_pack(city).places
    rows = {key: row for row, key in enumerate(places.id)}
    gaps: list[Gap] = []
    for gap in plan.gaps:
        name = walking.name_node(gap.node)
        lat, lon = float(walking.network.lat[gap.node]), float(walking.network.lon[gap.node])
        gaps.append(
            {
                "lat": lat,
                "lon": lon,
                "labels": name,
                "posts": gap.posts,
                "gain_child_m": round(gap.child_m),
            }
        )
    doors = [rows[place.key] for place in plan.safe_places if place.key in rows and place.key != school.key]
    return {
        "corridors": [_serialise_corridor(corridor, city) for corridor in plan.corridors],
        "alternates": [],
        "prepared_for": "",
        "gaps": gaps,
        "safe_places": [
            {"name": places.name[row], "lat": float(places.lat[row]), "lon": float(places.lon[row])} for row in doors
        ],
        "children": round(plan.children),
        "covered_child_m": round(plan.covered_child_m),
        "total_child_m": round(plan.total_child_m),
        "share_covered": round(plan.share_covered, 4),
        "minutes": round(plan.minutes, 1),
        "adults_needed": plan.adults_needed,
        "upper_bound": round(plan.upper_bound),
        "gap": round(plan.gap, 4),
        "value": plan.value,
        "held": plan.held,
        "curve": [],
    }


def _serialise_corridor(corridor: engine.Corridor, city: str) -> DrawnCorridor:
    """Return a corridor with its street geometry."""
    network = get_pack(city).network
    line: list[list[float]] = []
    for here, there in zip(corridor.nodes, corridor.nodes[1:], strict=False):
        first, last = int(network.indptr[here]), int(network.indptr[here + 1])
        arcs = np.flatnonzero(network.indices[first:last] == there)
        points = network.line(first + int(arcs[0]))
        line += [[round(lat, 6), round(lon, 6)] for lat, lon in (points if not line else points[1:])]
    return {
        "line": line,
        "nodes": list(corridor.nodes),
        "length_m": round(corridor.length_m),
        "children": round(corridor.children),
    }


def make_posts(plan: engine.Plan, walking: WalkingMap) -> list[Post]:
    """Return post rows in the planner's order, with crossing names and the previous post of each."""
    before = _find_previous(plan)
    rows = []
    for number, post in enumerate(plan.posts, start=1):
        name = walking.name_node(post.node)
        name = name or in_every("places", "mid_block")
        if post.along is not None:
            name = in_every("places", "half_block_before", label=name)
        rows.append(
            Post(
                number=number,
                node=post.node,
                lat=post.lat,
                lon=post.lon,
                kind=str(post.kind),
                labels=shorten(name, 120),
                sees=[seen + 1 for seen in post.sees],
                along=list(post.along) if post.along else None,
                before=before.get(number),
            )
        )
    return rows


def _find_previous(plan: engine.Plan) -> dict[int, int]:
    """Return for each post the next one towards the gate, by number: breadth-first search along sight lines."""
    seen_by: dict[int, list[int]] = {}
    for row, post in enumerate(plan.posts):
        for other in post.sees:
            seen_by.setdefault(other, []).append(row)
            seen_by.setdefault(row, []).append(other)
    before: dict[int, int] = {}
    reached, frontier = {engine.GATE}, [engine.GATE]
    while frontier:
        here = frontier.pop(0)
        for row in seen_by.get(here, ()):
            if row not in reached:
                reached.add(row)
                frontier.append(row)
                if here != engine.GATE:
                    before[row + 1] = here + 1
    return before


def serialise_alternates(plan: engine.Plan, school: School) -> list[DrawnAlternate]:
    """Return the alternates prepared for closed sides, with their posts and moves, as stored with the plan."""
    walking = get_walking_map(school.city)
    found: list[DrawnAlternate] = []
    for one in plan.alternates:
        rows = make_posts(one.plan, walking)
        posts: list[DrawnPost] = [
            {
                "node": row.node,
                "lat": row.lat,
                "lon": row.lon,
                "kind": row.kind,
                "labels": row.labels,
                "sees": row.sees,
                "along": row.along,
            }
            for row in rows
        ]
        moves: list[DrawnMove] = [
            {"post": move.post + 1, "to": None if move.to is None else move.to + 1, "walk_m": round(move.walk_m)}
            for move in one.moves
        ]
        found.append(
            {
                "closed": one.closed,
                "way": serialise_way(replace(one.plan, gaps=()), school),
                "posts": posts,
                "moves": moves,
            }
        )
    return found


def restore(stored: StoredPlan) -> engine.Plan:
    """Rebuild the planner's plan from its stored form, alternates included."""
    posts = [_restore_post(_as_dict(post)) for post in stored.posts.all()]
    alternates = tuple(
        engine.Alternate(
            one["closed"],
            _restore_way(one["way"], [_restore_post(post) for post in one["posts"]]),
            tuple(
                engine.Move(move["post"] - 1, None if move["to"] is None else move["to"] - 1, float(move["walk_m"]))
                for move in one["moves"]
            ),
        )
        for one in list_alternates(stored.data)
    )
    return replace(_restore_way(stored.data, posts), alternates=alternates)


def _as_dict(post: Post) -> dict[str, Any]:
    return {name: getattr(post, name) for name in ("node", "lat", "lon", "sees", "kind", "along")}


def _restore_post(post: Mapping[str, Any]) -> engine.Post:
    return engine.Post(
        node=post["node"],
        lat=post["lat"],
        lon=post["lon"],
        sees=tuple(number - 1 for number in post["sees"]),
        kind=engine.PostKind(post["kind"]),
        along=tuple(post["along"]) if post["along"] else None,
    )


def _restore_way(data: Mapping[str, Any], posts: Sequence[engine.Post]) -> engine.Plan:
    corridors = tuple(
        engine.Corridor(tuple(one["nodes"]), one["length_m"], one["children"]) for one in data["corridors"]
    )
    return engine.Plan(
        corridors=corridors,
        posts=tuple(posts),
        covered_child_m=data["covered_child_m"],
        total_child_m=data["total_child_m"],
        children=data["children"],
        share_covered=data["share_covered"],
        minutes=data["minutes"],
        gaps=(),
        adults_needed=data["adults_needed"],
        safe_places=(),
        upper_bound=data["upper_bound"],
        gap=data["gap"],
        alternates=(),
        value=data["value"],
        held=data["held"],
    )
