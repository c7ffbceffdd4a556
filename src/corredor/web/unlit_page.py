"""The page of unlit streets: mark one on the map or by name, list the marks with author and time, remove them.

Shared by stewards and the leads of a school; template, listed marks and permission differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corredor.corridors.errors import WorldsMixed
from corredor.flows.network import unlit_streets
from corredor.flows.network.unlit_streets import CornerUnclear, Unlit
from corredor.incidents.errors import OutsideCity
from corredor.kit.languages import in_language
from corredor.people.models import User
from corredor.places.errors import AlreadyUnlit, NoStreetHere, NotOneStreet
from corredor.places.models import UnlitStreet
from corredor.places.stretch import Point, Stretch
from corredor.web.language import page_language


@dataclass(frozen=True, slots=True)
class UnlitAt:
    """The page's owner. ``slug`` is the school's, empty for a steward; ``page`` is the page's own URL."""

    by: User
    now: datetime
    page: str
    slug: str = ""


class BlockForm(forms.Form):
    """A point on the map; selects the nearest block."""

    lat = forms.FloatField(min_value=-90, max_value=90, widget=forms.HiddenInput)
    lon = forms.FloatField(min_value=-180, max_value=180, widget=forms.HiddenInput)


class StretchForm(forms.Form):
    """A street and the two cross streets of the stretch."""

    street = forms.CharField(
        label=gettext_lazy("Street"), help_text=gettext_lazy("For example: Talman Ave"), max_length=80
    )
    start = forms.CharField(label=gettext_lazy("From which street"), max_length=80)
    end = forms.CharField(label=gettext_lazy("To which street"), max_length=80)


_WORDS: dict[type[Exception], Any] = {
    NoStreetHere: gettext_lazy("No street runs here. Tap nearer to one."),
    NotOneStreet: gettext_lazy("These two corners are not on one street, or too far apart."),
    AlreadyUnlit: gettext_lazy("This stretch is marked already."),
    OutsideCity: gettext_lazy("This school's children do not walk there. A steward can mark it."),
    WorldsMixed: gettext_lazy("A drill and the real world never mix."),
}
_REFUSED = tuple(_WORDS)


def show(request: HttpRequest, at: UnlitAt, *, template: str, context: dict[str, Any]) -> HttpResponse:
    """Show the page; a POST marks a block or a stretch, or shows the form with its errors."""
    form: forms.Form | None = None
    if request.method == "POST":
        form = BlockForm(request.POST) if "lat" in request.POST else StretchForm(request.POST)
        if form.is_valid():
            marked = _add_mark(form, at)
            if marked is not None:
                words = _("Marked: %(street)s. It counts in every plan that is made from now on.")
                messages.success(request, words % {"street": say_row(marked)})
                return redirect(at.page)
    found = unlit_streets.list_unlit(slug=at.slug)
    shown = {
        "unlit": [{"row": one.row, "label": say_row(one.row), "is_found": one.stretch is not None} for one in found],
        "lines": {"type": "FeatureCollection", "features": [_feature(one) for one in found if one.stretch]},
        "block_form": form if isinstance(form, BlockForm) else BlockForm(),
        "stretch_form": form if isinstance(form, StretchForm) else StretchForm(),
    }
    return render(request, template, context | shown, status=422 if form is not None else 200)


def name_block(request: HttpRequest) -> JsonResponse:
    """Return the block nearest to a tapped point, in words and as a line, before it is marked."""
    form = BlockForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"label": "", "line": []}, status=422)
    try:
        found = unlit_streets.look_at_block(**form.cleaned_data)
    except NoStreetHere:
        return JsonResponse({"label": "", "line": []})
    return JsonResponse({"label": say_stretch(found.street, found.start, found.end), "line": _line(found)})


def take_back(request: HttpRequest, at: UnlitAt, *, unlit_id: int) -> HttpResponse:
    """Remove a mark."""
    try:
        unlit_streets.unmark(unlit_id=unlit_id, slug=at.slug, by=at.by, now=at.now)
    except (OutsideCity, WorldsMixed) as error:
        messages.error(request, str(_WORDS[type(error)]))
    else:
        messages.success(request, _("Taken back. It counts in every plan that is made from now on."))
    return redirect(at.page)


def say_row(row: UnlitStreet) -> str:
    """Return a stored stretch in words."""
    return say_stretch(row.street, row.start, row.end)


def say_stretch(street: str, start: str, end: str) -> str:
    """Return a stretch as "Talman Ave, from 42nd St to 43rd St"."""
    street = street or _("A street without a name")
    if start and end:
        return _("%(street)s, from %(start)s to %(end)s") % {"street": street, "start": start, "end": end}
    if start or end:
        return _("%(street)s, at %(across)s") % {"street": street, "across": start or end}
    return street


def _add_mark(form: forms.Form, at: UnlitAt) -> UnlitStreet | None:
    """Add the mark; None if the form has an error."""
    mark = unlit_streets.mark_block if isinstance(form, BlockForm) else unlit_streets.mark_between
    try:
        return mark(**form.cleaned_data, slug=at.slug, by=at.by, now=at.now)
    except CornerUnclear as unclear:
        form.add_error(unclear.which, _say_unclear(unclear))
    except _REFUSED as error:
        form.add_error(None, _WORDS[type(error)])
    return None


def _say_unclear(unclear: CornerUnclear) -> str:
    if unclear.question is None:
        return _("No such corner was found. Write both streets as they stand on the signs.")
    return in_language(unclear.question, page_language())


def _feature(one: Unlit) -> dict[str, Any]:
    assert one.stretch is not None
    geometry = {"type": "LineString", "coordinates": _line(one.stretch)}
    return {"type": "Feature", "properties": {"label": say_row(one.row)}, "geometry": geometry}


def _line(stretch: Stretch) -> list[Point]:
    return [(round(lon, 6), round(lat, 6)) for lat, lon in stretch.line]
