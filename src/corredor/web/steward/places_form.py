"""Forms of the page of local names."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PlaceForm(forms.Form):
    """A place and its local name."""

    name = forms.CharField(label=_("What people call it"), max_length=80)
    other_names = forms.CharField(
        label=_("Other names"),
        help_text=_("With commas between them. Leave it empty if there are none."),
        max_length=300,
        required=False,
    )
    where = forms.CharField(
        label=_("Where it is"),
        help_text=_("Two streets that cross, or a street with its number."),
        max_length=200,
    )

    def clean_other_names(self) -> list[str]:
        """Split the names at commas."""
        return [name.strip()[:80] for name in self.cleaned_data["other_names"].split(",") if name.strip()]


class AliasForm(forms.Form):
    """Another name of a street, an area or a place."""

    alias = forms.CharField(
        label=_("What people call the street"),
        help_text=_("An old name, an honorary one, or just what is said."),
        max_length=80,
    )
    street = forms.CharField(
        label=_("Its name on the map"), help_text=_("For example: Pershing Rd, or S Kedzie Ave."), max_length=80
    )


class TryForm(forms.Form):
    """A text to try."""

    text = forms.CharField(label=_("What somebody might write"), max_length=400)
