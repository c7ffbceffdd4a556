"""Texts of the page that a lead prints: adults needed, and all prepared diversions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from corredor.corridors.models import Plan, Post
from corredor.kit.languages import get

from .ages import adults_of, say_ratios
from .prepared import make_table


def script_of(language: str) -> dict[str, str]:
    """Return a language's code and direction, and the map credit in the active language."""
    credit = _("Map data: OpenStreetMap contributors and the City of Chicago")
    return {"lang": language, "dir": get(language).direction, "credit": credit}


def say_lead(plan: Plan, posts: Sequence[Post], language: str) -> dict[str, Any]:
    """Return the texts of the page in one language."""
    with override(language):
        adults = adults_of(plan, len(plan.posts.all()))
        heads, rows = make_table(plan.data, posts, language)
        figures = [[str(adults.at_posts), _("adults at posts, with the lead")]]
        if adults.by_age is not None:
            figures.append([str(adults.by_age), _("adults by the children's ages")])
        figures.append([str(adults.to_ask_for), _("adults to ask for")])
        return {
            **script_of(language),
            "title": _("For the lead"),
            "version": _("Version %(number)d") % {"number": plan.number},
            "figures": figures,
            "ratios": say_ratios(plan.school.ages.all()),
            "table_title": _("Prepared, in case a side is closed"),
            "heads": heads,
            "rows": rows,
            "note": _("– stays. You decide, on your page or by text; posts are told, and find it on their sheet."),
        }
