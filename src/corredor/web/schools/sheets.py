"""Sheets that a lead prints: their own page, and one for each post."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from corredor.corridors import queries

from .access import AtSchool, at_school
from .parents import send_pdf
from .sheet import print_lead


@at_school
def posts(request: HttpRequest, *, here: AtSchool) -> HttpResponse:
    """Return the sheets of all posts of the current plan."""
    plan = queries.get_plan(school=here.school)
    if plan is None:
        raise Http404
    return send_pdf(print_lead(here.school, queries.list_posts(plan=plan)), f"{here.school.slug}-posts.pdf")
