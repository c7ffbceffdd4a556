"""Public pages of a school, without an account: corridor status, route, sheet, calendar, following and volunteering.

Nothing here shows who stands where.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corredor.corridors.errors import UnknownSchool
from corredor.flows.school.follow import follow
from corredor.flows.school.public import PublicSchool, list_public_dismissals, list_public_schools, public_school
from corredor.flows.school.roster import ask_to_help
from corredor.flows.subscribe.sign_up import list_open_channels
from corredor.people.errors import WrongAddress
from corredor.people.queries import get_network
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.errors import Suppressed, TooManyOptInRequests
from corredor.volunteers.errors import TooManyApplications
from corredor.web.language import language_choices, page_language
from corredor.web.public import exchange
from corredor.web.public.map_view import pick_map
from corredor.web.public.push_key import get_push_key
from corredor.web.public.subscribe_steps import ChannelForm

from .calendar import write_calendar
from .drawing import draw
from .refusal import refuse
from .sheet import print_school

PAGE_S = 10  # cache time of shared caches, in seconds
STILL_S = 30
SHEET_S = 600


class FollowForm(ChannelForm):
    """Channel and language of a follower."""

    language = forms.ChoiceField(
        label=gettext_lazy("In which language?"),
        widget=forms.RadioSelect,
        choices=language_choices,
    )


class HelpForm(forms.Form):
    """Application of a volunteer."""

    alias = forms.CharField(
        label=gettext_lazy("How shall we call you?"),
        help_text=gettext_lazy("A first name or a nickname. We do not need your full name."),
        max_length=40,
        error_messages={"required": gettext_lazy("Write a name we can call you by.")},
    )
    phone = forms.CharField(
        label=gettext_lazy("Your phone number, if we may text you"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        error_messages={"max_length": gettext_lazy("That is too long for a phone number.")},
    )


@exchange.page(max_age_s=60)
def schools(request: HttpRequest) -> HttpResponse:
    """List the schools with corridors."""
    return render(request, "schools/list.html", {"schools": list_public_schools()})


@exchange.page(max_age_s=PAGE_S)
def school(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one school's status."""
    shown = _find(slug)
    return render(request, "schools/parents.html", _context(shown))


@exchange.page(max_age_s=PAGE_S)
def school_now(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the status as a fragment, which open pages poll."""
    return render(request, "schools/parents_now.html", _context(_find(slug)))


@exchange.page(max_age_s=STILL_S)
def still(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the corridors as a picture."""
    shown = _find(slug)
    picture = draw(city=get_network().city, gate=shown.gate, lines=shown.lines, safe_places=shown.safe_places)
    context = {"picture": picture, "legend": page_language()}
    response = render(request, "schools/map.svg", context, content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    return response


@exchange.page(max_age_s=STILL_S)
def shapes(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the corridors as GeoJSON for the interactive map."""
    shown = _find(slug)
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": {"id": f"c{row}", "status": "CORRIDOR", "label": ""},
            "geometry": {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in line]},
        }
        for row, line in enumerate(shown.lines)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@exchange.page(max_age_s=SHEET_S)
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the sheet to print, in every language, two side by side on a page."""
    return send_pdf(print_school(_find(slug)), f"{slug}.pdf")


@exchange.page(max_age_s=SHEET_S)
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the coming dismissals as iCalendar."""
    shown = _find(slug)
    days = list_public_dismissals(slug=slug, now=timezone.now())
    file = write_calendar(shown, days, language=page_language(), now=timezone.now())
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{slug}.ics"'
    return response


@exchange.form
def follow_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow a school; nothing counts before the address confirms (double opt-in)."""
    shown = _find(slug)
    channels = [channel for channel in list_open_channels() if channel != Channel.PUSH]
    data = request.POST if request.method == "POST" else None
    form = FollowForm(data, initial={"language": page_language()}, channels=channels)
    if data is not None and channels and form.is_valid():
        asked = form.cleaned_data
        channel = Channel(asked["channel"])
        try:
            started = follow(slug=slug, language=asked["language"], contact=asked["contact"], now=timezone.now())
        except WrongAddress:
            form.add_error("address", _("We cannot use that number or address. Check it, please."))
        except Suppressed:
            words = _("This number or address has asked to be left alone. Its owner can text START to our number.")
            form.add_error("address", words)
        except TooManyOptInRequests:
            form.add_error("address", exchange.too_many_words())
        else:
            asking = {"channel": channel, "token": started.unsubscribe_token}
            return exchange.private(render(request, "public/subscribe/asked.html", asking))
    context = {"form": form, "school": shown, "is_closed": not channels, "is_drill": shown.is_drill}
    return render(request, "schools/follow.html", context, status=422 if form.errors else 200)


@exchange.form
def help_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Apply to stand at a post; a lead who knows the person accepts."""
    shown = _find(slug)
    form = HelpForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            asked = ask_to_help(slug=slug, language=page_language(), now=timezone.now(), **form.cleaned_data)
        except (WrongAddress, Suppressed):
            form.add_error("phone", _("We cannot use that number. Check it, or leave it empty."))
        except TooManyApplications as error:
            form.add_error(None, refuse(error, page_language()))
        else:
            response = redirect(reverse("post:post", args=[asked.token]))
            return exchange.private(response)
    context = {"form": form, "school": shown, "is_drill": shown.is_drill}
    return render(request, "schools/help.html", context, status=422 if form.errors else 200)


def send_pdf(content: bytes, name: str) -> HttpResponse:
    """Return a PDF that opens in the browser."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _find(slug: str) -> PublicSchool:
    try:
        return public_school(slug=slug, now=timezone.now())
    except UnknownSchool:
        raise Http404 from None


def _context(shown: PublicSchool) -> dict[str, Any]:
    context: dict[str, Any] = {"school": shown, "as_of": shown.as_of, "is_drill": shown.is_drill}
    # Drill messages never reach a phone, so a drill school asks for no address.
    context["vapid_key"] = get_push_key() if not shown.is_drill and Channel.PUSH in list_open_channels() else ""
    plain = pick_map() if shown.lines else None
    if plain is not None:
        points = [shown.gate, *(point for line in shown.lines for point in line)]
        lats, lons = [p[0] for p in points], [p[1] for p in points]
        context["map"] = plain
        context["center"] = f"{shown.gate[1]:.5f},{shown.gate[0]:.5f}"
        west, south, east, north = min(lons) - 0.002, min(lats) - 0.002, max(lons) + 0.002, max(lats) + 0.002
        context["bounds"] = f"{west:.4f},{south:.4f},{east:.4f},{north:.4f}"
    return context
