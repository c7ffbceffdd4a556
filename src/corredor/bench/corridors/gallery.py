"""Draw Safe Passage routes and our corridors side by side in one self-contained page."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PAGE = "corridors-side-by-side.html"
_SIZE = 300
_AROUND_M = 1000.0

Points = NDArray[np.float64]
Line = tuple[Points, Points]

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Safe Passage routes and planned corridors, side by side</title>
<style>
:root { color-scheme: light dark; --ink: #1f2a30; --soft: #5b6870; --paper: #fbfaf7; --card: #ffffff; --rule: #e2ded6;
  --street: #d9d5cc; --people: #b26a1f; --ours: #1d6f78; --gate: #1f2a30; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --soft: #a3adb2; --paper: #14191c; --card: #1b2226;
  --rule: #2c353a; --street: #39444a; --people: #e0a05a; --ours: #62b8c1; --gate: #e8e6e1; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 18px/1.55 system-ui, sans-serif; }
header, main { max-width: 1320px; margin: 0 auto; padding: 24px 20px; }
h1 { font-size: 30px; line-height: 1.2; margin: 12px 0 8px; } p { max-width: 68ch; margin: 0 0 12px; }
.key span { display: inline-block; margin-right: 24px; } .key i { display: inline-block; width: 28px; height: 6px;
  border-radius: 3px; margin-right: 8px; vertical-align: middle; }
.key .p { background: var(--people); } .key .o { background: var(--ours); }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); gap: 20px; }
figure { margin: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 14px; }
figcaption { font-size: 16px; line-height: 1.4; } figcaption b { font-size: 18px; display: block; }
figure { display: flex; flex-direction: column; justify-content: space-between; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 10px; margin-top: 10px; } svg { width: 100%; height: auto;
  display: block; border-radius: 6px; background: var(--paper); }
.s { stroke: var(--street); stroke-width: 1.2; fill: none; } .p { stroke: var(--people); } .o { stroke: var(--ours); }
.line { stroke-width: 6; fill: none; stroke-linecap: round; stroke-linejoin: round; } circle { fill: var(--gate); }
.soft { color: var(--soft); }
</style></head><body>
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """One school: streets and lines in metres east and north of its gate, and what each plan covers."""

    name: str
    posts: int
    length_m: float
    streets: Sequence[Line]
    route: Sequence[Points]
    ours: Sequence[Line]
    ours_covered: float
    route_covered: float

    @property
    def ratio(self) -> float:
        """Return our covered child-metres as a multiple of the route's."""
        return self.ours_covered / max(self.route_covered, 1e-9)


def write_gallery(pictures: Sequence[Picture], folder: Path) -> Path:
    """Write the page into *folder*, created if missing, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    ratios = np.array([picture.ratio for picture in pictures])
    intro = (
        f"<header><h1>The same number of adults, placed by people and by the planner</h1>"
        f"<p>{len(pictures)} Safe Passage routes of Chicago Public Schools (school year 2016-17), each beside the "
        f"corridors that the planner lays for as many adults as the route takes at one in every 100 m. Children live "
        f"evenly over the crossings within 1,600 m and take the way that costs them least. By one measure, corridors "
        f"guard <b>{np.median(ratios):.2f} times</b> as many child-metres in the median; in "
        f"{np.mean(ratios >= 1):.0%} of schools at least as many.</p>"
        f"<p class='soft'>Routes were drawn for other reasons too: crime, sight, what principals, parents and pupils "
        f"knew. The planner knows the streets and nothing of that. The point is the school's gate; the maps show 1 km "
        f"around it, north up.</p><p class='key'><span><i class='p'></i>Safe Passage route</span>"
        f"<span><i class='o'></i>planned corridors</span></p></header>"
    )
    cards = "".join(_card(picture) for picture in sorted(pictures, key=lambda one: one.name))
    path = folder / PAGE
    path.write_text(f"{_HEAD}{intro}<main>{cards}</main></body></html>\n", encoding="utf-8")
    return path


def _card(picture: Picture) -> str:
    streets = f'<path class="s" d="{_path(picture.streets)}"/>'
    route = "".join(f"M{' L'.join(_xy(point) for point in line)}" for line in picture.route)
    sides = (
        ("p", route, "Safe Passage route"),
        ("o", _path(picture.ours), "planned corridors"),
    )
    drawings = "".join(
        f'<svg viewBox="0 0 {_SIZE} {_SIZE}" role="img" aria-label="{html.escape(picture.name)}: {title}">{streets}'
        f'<path class="line {kind}" d="{path}"/><circle cx="{_SIZE / 2}" cy="{_SIZE / 2}" r="7"/></svg>'
        for kind, path, title in sides
    )
    return (
        f"<figure><figcaption><b>{html.escape(picture.name)}</b>{picture.posts} adults, "
        f"<b style='display:inline'>{picture.ratio:.2f} times</b> the guarded child-metres "
        f"<span class='soft'>({picture.ours_covered / 1000:.0f} to {picture.route_covered / 1000:.0f} km)</span>"
        f"</figcaption><div class='pair'>{drawings}</div></figure>"
    )


def _path(lines: Sequence[Line]) -> str:
    near = [line for line in lines if min(float(np.abs(end).max()) for end in line) <= _AROUND_M]
    return "".join(f"M{_xy(a)} L{_xy(b)}" for a, b in near)


def _xy(point: Any) -> str:
    scale = _SIZE / (2 * _AROUND_M)
    return f"{_SIZE / 2 + point[0] * scale:.0f} {_SIZE / 2 - point[1] * scale:.0f}"
