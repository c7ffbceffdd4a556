"""Context processor: the network's name, its telephone and the page language, for every template."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from corredor.people.models import Network
from corredor.people.queries import get_network
from corredor.web.language import page_language


@dataclass(frozen=True, slots=True)
class Site:
    """The network as pages show it."""

    name: str
    hotline: str
    sms_number: str
    city: str
    place: str  # the city's name as people write it
    time_zone: str
    base_url: str


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the context of every template. ``site`` is lazy: a fragment that does not use it costs no query.

    ``is_drill`` is None here: only a view knows whether it shows a drill, and overrides it.
    """
    return {
        "site": SimpleLazyObject(partial(_find_site, request)),
        "language": page_language(),
        "is_drill": None,
    }


def _find_site(request: HttpRequest) -> Site:
    try:
        network = getattr(request, "network", None) or get_network()
    except DatabaseError:  # the error page for an unreachable database still needs a head
        network = Network()
    return describe_site(network)


def describe_site(network: Network) -> Site:
    """Return the network as pages show it."""
    return Site(
        name=network.name,
        hotline=network.hotline,
        sms_number=network.sms_number,
        city=network.city,
        place=network.city.replace("-", " ").title(),
        time_zone=network.time_zone,
        base_url=settings.BASE_URL,
    )
