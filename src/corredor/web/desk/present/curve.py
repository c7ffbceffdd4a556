"""Forecast and actual delivery curve, drawn on the server as one SVG, with the same data in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from corredor.delivery.models import Plan
from corredor.delivery.providers.rates import list_settled
from corredor.web.delivery_words import say_seconds

WIDTH, HEIGHT = 400, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 392, 12, 172
_MOST_POINTS = 80
_SHARES = (0.25, 0.5, 0.75, 0.9, 1.0)

Point = tuple[float, int]
"""Seconds since approval, messages out."""


@dataclass(frozen=True, slots=True)
class CurveShown:
    """``planned`` and ``real`` are points of an SVG polyline; ``rows`` are (milestone, forecast, actual) in words."""

    planned: str
    real: str
    rows: tuple[tuple[str, str, str], ...]
    end: str
    middle: str
    messages: int
    planned_last: str
    real_last: str
    is_over: bool
    width: int = WIDTH
    height: int = HEIGHT


def show_curve(plan: Plan, *, is_over: bool, now: datetime) -> CurveShown:
    """Return both curves on one time axis. The actual one ends now, or with the last message."""
    planned = [(float(at), int(count)) for at, count in plan.curve]
    real = _read_real(plan)
    total = max(planned[-1][1] if planned else 0, real[-1][1] if real else 0, 1)
    last_real = real[-1][0] if real else 0.0
    elapsed = last_real if is_over else max(last_real, (now - plan.made_at).total_seconds())
    end_s = max(plan.last_s, min(elapsed, max(plan.last_s, last_real) * 4), 1.0)
    shown = _thin(real)
    if shown and not is_over:
        shown.append((min(elapsed, end_s), shown[-1][1]))
    return CurveShown(
        planned=_draw([(0.0, 0), *planned], end_s, total),
        real=_draw([(0.0, 0), *shown], end_s, total) if shown else "",
        rows=tuple(_row(share, planned, real) for share in _SHARES),
        end=say_seconds(end_s),
        middle=say_seconds(end_s / 2),
        messages=total,
        planned_last=say_seconds(plan.last_s),
        real_last=say_seconds(last_real) if real and is_over else "",
        is_over=is_over,
    )


def _read_real(plan: Plan) -> list[Point]:
    """Return the cumulative count of sent messages by second since approval."""
    moments = [row for rows in list_settled(alert_id=plan.alert_id).values() for row in rows]
    out, points = 0, []
    for at, messages, _segments in sorted(moments):
        out += messages
        points.append(((at - plan.made_at).total_seconds(), out))
    return points


def _thin(points: Sequence[Point]) -> list[Point]:
    step = max(1, len(points) // _MOST_POINTS)
    return [*points[:-1:step], points[-1]] if points else []


def _draw(points: Sequence[Point], end_s: float, total: int) -> str:
    return " ".join(
        f"{_LEFT + (_RIGHT - _LEFT) * min(max(at, 0.0), end_s) / end_s:.1f},"
        f"{_BOTTOM - (_BOTTOM - _TOP) * count / total:.1f}"
        for at, count in points
        if at <= end_s
    )


def _row(share: float, planned: Sequence[Point], real: Sequence[Point]) -> tuple[str, str, str]:
    what = _("the last") if share == 1.0 else _("%(percent)d %%") % {"percent": round(share * 100)}
    total = planned[-1][1] if planned else 0
    return what, _say_when(planned, share * total), _say_when(real, share * total)


def _say_when(points: Sequence[Point], count: float) -> str:
    """Return when a number of messages was sent; empty if not yet."""
    at = next((at for at, out in points if out >= count), None)
    return "" if at is None else say_seconds(at)
