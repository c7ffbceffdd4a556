"""The stewards' page of unlit streets, for the whole city."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from corredor.web import unlit_page
from corredor.web.public.map_view import pick_map
from corredor.web.staff_gate import signed_in
from corredor.web.unlit_page import UnlitAt

from .access import for_stewards


@for_stewards
def unlit(request: HttpRequest) -> HttpResponse:
    """Show the marks, the map, and the form by name."""
    found = pick_map()
    context = {"map": found, "center": found.center if found else "", "zoom": 11}
    return unlit_page.show(request, _at(request), template="steward/unlit.html", context=context)


@for_stewards
def near(request: HttpRequest) -> HttpResponse:
    """Return the block nearest to a tap."""
    return unlit_page.name_block(request)


@require_POST
@for_stewards
def take_back(request: HttpRequest, unlit_id: int) -> HttpResponse:
    """Remove a mark."""
    return unlit_page.take_back(request, _at(request), unlit_id=unlit_id)


def _at(request: HttpRequest) -> UnlitAt:
    return UnlitAt(by=signed_in(request), now=timezone.now(), page=reverse("steward:unlit"))
