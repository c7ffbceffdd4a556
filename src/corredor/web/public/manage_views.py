"""Views behind links in messages: confirm, change preferences, unsubscribe. GET changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from corredor.flows.subscribe.add_text import add_text, show_text
from corredor.flows.subscribe.confirm import confirm_subscription
from corredor.flows.subscribe.leave import leave
from corredor.flows.subscribe.preferences import change_preferences, show_preferences
from corredor.incidents.errors import OutsideCity
from corredor.people.queries import get_network
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.errors import (
    NoPlaceChosen,
    Suppressed,
    TooManyOptInRequests,
    TooManyTries,
    TooWide,
    UnknownSubscription,
    WrongCode,
)

from . import exchange, map_view
from .area_list import name_areas
from .code_form import CodeForm
from .subscribe_steps import AreasForm, ManageForm, NumberForm, read_preferences


@exchange.form
def confirm(request: HttpRequest, token: str, code: str) -> HttpResponse:
    """GET asks; POST confirms the opt-in. Mail programs prefetch links, so a GET must not confirm."""
    try:
        if request.method != "POST":
            show_preferences(token=token)
            return _private(request, "public/subscribe/confirm.html", {"token": token})
        confirm_subscription(token=token, code=code, now=timezone.now())
    except (UnknownSubscription, WrongCode):
        return _show_invalid_link(request)
    except TooManyTries:
        return exchange.refuse(request, _("This link was tried too often. Sign up again to get a new one."), 429)
    return _private(request, "public/subscribe/confirmed.html", {"token": token, "text": show_text(token=token)})


@exchange.form
def typed_code(request: HttpRequest) -> HttpResponse:
    """Confirm the opt-in by the code sent to the address, entered on the page that requested it."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _private(request, "public/subscribe/code.html", {"form": form})
    token = form.cleaned_data["token"]
    try:
        confirm_subscription(token=token, code=form.cleaned_data["code"], now=timezone.now())
    except UnknownSubscription:
        return _show_invalid_link(request)
    except WrongCode:
        form.add_error("code", _("That is not the code. Look at the newest message."))
        return _private(request, "public/subscribe/code.html", {"form": form})
    except TooManyTries:
        return exchange.refuse(request, _("This code was tried too often. Sign up again to get a new one."), 429)
    return _private(request, "public/subscribe/confirmed.html", {"token": token, "text": show_text(token=token)})


@exchange.form
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show and change the preferences, except the places."""
    try:
        now_asked, text = show_preferences(token=token), show_text(token=token)
        data = request.POST if request.method == "POST" else None
        form = ManageForm(data, initial=_initial(now_asked), has_both=text.is_on)
        done = ""
        if request.method == "POST" and form.is_valid():
            only_if_needed = form.cleaned_data.get("text_if_needed", now_asked.text_if_needed)
            asked = replace(
                read_preferences({}, form.cleaned_data), areas=now_asked.areas, text_if_needed=only_if_needed
            )
            change_preferences(token=token, preferences=asked, keeps_places=True, now=timezone.now())
            done = _("Changed.")
    except UnknownSubscription:
        return _show_invalid_link(request)
    context = {
        "form": form,
        "token": token,
        "text": text,
        "done": done,
        "places": name_areas(get_network().city, list(now_asked.areas)),
    }
    return _private(request, "public/subscribe/manage.html", context)


@exchange.form
def text(request: HttpRequest, token: str) -> HttpResponse:
    """Add a phone number for text fallback; confirmed by its owner through a text message."""
    form = NumberForm(request.POST if request.method == "POST" else None)
    try:
        shown = show_text(token=token)
        if request.method == "POST" and form.is_valid():
            add_text(token=token, number=form.cleaned_data["number"], now=timezone.now())
            return _private(request, "public/subscribe/text.html", {"token": token, "is_asked": True})
    except UnknownSubscription:
        return _show_invalid_link(request)
    except Suppressed:
        form.add_error("number", _refused_words())
    except TooManyOptInRequests:
        form.add_error("number", exchange.too_many_words())
    return _private(request, "public/subscribe/text.html", {"form": form, "token": token, "text": shown})


@exchange.form
def places(request: HttpRequest, token: str) -> HttpResponse:
    """Replace the places."""
    try:
        now_asked = show_preferences(token=token)
        data = request.POST if request.method == "POST" else None
        form = AreasForm(data, initial={"areas": list(now_asked.areas)}, city=get_network().city)
        if request.method == "POST" and form.is_valid():
            return _change_places(request, token, now_asked, form)
    except UnknownSubscription:
        return _show_invalid_link(request)
    return _show_places(request, token, form)


@exchange.form
def leave_page(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the page, POST erases: from the page's button, or by one-click unsubscribe (RFC 8058)."""
    try:
        if request.method != "POST":
            show_preferences(token=token)
            return _private(request, "public/subscribe/leave.html", {"token": token})
        leave(token=token, now=timezone.now())
    except UnknownSubscription:
        if request.method != "POST":
            return _show_invalid_link(request)
    return _private(request, "public/subscribe/left.html", {})  # unsubscribing twice is no error


def _change_places(request: HttpRequest, token: str, now_asked: Preferences, form: AreasForm) -> HttpResponse:
    cleaned = form.cleaned_data
    circle = (cleaned["lat"], cleaned["lon"], cleaned["radius"]) if cleaned["lat"] is not None else None
    asked = replace(now_asked, areas=tuple(cleaned["areas"]), circle=circle)
    try:
        change_preferences(token=token, preferences=asked, now=timezone.now())
    except OutsideCity:
        form.add_error("areas", _("That point lies outside the city. Choose one inside, or pick areas from the list."))
    except (NoPlaceChosen, TooWide):
        form.add_error("areas", _("Choose at least one area, or a smaller circle."))
    else:
        response = HttpResponse(status=303)
        response["Location"] = reverse("public:wishes", args=[token])
        return exchange.private(response)
    return _show_places(request, token, form)


def _show_places(request: HttpRequest, token: str, form: AreasForm) -> HttpResponse:
    return _private(request, "public/subscribe/places.html", {"form": form, "token": token, "map": map_view.pick_map()})


def _initial(asked: Preferences) -> dict[str, Any]:
    kinds = {"enforcement": asked.wants_enforcement, "hazard": asked.wants_hazard, "rumour": asked.wants_rumour}
    return {
        "kinds": [kind for kind, wanted in kinds.items() if wanted],
        "language": asked.language,
        "text_if_needed": asked.text_if_needed,
        "quiet": asked.quiet_from is not None,
        "quiet_from": f"{asked.quiet_from:%H:%M}" if asked.quiet_from else "22:00",
        "quiet_until": f"{asked.quiet_until:%H:%M}" if asked.quiet_until else "06:00",
    }


def _refused_words() -> str:
    return _("This number has asked to be left alone. Its owner can text START to our number to undo that.")


def _show_invalid_link(request: HttpRequest) -> HttpResponse:
    """Show the page for a link that is no longer valid, usually because the person has unsubscribed."""
    return exchange.private(render(request, "public/subscribe/gone.html", status=404))


def _private(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    response = exchange.private(render(request, template, context))
    response["Referrer-Policy"] = "no-referrer"  # the URL itself grants access to the subscription
    return response
