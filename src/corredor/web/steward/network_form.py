"""Forms of channels and of the network's settings."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from corredor.flows.network.set_up import PROVIDERS, list_cities
from corredor.incidents.enums import RADIUS_LEAST_M, RADIUS_MOST_M

_TELEPHONE = r"^[0-9 ()+./-]*$"
_WRONG_TELEPHONE = {"invalid": _("Use digits, blanks, dashes and brackets only.")}


class ChannelForm(forms.Form):
    """The provider of one channel."""

    channel = forms.ChoiceField(choices=[(channel, channel) for channel in PROVIDERS])
    provider = forms.CharField(max_length=20)


class NetworkForm(forms.Form):
    """The organisation's public data."""

    name = forms.CharField(label=_("Name of the network"), max_length=60)
    hotline = forms.RegexField(
        _TELEPHONE,
        label=_("Telephone that people can call"),
        help_text=_("As it is to be shown. Leave it empty if there is none."),
        max_length=30,
        required=False,
        error_messages=_WRONG_TELEPHONE,
    )
    sms_number = forms.RegexField(
        _TELEPHONE,
        label=_("Number for text messages"),
        help_text=_("As it is to be shown. Leave it empty if there is none."),
        max_length=30,
        required=False,
        error_messages=_WRONG_TELEPHONE,
    )
    alert_radius_m = forms.IntegerField(
        label=_("How far around a place people are warned, in metres"),
        help_text=_("800 is about half a mile, or eight blocks. The writer of an alert can change it."),
        min_value=RADIUS_LEAST_M,
        max_value=RADIUS_MOST_M,
    )
    city = forms.ChoiceField(label=_("City pack"))
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["city"].choices = [(city, city) for city in list_cities()]  # type: ignore[attr-defined]
        zones = sorted(zone for zone in available_timezones() if zone.startswith("America/"))
        self.fields["time_zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]
