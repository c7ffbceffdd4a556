"""The area that a school's children come from: drawn on the map, pasted or uploaded, shown, and removed."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corredor.corridors import queries
from corredor.corridors.errors import EmptyOutline
from corredor.engines.outline import LONGEST_TEXT, OutlineWrong, Wrong, write_outline
from corredor.flows.school import set_up as school_set_up
from corredor.flows.school.planning.inputs import read_planner_inputs, read_rings
from corredor.web.public.map_view import pick_map

from .access import AtSchool, at_school, step
from .drawing import draw, show_picture
from .refusal import refuse

PAGE = "schools:area"

_WORDS: dict[Wrong, Any] = {
    Wrong.EMPTY: gettext_lazy("Tap at least three corners on the map, or paste or upload GeoJSON."),
    Wrong.TOO_LONG: gettext_lazy("That is too long: at most 200 kilobytes. Leave only this school's area in it."),
    Wrong.NOT_JSON: gettext_lazy("This is not GeoJSON: it cannot be read. Export the area again as GeoJSON."),
    Wrong.NO_AREA: gettext_lazy("There is no area in it. A Polygon or a MultiPolygon is needed."),
    Wrong.NOT_NUMBERS: gettext_lazy("Some corners are not pairs of numbers such as [-87.70, 41.81]."),
    Wrong.TOO_FEW_CORNERS: gettext_lazy("An area needs at least three corners."),
    Wrong.TOO_MANY_CORNERS: gettext_lazy("Too many corners: at most 1,000. Simplify the outline and try again."),
    Wrong.TOO_MANY_PARTS: gettext_lazy("Too many separate parts: at most 10."),
    Wrong.HOLE: gettext_lazy("The area has a hole. Draw it without one."),
    Wrong.CROSSES_ITSELF: gettext_lazy("The outline crosses itself. Put its corners in order, once around."),
    Wrong.PARTS_OVERLAP: gettext_lazy("Some parts lie over one another. Draw them as one."),
    Wrong.SWAPPED: gettext_lazy("Latitude and longitude are swapped: GeoJSON writes longitude first, [-87.70, 41.81]."),
    Wrong.TOO_FAR: gettext_lazy("This area is too far from the school: nobody walks from there."),
    Wrong.TOO_LARGE: gettext_lazy("This area is too large: it reaches more than 6 km from the school."),
    Wrong.TOO_SMALL: gettext_lazy("This area is smaller than a block. Look at its corners again."),
}


class OutlineForm(forms.Form):
    """An area as GeoJSON: drawn by the page's script, pasted, or from a file, which takes precedence."""

    geojson = forms.CharField(
        label=gettext_lazy("Area as GeoJSON"),
        help_text=gettext_lazy("A Polygon or MultiPolygon. Drawing on the map fills this in."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a GeoJSON file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json,application/json"}),
    )

    def clean_file(self) -> str:
        """Return the text of the file; empty without one."""
        found = self.cleaned_data["file"]
        if found is None:
            return ""
        if found.size > LONGEST_TEXT:
            raise forms.ValidationError(_WORDS[Wrong.TOO_LONG])
        try:
            text: str = found.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_WORDS[Wrong.NOT_JSON]) from None
        return text


@at_school
def area(request: HttpRequest, *, here: AtSchool) -> HttpResponse:
    """Show the current outline, and the form to replace it."""
    form = OutlineForm(request.POST, request.FILES) if request.method == "POST" else None
    if form is not None and form.is_valid():
        field = "file" if form.cleaned_data["file"] else "geojson"
        try:
            school_set_up.set_outline(slug=here.school.slug, text=form.cleaned_data[field], by=here.user, now=here.now)
        except OutlineWrong as wrong:
            form.add_error(field, _WORDS[wrong.why])
        except EmptyOutline as error:
            form.add_error(field, refuse(error, here.language))
        else:
            messages.success(request, _("Saved. Make a new plan so that it counts."))
            return redirect(PAGE, slug=here.school.slug)
    return render(request, "schools/area.html", _context(here, form), status=422 if form is not None else 200)


@step(PAGE)
def remove(request: HttpRequest, *, here: AtSchool) -> str:
    """Remove the outline: children come from all directions again."""
    school_set_up.remove_outline(slug=here.school.slug, by=here.user, now=here.now)
    return _("Removed. Make a new plan so that it counts.")


@at_school
def still(request: HttpRequest, *, here: AtSchool) -> HttpResponse:
    """Return the outline as a picture, with the gate. Staff only."""
    outline = queries.find_outline(school=here.school)
    picture = draw(
        city=here.school.city,
        gate=(here.school.lat, here.school.lon),
        lines=(),
        areas=read_rings(outline.rings) if outline else (),
    )
    return show_picture(request, picture)


def _context(here: AtSchool, form: OutlineForm | None) -> dict[str, Any]:
    school = here.school
    outline = queries.find_outline(school=school)
    drawn = json.dumps(write_outline(outline.rings)) if outline else ""
    entered = queries.count_children(school=school)
    planned = read_planner_inputs(school).count_children() if outline else 0
    return {
        "here": here,
        "school": school,
        "form": form or OutlineForm(initial={"geojson": drawn}),
        "outline": outline,
        "corners": sum(len(ring) - 1 for ring in outline.rings) if outline else 0,
        "entered": entered,
        "planned": planned,
        "outside": max(0, entered - planned) if outline and entered else 0,
        "map": pick_map(),
        "center": f"{school.lon:.5f},{school.lat:.5f}",
        "is_drill": school.is_drill or None,
    }
