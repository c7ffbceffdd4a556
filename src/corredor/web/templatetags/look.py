"""Template tags of the layout: icons, navigation links that mark the current page, and links to other languages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from corredor.incidents.enums import Status

register = template.Library()
_ICONS = Path(__file__).parents[1] / "icons"
_STATUS_SHAPES = Path(__file__).parents[2] / "static" / "img" / "status"
_PATH = re.compile(r'<path [^>]*\bd="([^"]+)"')


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Return a decorative one-colour icon: the name of a file in web/icons, without its suffix."""
    picture = (_ICONS / f"{name}.svg").read_text(encoding="utf-8").replace(' xmlns="http://www.w3.org/2000/svg"', "")
    return mark_safe(" ".join(picture.split()).replace("> <", "><"))  # noqa: S308 -- a file of ours


@register.simple_tag
@cache
def status_shape(status: str) -> SafeString:
    """Return the SVG path of a status marker, in the text colour, as the map draws it."""
    code = status if status in Status.values else Status.CORRECTED
    found = _PATH.search((_STATUS_SHAPES / f"{code}.svg").read_text(encoding="utf-8"))
    assert found is not None, code
    return format_html('<path fill="currentColor" fill-rule="evenodd" d="{}"/>', found[1])


@register.filter
def status_words(status: str) -> str:
    """Return a status in words; empty for an unknown status."""
    return str(Status(status).label) if status in Status.values else ""


@register.inclusion_tag("partials/nav_link.html", takes_context=True)
def nav_link(context: template.Context, view_name: str, words: str) -> dict[str, Any]:
    """Return one entry of a navigation list; empty if this installation has no such page."""
    try:
        address = reverse(view_name)
    except NoReverseMatch:
        return {}
    request: HttpRequest | None = context.get("request")
    match = request.resolver_match if request else None
    return {
        "address": address,
        "words": words,
        "is_here": bool(request) and request.path == address if request else False,
        "is_section": bool(match) and match.view_name == view_name if match else False,
    }


@register.simple_tag(takes_context=True)
def network_name(context: template.Context) -> str:
    """Return the network's name. Allauth's pages override ``site`` with the host name."""
    shown = context.get("site")
    if shown is not None and hasattr(shown, "base_url"):
        return str(shown.name)
    request: HttpRequest | None = context.get("request")
    if request is None:
        return "Corredor"
    from corredor.web.context import site as read_site  # reads the database: only if the page needs it

    return str(read_site(request)["site"].name)


@register.simple_tag(takes_context=True)
def steward_today(context: template.Context) -> bool:
    """Return True if the user may open the steward's pages today: otherwise their link is hidden."""
    user: Any = context.get("user")
    if not getattr(user, "pk", None):
        return False
    from corredor.people.queries import local_today  # reads the database: only if the page needs it
    from corredor.people.rules import has_role

    return has_role(user, "STEWARD", today=local_today(timezone.now()))


@register.simple_tag(takes_context=True)
def language_address(context: template.Context, code: str) -> str:
    """Return the current URL with language ``code`` ("es", "en"), keeping its other parameters."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return f"?lang={code}"
    query = request.GET.copy()
    query["lang"] = code
    return f"?{query.urlencode()}"


@register.filter
def first_input_id(field: BoundField) -> str:
    """Return the id that an error summary links to: the first choice of a group, else the field itself."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.auto_id


@register.filter
def is_single_box(field: BoundField) -> bool:
    """Return True if a field is a single checkbox, whose label follows it."""
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not field.use_fieldset
