"""Forms of the people pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from corredor.people.enums import Course, Role

_USUALLY_LASTS = timedelta(days=365)


class InviteForm(forms.Form):
    """The roles of a new person."""

    roles = forms.MultipleChoiceField(
        label=_("Roles for the new person"),
        help_text=_("Each role counts only once you have recorded the training behind it."),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class RoleForm(forms.Form):
    """One role to grant or revoke."""

    role = forms.ChoiceField(choices=Role.choices)


class TrainingForm(forms.Form):
    """A completed training, and its expiry."""

    course = forms.ChoiceField(label=_("Training"), choices=Course.choices)
    passed_on = forms.DateField(label=_("Passed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    expires_on = forms.DateField(
        label=_("Counts until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        """Check that the expiry is after the completion."""
        data = super().clean() or {}
        passed, expires = data.get("passed_on"), data.get("expires_on")
        if passed and expires and expires <= passed:
            self.add_error("expires_on", _("It must end after the day it was passed."))
        return data


def usual_dates(today: date) -> dict[str, date]:
    """Return today, and a year from now."""
    return {"passed_on": today, "expires_on": today + _USUALLY_LASTS}
