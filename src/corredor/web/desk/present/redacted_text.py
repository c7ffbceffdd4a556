"""People's own words: unchanged, with private stretches covered until someone uncovers them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from corredor.engines.redact import find_private

WHY = {
    "PLATE": gettext_lazy("number plate"),
    "PHONE": gettext_lazy("telephone number"),
    "EMAIL": gettext_lazy("e-mail address"),
    "HANDLE": gettext_lazy("account name"),
    "NAME": gettext_lazy("name of a person"),
    "BADGE": gettext_lazy("badge number"),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text; ``why`` says what it would reveal, or is empty."""

    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Saying:
    """One answer: its question, and its text in stretches."""

    question: str
    stretches: tuple[Stretch, ...]

    @property
    def is_covered(self) -> bool:
        """Return True if any stretch is covered."""
        return any(stretch.why for stretch in self.stretches)

    @property
    def plain(self) -> str:
        """The text on one line, with a label in place of each covered stretch."""
        return "".join(f"[{s.why}]" if s.why else s.text for s in self.stretches)


def cover(text: str, *, question: str = "") -> Saying:
    """Split a text into open stretches and those to cover (plates, names, numbers)."""
    stretches: list[Stretch] = []
    at = 0
    for found in find_private(text):
        if found.start > at:
            stretches.append(Stretch(text[at : found.start]))
        stretches.append(Stretch(text[found.start : found.end], str(WHY.get(found.why, _("private")))))
        at = found.end
    if at < len(text):
        stretches.append(Stretch(text[at:]))
    return Saying(question=question, stretches=tuple(stretches))
