"""The text of an SMS: one of the three lengths and its link, reduced to the GSM-7 alphabet where possible."""

from __future__ import annotations

from collections.abc import Callable

from corredor.channels.base import Message
from corredor.engines.smstext import Plan, plan, to_gsm7

FORMS = ("short", "standard")
_Rendered = tuple[str, Plan]


def render_sms(message: Message, *, form: str = "standard") -> _Rendered:
    """Return the text to send and its segments; append the link unless the text contains it."""
    return _spell(_words(message, form))


def make_renderer(form: str) -> Callable[[Message], _Rendered]:
    """Return ``render_sms`` with a cache for one batch, in which thousands get the same text."""
    known: dict[str, _Rendered] = {}

    def render(message: Message) -> _Rendered:
        words = _words(message, form)
        if words not in known:
            known[words] = _spell(words)
        return known[words]

    return render


def _words(message: Message, form: str) -> str:
    text = message.short if form == "short" else message.standard
    return f"{text} {message.link}" if message.link and message.link not in text else text


def _spell(words: str) -> _Rendered:
    text = to_gsm7(words.strip())
    return text, plan(text)
