"""The questions of signing up: areas, preferences, channel."""

from __future__ import annotations

from collections.abc import Collection
from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from corredor.channels.catalogue import list_channels
from corredor.channels.spec import ChannelSpec
from corredor.flows.subscribe.coverage import NARROWEST_M, WIDEST_M
from corredor.flows.subscribe.generated_address import GENERATED_ADDRESS_CHANNELS
from corredor.flows.subscribe.opt_in import ADDRESS_OF
from corredor.kit.time_of_day import UNBROKEN, format_hour
from corredor.people.contact import Contact, address_spec
from corredor.people.enums import AddressKind
from corredor.people.errors import WrongAddress
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.enums import Channel
from corredor.web.language import language_choices, page_language

from .area_list import list_sides
from .fields import CoordinateField

DEFAULT_M = 800


def half_hours() -> list[tuple[str, str]]:
    """Return the half hours to choose from, in the page language."""
    language = page_language()
    hours = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
    return [(f"{hour:%H:%M}", format_hour(hour, language=language, space=UNBROKEN)) for hour in hours]


class AreasForm(forms.Form):
    """Areas from the list, or a circle around a point."""

    areas = forms.MultipleChoiceField(label=_("Areas"), required=False)
    lat = CoordinateField(limit=90)
    lon = CoordinateField(limit=180)
    radius = forms.ChoiceField(
        label=_("How far around that point?"),
        required=False,
        initial=DEFAULT_M,
        choices=[
            (NARROWEST_M, _("400 m, about 4 blocks")),
            (DEFAULT_M, _("800 m, about half a mile")),
            (1600, _("1.6 km, a mile")),
            (WIDEST_M, _("3 km, almost two miles")),
        ],
    )

    def __init__(self, *args: Any, city: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = list_sides(city)
        choices = [(area.code, area.name) for side in self.sides for area in side.areas]
        self.fields["areas"].choices = choices  # type: ignore[attr-defined]

    @property
    def open_sides(self) -> set[str]:
        """Return the sides with a ticked area, shown expanded."""
        return {side.name for side in self.sides if any(area.code in self.chosen for area in side.areas)}

    @property
    def chosen(self) -> set[str]:
        """Return the ticked codes."""
        return set(self["areas"].value() or [])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("lat") is None or cleaned.get("lon") is None:
            cleaned["lat"] = cleaned["lon"] = None
        cleaned["radius"] = int(cleaned.get("radius") or DEFAULT_M)
        if not cleaned.get("areas") and cleaned["lat"] is None and "areas" not in self.errors:
            self.add_error("areas", _("Choose at least one area, or a point on the map."))
        return cleaned


class PreferencesForm(forms.Form):
    """Which alerts, in which language, and quiet hours."""

    kinds = forms.MultipleChoiceField(
        label=_("What do you want to be told?"),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("enforcement", _("Immigration agents, when confirmed")),
            ("hazard", _("Tear gas or another danger")),
            ("rumour", _("Rumors that turn out not to be true")),
        ],
        error_messages={"required": _("Choose at least one.")},
    )
    language = forms.ChoiceField(label=_("In which language?"), widget=forms.RadioSelect, choices=language_choices)
    quiet = forms.BooleanField(label=_("Leave me in peace at night, unless it is very near"), required=False)
    quiet_from = forms.ChoiceField(label=_("Quiet from"), required=False, choices=half_hours)
    quiet_until = forms.ChoiceField(label=_("until"), required=False, choices=half_hours)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if cleaned.get("quiet") and not self.errors and (not begins or not ends or begins == ends):
            self.add_error("quiet_until", _("Choose two different hours, for example from 10:00 p.m. until 6:00 a.m."))
        return cleaned


class ManageForm(PreferencesForm):
    """The same for existing subscribers, who may have two contact methods."""

    text_if_needed = forms.BooleanField(
        label=_("Text me only if the alert does not arrive on my phone"),
        help_text=_("Without this you get both, each time."),
        required=False,
    )

    def __init__(self, *args: Any, has_both: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_both:
            del self.fields["text_if_needed"]


class NumberForm(forms.Form):
    """A phone number for text fallback, when a push is not shown."""

    use_required_attribute = False
    number = forms.CharField(
        label=_("Your phone number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "spellcheck": "false"}),
        error_messages={"required": _("Write your phone number.")},
    )

    def clean_number(self) -> Contact:
        try:
            return Contact.parse(AddressKind.PHONE, str(self.cleaned_data["number"]))
        except WrongAddress:
            raise _wrong_words(AddressKind.PHONE) from None


class ChannelForm(forms.Form):
    """Any channel that is on, except push, which uses a button and a script.

    The push button is in the same form and needs neither field.
    """

    use_required_attribute = False
    channel = forms.ChoiceField(
        label=_("By one of these ways"),
        widget=forms.RadioSelect,
        choices=[(spec.kind, _(spec.offer)) for spec in list_channels() if spec.offer],
        error_messages={"required": _("Choose one.")},
    )
    address = forms.CharField(
        label=_("Your phone number or e-mail address"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, channels: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channel"]
        field.choices = [choice for choice in field.choices if choice[0] in channels]  # type: ignore[attr-defined]
        if len(field.choices) == 1:  # type: ignore[attr-defined]
            self.initial.setdefault("channel", field.choices[0][0])  # type: ignore[attr-defined]
        self.fields["address"].label = _label(channels)
        self.fields["address"].help_text = _without_words(channels)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        channel, address = cleaned.get("channel"), str(cleaned.get("address") or "")
        if not channel or "address" in self.errors:
            return cleaned
        if Channel(channel) in GENERATED_ADDRESS_CHANNELS:
            return cleaned
        kind = ADDRESS_OF[Channel(channel)]
        if not address:
            self.add_error("address", _missing_words(kind))
            return cleaned
        try:
            cleaned["contact"] = Contact.parse(kind, address)
        except WrongAddress:
            self.add_error("address", _wrong_words(kind))
        return cleaned


def _label(channels: Collection[str]) -> str:
    nouns = dict.fromkeys(gettext(spec.address.noun) for spec in _list_typed_channels(channels))
    return gettext("Your %(kinds)s") % {"kinds": get_text_list(list(nouns), gettext("or"))}


def _list_typed_channels(channels: Collection[str]) -> list[ChannelSpec]:
    """Return the channels with typed addresses; all of them if none is on, so that the field has a label."""
    typed = [spec for spec in list_channels() if spec.address.is_typed]
    return [spec for spec in typed if spec.kind in channels] or typed[:2]


def _without_words(channels: Collection[str]) -> str:
    names = [str(Channel(channel).label) for channel in GENERATED_ADDRESS_CHANNELS if channel in channels]
    return _("Leave this empty for %(ways)s.") % {"ways": get_text_list(names)} if names else ""


def _missing_words(kind: AddressKind) -> ValidationError:
    return ValidationError(gettext("Write your %(kind)s.") % {"kind": gettext(address_spec(kind).noun)})


def _wrong_words(kind: AddressKind) -> ValidationError:
    return ValidationError(_(address_spec(kind).wrong))


def read_preferences(areas: dict[str, Any], preferences: dict[str, Any]) -> Preferences:
    """Return both pages' answers as the flow takes them. A point becomes a circle; only its cells are stored."""
    is_quiet = bool(preferences.get("quiet"))
    circle = (areas["lat"], areas["lon"], areas["radius"]) if areas.get("lat") is not None else None
    return Preferences(
        language=preferences.get("language") or settings.LANGUAGE_CODE,
        areas=tuple(areas.get("areas") or ()),
        circle=circle,
        wants_enforcement="enforcement" in preferences["kinds"],
        wants_hazard="hazard" in preferences["kinds"],
        wants_rumour="rumour" in preferences["kinds"],
        quiet_from=time.fromisoformat(preferences["quiet_from"]) if is_quiet else None,
        quiet_until=time.fromisoformat(preferences["quiet_until"]) if is_quiet else None,
    )
