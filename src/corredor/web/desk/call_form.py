"""The form that an operator fills during a call."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from corredor.intake.new_report import ReportFields
from corredor.web.language import language_choices

from .forms import SeenField

YES_NO = [("", _("Not said")), ("yes", _("Yes")), ("no", _("No"))]


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not said: True, False, None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=YES_NO,
            required=False,
            coerce=lambda answer: answer == "yes",
            empty_value=None,
            widget=forms.RadioSelect,
            **kwargs,
        )


def _words(label: Any, *, limit: int = 300) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=limit)


class CallForm(forms.Form):
    """The questions in the order of the conversation: injuries, place, event, then the rest."""

    call_id = forms.CharField(max_length=40, widget=forms.HiddenInput)
    language = forms.ChoiceField(label=_("The caller speaks"), choices=language_choices, widget=forms.RadioSelect)
    someone_hurt = YesNoField(label=_("Someone is hurt"))
    where_words = _words(_("Where"))
    offered_lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    offered_lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What is happening"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_there_now = YesNoField(label=_("The caller is there now"))
    seen_by_sender = YesNoField(label=_("Saw it themselves"))
    seen = SeenField(label=_("When it was seen"))
    size_words = _words(_("How many"))
    uniform_words = _words(_("Uniforms, words on vests"))
    equipment_words = _words(_("Vehicles, equipment"))
    heading_words = _words(_("Which way they are going"))
    irritant_used = YesNoField(label=_("Tear gas or spray"))
    children_near = YesNoField(label=_("Children or a school near"))
    contact = _words(_("Number to call back"), limit=40)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not any(values.get(name) for name in ("where_words", "text")):
            self.add_error("where_words", _("Write down where, or what is happening. One of the two is enough."))
        return values

    def report_fields(self, *, now: datetime) -> ReportFields:
        """Return the cleaned data as the receive flow takes it. The form must be valid."""
        said = dict(self.cleaned_data)
        for name in ("call_id", "language", "contact"):
            said.pop(name)
        return ReportFields(seen_at=now - timedelta(minutes=said.pop("seen")), **said)

    def raw_bytes(self) -> bytes:
        """Return the raw form data, to be stored unchanged, minus the call-back number, which is sealed."""
        kept = {name: self.data.get(name, "") for name in self.fields if name not in ("call_id", "contact")}
        return json.dumps(kept, ensure_ascii=False).encode()
