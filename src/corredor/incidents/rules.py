"""What must hold of an incident's figures, whoever enters them."""

from __future__ import annotations

from .enums import RADIUS_LEAST_M, RADIUS_MOST_M
from .errors import WrongRadius


def check_radius(radius_m: int) -> None:
    """Refuse a radius in metres that no warning and no danger has. Raises WrongRadius."""
    if not RADIUS_LEAST_M <= radius_m <= RADIUS_MOST_M:
        raise WrongRadius(radius_m)
