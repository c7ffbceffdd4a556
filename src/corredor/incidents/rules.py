"""Limits of an incident's figures."""

from __future__ import annotations

from .enums import RADIUS_LEAST_M, RADIUS_MOST_M
from .errors import WrongRadius


def check_radius(radius_m: int) -> None:
    """Raise WrongRadius for a radius in metres outside the limits."""
    if not RADIUS_LEAST_M <= radius_m <= RADIUS_MOST_M:
        raise WrongRadius(radius_m)
