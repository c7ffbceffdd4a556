"""The stewards' page of local names for places and streets, with a form to try the geocoder."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from corredor.flows.locate import find_places
from corredor.flows.network import local_names
from corredor.kit.languages import in_language
from corredor.places.errors import NamelessPlace, OutsideTheCity, UnknownTarget
from corredor.web.language import page_language
from corredor.web.places_found import show_places
from corredor.web.staff_gate import signed_in

from .access import for_stewards
from .places_form import AliasForm, PlaceForm, TryForm


@for_stewards
def places(request: HttpRequest) -> HttpResponse:
    """Show the added names, the two forms to add more, and the geocoder's result for a text."""
    asked = TryForm(request.GET) if "text" in request.GET else TryForm()
    return _show(request, asked=asked)


@require_POST
@for_stewards
def add_place(request: HttpRequest) -> HttpResponse:
    """Add a shop, a site or a meeting point."""
    form = PlaceForm(request.POST)
    if form.is_valid():
        try:
            found = local_names.add_place(**form.cleaned_data, by=signed_in(request), now=timezone.now())
        except local_names.WhereUnclear as unclear:
            form.add_error("where", _ask(unclear))
        except NamelessPlace:
            form.add_error("name", _("A name needs at least two letters."))
        except OutsideTheCity:
            form.add_error("where", _("That is outside the city."))
        else:
            where = in_language(found.labels, page_language())
            words = _("Added at %(where)s. Reports that name it are found from now on.")
            messages.success(request, words % {"where": where})
            return redirect("steward:places")
    return _show(request, place=form)


@require_POST
@for_stewards
def add_alias(request: HttpRequest) -> HttpResponse:
    """Add another name of a street."""
    form = AliasForm(request.POST)
    if form.is_valid():
        try:
            local_names.add_alias(**form.cleaned_data, by=signed_in(request), now=timezone.now())
        except NamelessPlace:
            form.add_error("alias", _("A name needs at least two letters."))
        except UnknownTarget as unknown:
            words = _("The city pack knows no street, place or area called %(name)s.")
            form.add_error("street", words % {"name": unknown.name})
        else:
            messages.success(request, _("Added. Reports that name it are found from now on."))
            return redirect("steward:places")
    return _show(request, alias=form)


@require_POST
@for_stewards
def remove_place(request: HttpRequest, place_id: int) -> HttpResponse:
    """Remove a place."""
    local_names.remove_place(place_id=place_id, by=signed_in(request), now=timezone.now())
    messages.success(request, _("Removed."))
    return redirect("steward:places")


@require_POST
@for_stewards
def remove_alias(request: HttpRequest, alias_id: int) -> HttpResponse:
    """Remove a name."""
    local_names.remove_alias(alias_id=alias_id, by=signed_in(request), now=timezone.now())
    messages.success(request, _("Removed."))
    return redirect("steward:places")


def _show(
    request: HttpRequest,
    *,
    place: PlaceForm | None = None,
    alias: AliasForm | None = None,
    asked: TryForm | None = None,
) -> HttpResponse:
    wrong = place or alias
    asked = asked or TryForm()
    found = None
    if asked.is_bound and asked.is_valid():
        rows = find_places(text=asked.cleaned_data["text"], knows_incidents=False, now=timezone.now())
        found = show_places(rows, language=page_language())
    context = {
        "names": local_names.list_names(),
        "place_form": place or PlaceForm(),
        "alias_form": alias or AliasForm(),
        "try_form": asked,
        "found": found,
    }
    return render(request, "steward/places.html", context, status=422 if wrong else 200)


def _ask(unclear: local_names.WhereUnclear) -> str:
    if unclear.question is None:
        return _("No place was found in these words. Write two streets that cross, or a street with its number.")
    return in_language(unclear.question, page_language())
