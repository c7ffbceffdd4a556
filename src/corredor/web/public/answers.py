"""State of a multi-page form, carried in a signed hidden field.

Nothing is stored before the person sends: no session, no cookie, no row. The signature prevents tampering by
others; it hides nothing, because the page is the person's own.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.http import QueryDict


class BrokenAnswers(Exception):
    """The hidden field does not match its signature: truncated, or signed with an old key."""


@dataclass(slots=True)
class Answers:
    """The answers so far, page by page, as typed. ``token`` makes submitting idempotent."""

    token: str = ""
    typed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    said_at: dict[str, float] = field(default_factory=dict)  # seconds since 1970: "now" is relative to when it was said
    extra: dict[str, Any] = field(default_factory=dict)
    is_checking: bool = False  # the person changes one answer and returns to the summary

    def keep(self, step: str, data: QueryDict, names: list[str], *, at: float) -> None:
        """Store one page's fields. The first answer creates the token: a page that a shared cache may serve
        must not contain one.
        """
        self.token = self.token or secrets.token_urlsafe(18)
        self.typed[step] = {name: data.getlist(name) for name in names if name in data}
        self.said_at[step] = at

    def data_of(self, step: str) -> QueryDict | None:
        """Return the fields of one page as data for a bound form; None if the page was not submitted."""
        if step not in self.typed:
            return None
        data = QueryDict(mutable=True)
        for name, values in self.typed[step].items():
            data.setlist(name, values)
        return data


def seal(answers: Answers, *, purpose: str) -> str:
    """Return the value of the hidden field."""
    content = {
        "t": answers.token,
        "a": answers.typed,
        "s": answers.said_at,
        "x": answers.extra,
        "c": answers.is_checking,
    }
    return signing.dumps(content, salt=f"corredor.public.{purpose}", compress=True)


def unseal(text: str, *, purpose: str) -> Answers:
    """Return the answers that ``seal`` wrote; empty ones for an empty text. Raise BrokenAnswers."""
    if not text:
        return Answers()
    try:
        content = signing.loads(text, salt=f"corredor.public.{purpose}")
    except (signing.BadSignature, ValueError) as error:
        raise BrokenAnswers from error
    return Answers(
        token=content["t"],
        typed=content["a"],
        said_at=content["s"],
        extra=content["x"],
        is_checking=content["c"],
    )
