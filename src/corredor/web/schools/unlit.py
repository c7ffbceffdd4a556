"""A lead's page of unlit streets within the school's walking area."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from corredor.web import unlit_page
from corredor.web.public.map_view import pick_map
from corredor.web.unlit_page import UnlitAt

from .access import AtSchool, at_school


@at_school
def unlit(request: HttpRequest, *, here: AtSchool) -> HttpResponse:
    """Show the marks near the school, the map, and the form by name."""
    school = here.school
    context = {
        "here": here,
        "school": school,
        "map": pick_map(),
        "center": f"{school.lon:.5f},{school.lat:.5f}",
        "zoom": 15,
        "is_drill": school.is_drill or None,
    }
    return unlit_page.show(request, _at(here), template="schools/unlit.html", context=context)


@at_school
def near(request: HttpRequest, *, here: AtSchool) -> HttpResponse:
    """Return the block nearest to a tap."""
    return unlit_page.name_block(request)


@require_POST
@at_school
def take_back(request: HttpRequest, *, here: AtSchool, unlit_id: int) -> HttpResponse:
    """Remove a mark."""
    return unlit_page.take_back(request, _at(here), unlit_id=unlit_id)


def _at(here: AtSchool) -> UnlitAt:
    page = reverse("schools:unlit", args=[here.school.slug])
    return UnlitAt(by=here.user, now=here.now, page=page, slug=here.school.slug)
