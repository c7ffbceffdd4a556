"""A school's settings: gate, bells, special days, children by cell, plan versions, guardians' codes, leads."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from corredor.corridors import queries
from corredor.corridors.enums import SCHOOL_DAYS
from corredor.corridors.errors import NoSafePlan
from corredor.corridors.models import Plan
from corredor.corridors.plan_geometry import lines_of
from corredor.engines import hexgrid
from corredor.engines.geo.compass import WINDS, wind_numbers
from corredor.engines.geo.earth import distance_m
from corredor.engines.geo.plane import LocalPlane
from corredor.flows.school import plan as school_plan
from corredor.flows.school import set_up as school_set_up
from corredor.people.enums import Role
from corredor.people.queries import list_people, local_today
from corredor.people.rules import require_role
from corredor.volunteers.queries import list_members
from corredor.web.language import page_language
from corredor.web.public.map_view import pick_map
from corredor.web.staff_gate import signed_in

from .access import AtSchool, at_school, number, step
from .ages import adults_of, fill_form, say_ratios
from .drawing import draw, show_picture
from .prepared import find_side, list_sides
from .refusal import REFUSALS, refuse

PAGE = "schools:settings"
PLAN = "schools:plan"


class BellsForm(forms.Form):
    """The last bell of each weekday; empty means no school."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in SCHOOL_DAYS:
            self.fields[f"day{day.value}"] = forms.TimeField(
                label=day.label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            )


class SpecialForm(forms.Form):
    """A half day or a day off."""

    on = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    at = forms.TimeField(
        label=gettext_lazy("Last bell; empty for a day off"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


class FindForm(forms.Form):
    """Finds a school of the city pack by name."""

    words = forms.CharField(label=gettext_lazy("Name of the school"), max_length=60, required=False)


class PostsForm(forms.Form):
    """Number of people available for posts."""

    posts = forms.IntegerField(
        label=gettext_lazy("How many people can stand at posts?"),
        help_text=gettext_lazy("Besides the lead at the gate."),
        min_value=1,
        max_value=60,
    )


@at_school
def settings(request: HttpRequest, *, here: AtSchool) -> HttpResponse:
    """Show bells, special days, children, codes and leads."""
    return render(request, "schools/settings.html", _context(here))


@step(PAGE)
def bells(request: HttpRequest, *, here: AtSchool) -> str:
    """Save the week's bells, which confirms them."""
    form = BellsForm(request.POST)
    if not form.is_valid():
        return _("Write times such as 14:45.")
    times: dict[int, time | None] = {day: form.cleaned_data[f"day{day}"] for day in range(5)}
    school_set_up.set_bells(slug=here.school.slug, bells=times, by=here.user, now=here.now)
    return _("Saved. These bells count as looked at today.")


@step(PAGE)
def special(request: HttpRequest, *, here: AtSchool) -> str:
    """Set or remove a half day or a day off."""
    form = SpecialForm(request.POST)
    if not form.is_valid():
        return _("Choose a day.")
    on: date = form.cleaned_data["on"]
    if request.POST.get("clear"):
        school_set_up.clear_special_day(slug=here.school.slug, on=on, by=here.user, now=here.now)
    else:
        school_set_up.set_special_day(
            slug=here.school.slug, on=on, at=form.cleaned_data["at"], by=here.user, now=here.now
        )
    return _("Saved.")


@step(PAGE)
def children(request: HttpRequest, *, here: AtSchool) -> str:
    """Set the number of children in each cell."""
    counts = {cell: number(request, f"cell{cell}") for cell in school_set_up.list_cells(here.school)}
    school_set_up.set_children(slug=here.school.slug, counts=counts, by=here.user, now=here.now)
    return _("Saved. Make a new plan so that it counts.")


@step(PAGE)
def gate(request: HttpRequest, *, here: AtSchool) -> str:
    """Set the gate."""
    try:
        lat, lon = float(request.POST.get("lat", "")), float(request.POST.get("lon", ""))
    except ValueError:
        return _("Point to the gate on the map first.")
    school_set_up.set_gate(slug=here.school.slug, lat=lat, lon=lon, by=here.user, now=here.now)
    return _("Saved. Make a new plan so that it counts.")


@step(PAGE)
def wants_codes(request: HttpRequest, *, here: AtSchool) -> str:
    """Set whether guardians have codes."""
    wants = request.POST.get("wants") == "yes"
    school_set_up.set_wants_codes(slug=here.school.slug, wants=wants, by=here.user, now=here.now)
    return _("Saved.")


@require_POST
@at_school
def codes(request: HttpRequest, *, here: AtSchool) -> HttpResponse:
    """Issue new codes on a page to print, shown once."""
    made = school_set_up.make_codes(
        slug=here.school.slug, count=number(request, "count", 20), by=here.user, now=here.now
    )
    response = render(request, "schools/codes.html", {"school": here.school, "codes": made})
    response["Cache-Control"] = "no-store"
    return response


@step(PAGE)
def withdraw_codes(request: HttpRequest, *, here: AtSchool) -> str:
    """Revoke all codes."""
    school_set_up.withdraw_codes(slug=here.school.slug, by=here.user, now=here.now)
    return _("All codes are withdrawn.")


@at_school
def plan(request: HttpRequest, *, here: AtSchool) -> HttpResponse:
    """Show the versions of the plan, and the form to make another."""
    form = PostsForm(request.POST if request.method == "POST" else None, initial={"posts": _posts_now(here)})
    if form.is_bound and form.is_valid():
        try:
            made = school_plan.make_plan(
                slug=here.school.slug, posts=form.cleaned_data["posts"], by=here.user, now=here.now
            )
        except NoSafePlan as error:
            form.add_error("posts", refuse(error, here.language))
        except REFUSALS as error:
            form.add_error(None, refuse(error, here.language))
        else:
            messages.success(
                request, _("Version %(number)d is made. Look at it, then use it.") % {"number": made.number}
            )
            return redirect(PLAN, slug=here.school.slug)
    plans = school_plan.list_plans(school=here.school)
    context = {
        "here": here,
        "school": here.school,
        "form": form,
        "plans": [_show_version(row, here.language) for row in plans],
        "ratios": say_ratios(here.school.ages.all()),
        "is_drill": here.school.is_drill or None,
        "language": here.language,
    }
    return render(request, "schools/plan.html", context, status=422 if form.errors else 200)


@step(PLAN)
def choose(request: HttpRequest, *, here: AtSchool, plan_id: int) -> str:
    """Use this version from the next dismissal on."""
    version = Plan.objects.get(pk=plan_id, school=here.school)
    school_plan.choose_plan(plan_id=version.pk, by=here.user, now=here.now)
    return _("In use from the next dismissal on. People keep their corners where the new plan has a post there.")


@at_school
def plan_still(request: HttpRequest, *, here: AtSchool, plan_id: int) -> HttpResponse:
    """Return one version as a picture with its posts' numbers."""
    version = Plan.objects.filter(pk=plan_id, school=here.school).first()
    if version is None:
        raise Http404
    lines, posts = lines_of(version.data), queries.list_posts(plan=version)
    stand = [((post.lat, post.lon), str(post.number)) for post in posts]
    usual: list[list[tuple[float, float]]] = []
    if closed := request.GET.get("closed", ""):  # the diversion for that side; the usual route is dotted
        side = find_side(version.data, closed, posts)
        if side is None:
            raise Http404
        usual, (lines, stand) = lines, side
    picture = draw(
        city=here.school.city,
        gate=(here.school.lat, here.school.lon),
        lines=lines,
        alternates=usual,
        safe_places=version.data["safe_places"],
        posts=stand,
    )
    return show_picture(request, picture)


def set_up(request: HttpRequest) -> HttpResponse:
    """As a steward, find a school of the pack and create its page."""
    user, now = signed_in(request), timezone.now()
    require_role(user, Role.STEWARD, today=local_today(now))
    if request.method == "POST":
        try:
            made = school_set_up.set_up_school(key=request.POST.get("key", "")[:40], by=user, now=now)
        except REFUSALS as error:
            messages.error(request, refuse(error, page_language()))
            return redirect("schools:set_up")
        return redirect(PAGE, slug=made.slug)
    form = FindForm(request.GET if "words" in request.GET else None)
    found = school_set_up.find_schools(words=form.cleaned_data["words"]) if form.is_bound and form.is_valid() else None
    return render(request, "schools/set_up.html", {"form": form, "found": found})


@step(PAGE)
def name_lead(request: HttpRequest, *, here: AtSchool) -> str:
    """As a steward, name a lead who has the role and its training."""
    school_set_up.name_lead(slug=here.school.slug, user_id=number(request, "user"), by=here.user, now=here.now)
    return _("Named.")


@step(PAGE)
def end_lead(request: HttpRequest, *, here: AtSchool) -> str:
    """End a person's lead at this school."""
    school_set_up.end_lead(slug=here.school.slug, user_id=number(request, "user"), by=here.user, now=here.now)
    return _("Saved.")


def _context(here: AtSchool) -> dict[str, Any]:
    school, today = here.school, local_today(here.now)
    known = school_set_up.get_bells(school=school, now=here.now)
    counted = {row.cell: row.children for row in school.children.all()}
    leads = list(queries.list_leads(school=school))
    free = [
        person.user
        for person in list_people(today=today)
        if any(attendance.role == Role.SCHOOL_LEAD and attendance.counts for attendance in person.held)
        and person.user.pk not in {lead.user_id for lead in leads}
    ]
    return {
        "here": here,
        "school": school,
        "bells": known,
        "bells_form": BellsForm(initial={f"day{day}": at for day, at in known.by_weekday.items()}),
        "special_form": SpecialForm(),
        "special_days": school.special_days.filter(on__gte=today).order_by("on"),
        "cells": [(cell, counted.get(cell, 0), _say_cell(school, cell)) for cell in school_set_up.list_cells(school)],
        "total": sum(counted.values()),
        "outline": queries.find_outline(school=school),
        "ages_form": fill_form(school),
        "by_age": queries.count_by_age(school=school),
        "ratios": say_ratios(school.ages.all()),
        "codes": school.codes.filter(withdrawn_at=None).count(),
        "leads": leads,
        "free": free,
        "map": pick_map(),
        "center": f"{school.lon:.5f},{school.lat:.5f}",
        "is_drill": school.is_drill or None,
    }


def _show_version(version: Plan, language: str) -> dict[str, Any]:
    """Return one version with its description."""
    numbers = [post.number for post in queries.list_posts(plan=version)]
    return {
        "plan": version,
        "percent": round(version.data.get("share_covered", 0) * 100),
        "sides": list_sides(version.data, numbers, language),
        "adults": adults_of(version, len(numbers)),
    }


def _say_cell(school: Any, cell: int) -> tuple[int, str]:
    """Return (metres from the gate, compass direction) of a cell's centre."""
    lat, lon = hexgrid.centre_of(cell)
    metres = distance_m((school.lat, school.lon), (lat, lon))
    wind = WINDS[wind_numbers(*LocalPlane.around(school.lat, school.lon).to_xy(lat, lon))]
    return int(round(metres, -2)), wind


def _posts_now(here: AtSchool) -> int:
    present = queries.get_plan(school=here.school)
    return present.posts_asked if present else max(6, list_members(group=here.school.group).count())
