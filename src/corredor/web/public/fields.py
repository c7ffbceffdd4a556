"""Form fields tolerant of real input: any script, any emoji, malformed text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNREADABLE_SHARE = 0.2
YES, NO, UNKNOWN = "yes", "no", "unknown"
YES_NO = [(YES, _("Yes")), (NO, _("No")), (UNKNOWN, _("I do not know"))]


def clean_words(text: str) -> str:
    """Normalise line ends; remove control characters and bidirectional marks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and c != "\x7f" and c not in _TURNING)).strip()


def is_unreadable(text: str) -> bool:
    """Return True if control characters or failed decoding make up too much of a text."""
    bad = sum(1 for c in text if c == "\ufffd" or (ord(c) < 32 and c not in "\r\n\t"))
    return bool(text) and bad / len(text) > _UNREADABLE_SHARE


class WordsField(forms.CharField):
    """Free text: any script is accepted; too long or unreadable text is refused with a clear message.

    Renders as a text area even for short texts: browsers restore those on "back" but do not autofill them.
    """

    default_error_messages = {
        "required": _("Write a few words here."),
        "unreadable": _("These signs cannot be read. Write it again in plain letters."),
        "long": _("Make this shorter: at most %(limit)d letters. This has %(length)d."),
    }

    def __init__(self, *, longest: int, rows: int, **kwargs: Any) -> None:
        self.longest = longest
        widget = forms.Textarea(attrs={"rows": rows, "maxlength": longest, "dir": "auto"})
        super().__init__(widget=widget, strip=False, **kwargs)
        self.validators = [v for v in self.validators if type(v).__name__ != "ProhibitNullCharactersValidator"]

    def to_python(self, value: Any) -> str:
        text = "" if value is None else str(value)
        if is_unreadable(text):
            raise ValidationError(self.error_messages["unreadable"], code="unreadable")
        text = clean_words(text)
        if len(text) > self.longest:
            raise ValidationError(
                self.error_messages["long"],
                code="long",
                params={"limit": self.longest, "length": len(text)},
            )
        return text


class YesNoField(forms.ChoiceField):
    """Yes, no, or unknown; nothing chosen counts as unknown. The value is True, False or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=YES_NO, required=False, widget=forms.RadioSelect, **kwargs)

    def clean(self, value: Any) -> bool | None:
        answer = super().clean(value)
        return {YES: True, NO: False}.get(answer)


class CoordinateField(forms.FloatField):
    """A hidden latitude or longitude in degrees that a script may fill; anything else counts as None."""

    def __init__(self, *, limit: float) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)
        self.limit = limit

    def clean(self, value: Any) -> float | None:
        try:
            number = super().clean(value)
        except ValidationError:
            return None
        return number if number is not None and abs(number) <= self.limit else None
