"""The questions of a report, one form each: what, where, who, when, danger, contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corredor.people.contact import Contact
from corredor.people.errors import WrongAddress

from .fields import CoordinateField, WordsField, YesNoField
from .place_guess import in_words

_CLOCK_SLACK = timedelta(minutes=5)
_OLDEST = timedelta(days=60)
_AGO_MIN = {"NOW": 0, "10": 10, "30": 30, "60": 60}
THERE, LEFT, TOLD = "THERE", "LEFT", "TOLD"


class WhatForm(forms.Form):
    """What happens, in the person's own words."""

    words = WordsField(
        label=_("What do you see?"),
        help_text=_("In your own words, in any language. For example: agents are taking people out of a car."),
        longest=2000,
        rows=5,
    )


class WhereForm(forms.Form):
    """Where: words, or a point from the phone or the map."""

    where = WordsField(
        label=_("Where is it?"),
        help_text=_("Two streets that cross, a school, a shop or a park. For example: 39th and Kedzie."),
        longest=300,
        rows=2,
        required=False,
    )
    heading = WordsField(label=_("If they are moving: which way?"), longest=200, rows=2, required=False)
    lat = CoordinateField(limit=90)
    lon = CoordinateField(limit=180)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        has_point = cleaned.get("lat") is not None and cleaned.get("lon") is not None
        if not has_point:
            cleaned["lat"] = cleaned["lon"] = None
            if not cleaned.get("where") and "where" not in self.errors:
                self.add_error(
                    "where", _("Write a street or a place. If you do not know it, write what you see around you.")
                )
        return cleaned


class WhichForm(forms.Form):
    """Disambiguates a place: which candidate, or which cross street."""

    which = forms.ChoiceField(label=_("Which of these is it?"), widget=forms.RadioSelect, required=False)
    more = WordsField(label=_("Say it a little more exactly"), longest=200, rows=2, required=False)

    def __init__(self, *args: Any, guess: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        guess = guess or {}
        if guess.get("has_rivals"):
            options = [(str(number), in_words(place["names"])) for number, place in enumerate(guess["places"])]
            self.fields["which"].choices = [*options, ("none", _("None of these, or I am not sure"))]  # type: ignore[attr-defined]
            del self.fields["more"]
        else:
            del self.fields["which"]
            if guess.get("question"):
                self.fields["more"].label = in_words(guess["question"])
                self.fields["more"].help_text = _("If you do not know, leave it empty.")


class WhoForm(forms.Form):
    """Size, uniform, equipment: the SALUTE questions in plain words."""

    size = WordsField(
        label=_("How many agents? How many vehicles?"),
        help_text=_("A guess is fine. For example: about 6 people, 2 cars."),
        longest=200,
        rows=2,
        required=False,
    )
    uniform = WordsField(
        label=_("What are they wearing? What does it say on it?"),
        help_text=_("Words on vests or sleeves, such as POLICE, ICE or CBP. Masks or not."),
        longest=300,
        rows=2,
        required=False,
    )
    equipment = WordsField(
        label=_("What kind of vehicles? What do they carry?"),
        help_text=_("Color, type, words on the side. For example: white van, gray pick-up."),
        longest=300,
        rows=2,
        required=False,
    )


class WhenForm(forms.Form):
    """When it was seen, and by whom."""

    seen = forms.ChoiceField(
        label=_("When did you see it?"),
        widget=forms.RadioSelect,
        choices=[
            ("NOW", _("Right now")),
            ("10", _("About 10 minutes ago")),
            ("30", _("About half an hour ago")),
            ("60", _("About an hour ago")),
            ("OTHER", _("At another time")),
        ],
        error_messages={"required": _("Choose when you saw it.")},
    )
    seen_at = forms.DateTimeField(
        label=_("The day and time"),
        help_text=_("Only if you chose another time."),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Write the day and time like this: 10/04/2025 15:30.")},
    )
    witness = forms.ChoiceField(
        label=_("Did you see it yourself?"),
        widget=forms.RadioSelect,
        required=False,
        choices=[
            (THERE, _("Yes, and I am still there")),
            (LEFT, _("Yes, but I have left")),
            (TOLD, _("No, somebody told me")),
        ],
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("seen") == "OTHER" and "seen_at" not in self.errors:
            self._check_time(cleaned.get("seen_at"))
        return cleaned

    def _check_time(self, seen_at: datetime | None) -> None:
        now = timezone.now()
        if seen_at is None:
            self.add_error("seen_at", _("Write the day and time, or choose one of the answers above."))
        elif seen_at > now + _CLOCK_SLACK:
            self.add_error("seen_at", _("That time has not come yet. Check the day and the hour."))
        elif seen_at < now - _OLDEST:
            self.add_error(
                "seen_at", _("That is more than two months ago. For an old event, please call or write to the team.")
            )

    def get_seen_at(self, *, said_at: datetime) -> datetime | None:
        """Return when it was seen; "right now" is the time of the answer, not of the submission."""
        seen = self.cleaned_data.get("seen")
        if seen in _AGO_MIN:
            return said_at - timedelta(minutes=_AGO_MIN[seen])
        return self.cleaned_data.get("seen_at")


class DangerForm(forms.Form):
    """What makes the report urgent."""

    hurt = YesNoField(label=_("Is anyone hurt?"))
    gas = YesNoField(label=_("Has tear gas or pepper spray been used?"))
    children = YesNoField(label=_("Are there children or a school nearby?"))


class ContactForm(forms.Form):
    """How to reach the reporter, if at all."""

    contact = forms.CharField(
        label=_("Where can we tell you what we find out?"),
        help_text=_("A phone number or an e-mail address. You may leave this empty."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}),
    )

    def clean_contact(self) -> Contact | None:
        """Parse the contact; refuse what is neither a phone number nor a mail address."""
        try:
            return Contact.parse_typed(str(self.cleaned_data["contact"]))
        except WrongAddress as error:
            raise ValidationError(
                _("This is no phone number and no e-mail address. Check it, or leave it empty.")
            ) from error


@dataclass(frozen=True, slots=True)
class Step:
    """One page of questions."""

    name: str
    form: type[forms.Form]
    heading: Any  # shown in the summary


STEPS = (
    Step("what", WhatForm, _("What you see")),
    Step("where", WhereForm, _("Where")),
    Step("which", WhichForm, _("Which place")),
    Step("who", WhoForm, _("Who")),
    Step("when", WhenForm, _("When")),
    Step("danger", DangerForm, _("Danger")),
    Step("contact", ContactForm, _("How we tell you")),
)
STEP_BY_NAME = {step.name: step for step in STEPS}
