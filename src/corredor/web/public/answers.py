"""Answers on their way through a form of several pages, carried by the page itself and signed by us.

Nothing is stored before the person sends: no session, no cookie, no row. The signature keeps others from
slipping answers in; it hides nothing, and need not: the page is the person's own.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.http import QueryDict


class BrokenAnswers(Exception):
    """What the page carried is not what we signed: cut off on the way, or from before a change of keys."""


@dataclass(slots=True)
class Answers:
    """What was typed so far, page by page, as typed. ``token`` makes sending twice harmless."""

    token: str = ""
    typed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    said_at: dict[str, float] = field(default_factory=dict)  # seconds since 1970: "now" ages while one writes
    extra: dict[str, Any] = field(default_factory=dict)
    is_checking: bool = False  # the person changes one answer and comes back to the summary

    def keep(self, step: str, data: QueryDict, names: list[str], *, at: float) -> None:
        """Take over what one page sent. The first answer brings the token: a page that a cache may hand to
        two people must not carry one.
        """
        self.token = self.token or secrets.token_urlsafe(18)
        self.typed[step] = {name: data.getlist(name) for name in names if name in data}
        self.said_at[step] = at

    def data_of(self, step: str) -> QueryDict | None:
        """What was typed on one page, in the form that a form is bound to; None when it was not seen."""
        if step not in self.typed:
            return None
        data = QueryDict(mutable=True)
        for name, values in self.typed[step].items():
            data.setlist(name, values)
        return data


def seal(answers: Answers, *, purpose: str) -> str:
    """The hidden field's value."""
    content = {
        "t": answers.token,
        "a": answers.typed,
        "s": answers.said_at,
        "x": answers.extra,
        "c": answers.is_checking,
    }
    return signing.dumps(content, salt=f"corredor.public.{purpose}", compress=True)


def unseal(text: str, *, purpose: str) -> Answers:
    """The answers that ``seal`` wrote; empty ones for an empty text. Raises BrokenAnswers."""
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
