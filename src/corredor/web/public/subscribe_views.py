"""Signing up: areas, preferences, channel; nothing counts before the address confirms (double opt-in)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from corredor.channels.catalogue import get_channel
from corredor.flows.subscribe.generated_address import GENERATED_ADDRESS_CHANNELS, GeneratedAddress, generate_address
from corredor.flows.subscribe.opt_in import ADDRESS_OF
from corredor.flows.subscribe.renew_push import find_push_address, renew_push
from corredor.flows.subscribe.sign_up import Started, list_open_channels, start_subscription
from corredor.incidents.errors import OutsideCity
from corredor.people.contact import Contact
from corredor.people.errors import WrongAddress
from corredor.people.queries import get_network
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.errors import NoPlaceChosen, Suppressed, TooManyOptInRequests, TooWide
from corredor.web.language import page_language
from corredor.web.push_contact import read_push_contact

from . import exchange, map_view
from .answers import Answers, BrokenAnswers, seal, unseal
from .code_form import CodeForm
from .push_key import get_push_key
from .subscribe_steps import AreasForm, ChannelForm, PreferencesForm, read_preferences

PURPOSE = "subscribe"
STEPS = ("areas", "wishes", "channel")


@exchange.form
def subscribe(request: HttpRequest) -> HttpResponse:
    """GET: show the first page. POST: accept one page and show the next, or request confirmation."""
    if request.method != "POST":
        if not list_open_channels():  # say at once that no channel is on, not after three questions
            return render(request, "public/subscribe/closed.html")
        return _show(request, Answers(), "areas")
    try:
        answers = unseal(request.POST.get("state", ""), purpose=PURPOSE)
    except BrokenAnswers:
        words = _("This page was too old or came damaged, so please begin again. Nothing has been sent.")
        return _show(request, Answers(), "areas", notice=words)
    name, go = request.POST.get("step", ""), request.POST.get("go", "next")
    if name not in STEPS:
        return _show(request, answers, "areas")
    form = _make(name, request.POST)
    answers.keep(name, request.POST, list(form.fields), at=timezone.now().timestamp())
    at = STEPS.index(name)
    if go == "stay":
        return _show(request, answers, name)
    if go == "back":
        return _show(request, answers, STEPS[max(at - 1, 0)])
    if not form.is_valid():
        return _show(request, answers, name, form=form)
    return _show(request, answers, STEPS[at + 1]) if name != "channel" else _start(request, answers, form)


def _start(request: HttpRequest, answers: Answers, form: forms.Form) -> HttpResponse:
    channel = Channel(form.cleaned_data["channel"])
    missing = _first_missing(answers)
    if missing:
        return _show(request, answers, missing, form=_make(missing, answers.data_of(missing) or {}))
    made = generate_address(channel) if channel in GENERATED_ADDRESS_CHANNELS else None
    try:
        contact = Contact.parse(ADDRESS_OF[channel], made.value) if made else form.cleaned_data["contact"]
        started = _ask(answers, contact)
    except (NoPlaceChosen, TooWide):
        return _show(request, answers, "areas", notice=_("Choose at least one area, or a smaller circle."))
    except OutsideCity:
        return _show(request, answers, "areas", notice=_outside_words())
    except WrongAddress:
        form.add_error("address", _("We cannot use that number or address. Check it, please."))
        return _show(request, answers, "channel", form=form)
    except Suppressed:
        form.add_error("address", _refused_words())
        return _show(request, answers, "channel", form=form)
    except TooManyOptInRequests:
        form.add_error("address", exchange.too_many_words())
        return _show(request, answers, "channel", form=form)
    return _show_next_step(request, channel, started, made)


def _show_next_step(
    request: HttpRequest, channel: Channel, started: Started, made: GeneratedAddress | None
) -> HttpResponse:
    """Show the next step. The code form is included while the page knows its subscription."""
    form = (
        CodeForm(initial={"token": started.unsubscribe_token})
        if started.needs_code and started.unsubscribe_token
        else None
    )
    context = {**_build_instructions(channel), "token": started.unsubscribe_token, "form": form, "made": made}
    return exchange.private(render(request, "public/subscribe/asked.html", context))


def _build_instructions(channel: Channel) -> dict[str, Any]:
    """Return the instructions after sign-up: the channel's paragraphs or its own template."""
    spec = get_channel(channel)
    return {"asked": [_(words) for words in spec.asked], "template": spec.asked_template}


@exchange.form
def subscribe_push(request: HttpRequest) -> HttpResponse:
    """Subscribe this phone. JSON {"subscription": {...}, "answers": {"state": [...]}} -> {"next"} or {"error"}."""
    given = exchange.read_json(request)
    if given is None:
        return JsonResponse({"error": _("That could not be read. Reload the page and try again.")}, status=400)
    try:
        answers = unseal(_first(given.get("answers"), "state"), purpose=PURPOSE)
        if _first_missing(answers):
            raise BrokenAnswers
        if Channel.PUSH not in list_open_channels():
            return JsonResponse({"error": _closed_words()}, status=400)
        _ask(answers, read_push_contact(given))
    except BrokenAnswers:
        return JsonResponse({"error": _("This page was too old. Please begin again.")}, status=400)
    except (NoPlaceChosen, TooWide, OutsideCity):
        return JsonResponse({"error": _("Go back and choose at least one area.")}, status=400)
    except (WrongAddress, Suppressed):
        words = _("This phone could not be signed up. Choose text message or e-mail instead.")
        return JsonResponse({"error": words}, status=400)
    return JsonResponse({"next": reverse("public:asked_push")})


@exchange.page(max_age_s=600)
def asked_push(request: HttpRequest) -> HttpResponse:
    """Show that a first push was sent to this phone; opening it confirms the opt-in."""
    return render(request, "public/subscribe/asked.html", {**_build_instructions(Channel.PUSH), "token": ""})


@exchange.form
def push_renew(request: HttpRequest) -> HttpResponse:
    """Update a push subscription that the browser replaced. JSON {"old": endpoint, "subscription": {...}}."""
    given = exchange.read_json(request)
    if given is None or not isinstance(given.get("old"), str):
        return JsonResponse({"error": "unreadable"}, status=400)
    try:
        known = renew_push(old_endpoint=given["old"], subscription=read_push_contact(given), now=timezone.now())
    except WrongAddress:
        return JsonResponse({"error": "unusable"}, status=400)
    return JsonResponse({"known": known}, status=200 if known else 404)


@exchange.form
def push_needed(request: HttpRequest) -> HttpResponse:
    """After unsubscribing: return whether this phone still has another subscription, so that its browser keeps push."""
    given = exchange.read_json(request)
    if given is None:
        return JsonResponse({"error": "unreadable"}, status=400)
    try:
        needed = find_push_address(read_push_contact(given)) is not None
    except WrongAddress:
        return JsonResponse({"error": "unusable"}, status=400)
    return exchange.private(JsonResponse({"needed": needed}))


@exchange.page(max_age_s=300)
def push_key(request: HttpRequest) -> HttpResponse:
    """Return the network's public VAPID key, which browsers need to subscribe."""
    key = get_push_key()
    return JsonResponse({"key": key}) if key else JsonResponse({"error": "off"}, status=404)


def _ask(answers: Answers, contact: Contact) -> Started:
    areas, preferences = (_make(name, answers.data_of(name) or {}) for name in ("areas", "wishes"))
    areas.is_valid()
    preferences.is_valid()
    asked = read_preferences(areas.cleaned_data, preferences.cleaned_data)
    return start_subscription(preferences=asked, contact=contact, now=timezone.now())


def _first_missing(answers: Answers) -> str:
    for name in ("areas", "wishes"):
        data = answers.data_of(name)
        if data is None or not _make(name, data).is_valid():
            return name
    return ""


def _show(
    request: HttpRequest, answers: Answers, name: str, *, form: forms.Form | None = None, notice: str = ""
) -> HttpResponse:
    if form is None:
        form = _make(name, None, initial=_initial(answers, name))
    context: dict[str, Any] = {
        "form": form,
        "step": {"name": name},
        "number": STEPS.index(name) + 1,
        "total": len(STEPS),
        "state": seal(answers, purpose=PURPOSE) if answers.token else "",
        "is_first": name == STEPS[0],
        "notice": notice,
    }
    if name == "areas":
        context["map"] = map_view.pick_map()
    if name == "channel":
        channels = list_open_channels()
        context["vapid_key"] = get_push_key() if Channel.PUSH in channels else None
        context["is_typed"] = bool(form.fields["channel"].choices)  # type: ignore[attr-defined]
        context["is_closed"] = not channels
    return render(request, f"public/subscribe/{name}.html", context)


def _initial(answers: Answers, name: str) -> dict[str, Any]:
    typed = answers.typed.get(name)
    if typed is None:
        language = page_language()
        defaults = {
            "kinds": ["enforcement", "hazard"],
            "language": language,
            "quiet_from": "22:00",
            "quiet_until": "06:00",
        }
        return defaults if name == "wishes" else {}
    return {key: values if key in ("areas", "kinds") else values[-1] for key, values in typed.items() if values}


def _make(name: str, data: Any, *, initial: dict[str, Any] | None = None) -> forms.Form:
    if name == "areas":
        return AreasForm(data, initial=initial, city=get_network().city)
    if name == "channel":
        return ChannelForm(data, initial=initial, channels=list_open_channels())
    return PreferencesForm(data, initial=initial)


def _first(answers: Any, name: str) -> str:
    values = answers.get(name) if isinstance(answers, dict) else None
    return str(values[0]) if isinstance(values, list) and values else ""


def _outside_words() -> str:
    return _("That point lies outside the city. Choose one inside, or pick areas from the list.")


def _closed_words() -> str:
    return _("Alerts cannot be sent from here yet. Look at what is confirmed on the first page.")


def _refused_words() -> str:
    return _("This number or address has asked to be left alone. Its owner can text START to our number to undo that.")
