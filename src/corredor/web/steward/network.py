"""Stewards' pages of the network: channels, settings, self-check, exposure."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from corredor.channels.base import ProviderNotConfigured
from corredor.delivery.queries import is_halted
from corredor.delivery.queue.text_fallback import get_budget
from corredor.flows.network import set_up
from corredor.flows.network.provider_problem import describe_problem
from corredor.flows.run import exposure as exposure_flow
from corredor.flows.run import self_check
from corredor.people.queries import get_network
from corredor.web.staff_gate import signed_in

from .access import bind, for_stewards
from .channel_words import describe_budget, describe_channels, name_provider
from .network_form import ChannelForm, NetworkForm

_FIELDS = ("name", "hotline", "sms_number", "alert_radius_m", "city", "time_zone")


@for_stewards
def channels(request: HttpRequest) -> HttpResponse:
    """Show each channel's provider, and what is missing for those that cannot be turned on."""
    now = timezone.now()
    budget = get_budget(now=now)
    context = {
        "channels": describe_channels(set_up.list_channels(now=now)),
        "is_halted": is_halted(),
        "budget": budget,
        "budget_words": describe_budget(budget),
    }
    return render(request, "steward/channels.html", context)


@require_POST
@for_stewards
def switch(request: HttpRequest) -> HttpResponse:
    """Turn a channel on or off."""
    form = ChannelForm(request.POST)
    if (provider := _set_provider(request, form, set_up.switch_channel)) is not None:
        messages.success(request, _("From now on: %(provider)s") % {"provider": name_provider(provider)})
    return redirect("steward:channels")


@require_POST
@for_stewards
def failover(request: HttpRequest) -> HttpResponse:
    """Set or clear the failover provider."""
    form = ChannelForm(request.POST)
    form.fields["provider"].required = False
    if (provider := _set_provider(request, form, set_up.choose_failover)) is not None:
        words = _("If the first one fails: %(provider)s") if provider else _("From now on there is no second one.")
        messages.success(request, words % {"provider": name_provider(provider)})
    return redirect("steward:channels")


def _set_provider(request: HttpRequest, form: ChannelForm, change: Callable[..., object]) -> str | None:
    """Set a provider; return it, or None after showing the error."""
    if not form.is_valid():
        messages.error(request, _("There is no such channel."))
        return None
    provider: str = form.cleaned_data["provider"]
    try:
        change(channel=form.cleaned_data["channel"], provider=provider, by=signed_in(request), now=timezone.now())
    except set_up.UnknownProvider:
        messages.error(request, _("There is no such channel."))
    except ProviderNotConfigured as missing:
        messages.error(request, _("It is not set up yet: %(what)s") % {"what": describe_problem(missing)})
    else:
        return provider
    return None


@for_stewards
def network(request: HttpRequest) -> HttpResponse:
    """Show and change the network's settings."""
    present = get_network()
    form = bind(NetworkForm, request, initial={name: getattr(present, name) for name in _FIELDS})
    if request.method == "POST" and form.is_valid():
        try:
            set_up.change_network(by=signed_in(request), now=timezone.now(), **form.cleaned_data)
        except set_up.WrongSetting as wrong:
            form.add_error(wrong.field, _("This cannot be used."))
        else:
            messages.success(request, _("Saved."))
            return redirect("steward:network")
    return render(request, "steward/network.html", {"form": form}, status=422 if form.errors else 200)


@for_stewards
def check(request: HttpRequest) -> HttpResponse:
    """Show the results of `corredor check`."""
    findings = self_check.run_checks(now=timezone.now())
    return render(request, "steward/check.html", {"findings": findings, "worst": self_check.find_worst(findings)})


@for_stewards
def exposure(request: HttpRequest) -> HttpResponse:
    """What could be compelled from this server today."""
    counted = exposure_flow.count_exposure(now=timezone.now())
    groups = [{"form": form, "kept": counted.of_form(form)} for form in exposure_flow.Form]
    return render(request, "steward/exposure.html", {"exposure": counted, "groups": groups})
