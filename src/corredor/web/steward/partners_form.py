"""The form that adds a partner."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PartnerForm(forms.Form):
    """The partner's name and URL, and the directions of exchange."""

    name = forms.CharField(label=_("Who they are"), max_length=60)
    url = forms.CharField(
        label=_("Address that we call when something public changes"),
        help_text=_(
            "It begins with https://. They get it from whoever keeps their server. Leave it empty if they only read."
        ),
        max_length=500,
        required=False,
    )
    may_report = forms.BooleanField(
        label=_("They may send us reports. The desk checks each of them; nothing is sent on by itself."),
        required=False,
    )
