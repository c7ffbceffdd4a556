"""Forms of the desk, each validated before one flow call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from corredor.alerts.enums import Advice
from corredor.flows.alert.compose import LONGEST_WHAT
from corredor.incidents.enums import Agency, HazardKind, Method, Outcome, WindTo
from corredor.kit.languages import CODES, LANGUAGES

RADII_M = (150, 300, 500, 800, 1200, 1600, 2400, 3200)
SEEN_AGO_MIN = (0, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180)


def seen_choices() -> list[tuple[int, Any]]:
    """Return choices of how long ago something was seen, as callers say it."""
    words = {0: _("Just now"), 60: _("1 hour ago"), 90: _("An hour and a half ago")}
    words |= {120: _("2 hours ago"), 180: _("3 hours ago")}
    return [(m, words.get(m, _("%(count)s min ago") % {"count": m})) for m in SEEN_AGO_MIN]


def radius_choices() -> list[tuple[int, str]]:
    """Return the radius choices in metres, labelled in metres and miles."""
    return [(m, f"{m} m · {m / 1609.344:.1f} mi") for m in RADII_M]


class SeenField(forms.TypedChoiceField):
    """Minutes since the sighting; ``at`` converts the answer into a time."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, choices=seen_choices, initial=0, **kwargs)

    @staticmethod
    def at(minutes: int, *, now: datetime) -> datetime:
        """Return the time of the sighting."""
        return now - timedelta(minutes=minutes)


class PointField(forms.CharField):
    """A point as "lat,lon", e.g. "41.8226,-87.7044". Cleans to (lat, lon) in degrees or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)
        self.error_messages["required"] = _("Choose the place: one from the list, or point on the map.")

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            lat, lon = (float(part) for part in text.split(","))
        except ValueError:
            raise forms.ValidationError(_("This is not a place. Choose one from the list.")) from None
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise forms.ValidationError(_("This is not a place. Choose one from the list."))
        return lat, lon


class PointForm(forms.Form):
    """A location confirmed by a person: a candidate, or set on the map."""

    point = PointField()


class MoveForm(PointForm):
    """The incident's new place, and when it was seen there."""

    seen = SeenField(label=_("Seen there"))


class ReturnForm(forms.Form):
    """A return: to the same place, unless a point is given."""

    point = PointField(required=False)
    seen = SeenField(label=_("Seen there"))


class SeenForm(forms.Form):
    """Another sighting."""

    seen = SeenField(label=_("Last seen"))


class WindForm(forms.Form):
    """Wind direction of a hazard. Rendered as a compass by desk/wind.html."""

    wind_to = forms.ChoiceField(
        label=_("Where does the wind blow to?"),
        choices=WindTo.choices,
        initial="",
        required=False,
        widget=forms.RadioSelect,
    )


class HazardForm(PointForm, WindForm):
    """Tear gas or another hazard: place, radius, and wind direction."""

    kind = forms.ChoiceField(label=_("What"), choices=HazardKind.choices, initial=HazardKind.IRRITANT)
    radius_m = forms.TypedChoiceField(label=_("How far"), coerce=int, choices=radius_choices, initial=300)


class VerifyForm(forms.Form):
    """A verifier's findings. The agency is a separate question."""

    outcome = forms.ChoiceField(label=_("What did you find?"), choices=Outcome.choices, widget=forms.RadioSelect)
    agency = forms.ChoiceField(label=_("Who is it?"), choices=Agency.choices, initial=Agency.UNKNOWN)
    method = forms.ChoiceField(label=_("How do you know?"), choices=Method.choices)
    seen = SeenField(label=_("Last seen"))
    size_low = forms.IntegerField(label=_("At least"), required=False, min_value=0, max_value=9999)
    size_high = forms.IntegerField(label=_("At most"), required=False, min_value=0, max_value=9999)
    note = forms.CharField(
        label=_("Note for the desk"),
        help_text=_("Never sent and never public. It stays for good: no names of neighbors."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        low, high = values.get("size_low"), values.get("size_high")
        if high is not None and low is None:
            values["size_low"] = high
        elif low is not None and high is not None and high < low:
            self.add_error("size_high", _("This is smaller than “at least”. Swap the two."))
        return values


class ComposeForm(forms.Form):
    """An alert: kind, radius, advice, and optional free text in each language."""

    kind = forms.ChoiceField(label=_("Kind of message"), widget=forms.RadioSelect)
    radius_m = forms.TypedChoiceField(label=_("How far around"), coerce=int, choices=radius_choices, initial=800)
    advice = forms.MultipleChoiceField(
        label=_("What to do"), choices=Advice.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        if kinds:
            self.fields["kind"].initial = kinds[0][0]
        for one in LANGUAGES.values():
            label = format_lazy(_("More, in {language} (optional)"), language=one.name)
            self.fields[f"what_{one.code}"] = forms.CharField(label=label, required=False, max_length=LONGEST_WHAT)

    @property
    def what_fields(self) -> list[forms.BoundField]:
        """The free-text fields, one for each language."""
        return [self[f"what_{code}"] for code in CODES]

    def what(self) -> dict[str, str]:
        """Return the free text by language."""
        return {code: self.cleaned_data[f"what_{code}"] for code in CODES}


class ReasonForm(forms.Form):
    """A required reason, which colleagues will read."""

    reason = forms.CharField(label=_("Why"), max_length=120)


class OptionalReasonForm(forms.Form):
    """An optional reason."""

    reason = forms.CharField(label=_("Why"), max_length=120, required=False)


class DrillForm(forms.Form):
    """Scenario, and speed in drill minutes per minute."""

    scenario = forms.ChoiceField(label=_("Drill"), widget=forms.HiddenInput)
    speed = forms.TypedChoiceField(
        label=_("How fast"),
        coerce=float,
        initial=60,
        choices=[
            (60, _("60 times: a minute of the drill each second")),
            (10, _("10 times")),
            (1, _("As in life")),
            (600, _("600 times")),
            (0, _("At once")),
        ],
    )

    def __init__(self, *args: Any, scenarios: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scenario"].choices = [(name, name) for name in scenarios]  # type: ignore[attr-defined]


class AskForm(forms.Form):
    """A question to the reporter."""

    text = forms.CharField(label=_("Your question"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
