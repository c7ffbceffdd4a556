"""The form for a six-digit confirmation code."""

from __future__ import annotations

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_DIGITS = re.compile(r"[0-9]{6}")


class CodeForm(forms.Form):
    """``token`` identifies the subscription that the code belongs to."""

    use_required_attribute = False
    token = forms.CharField(max_length=64, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("The code, six digits"),
        max_length=20,
        widget=forms.TextInput(attrs={"class": "code-input", "inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Type the code.")},
    )

    def clean_code(self) -> str:
        """Return the digits without separators."""
        code = re.sub(r"[\s,.-]", "", str(self.cleaned_data["code"]))
        if not _DIGITS.fullmatch(code):
            raise ValidationError(_("The code has six digits."))
        return code
