"""The words of a text message: one of the three lengths, its link, spelt in the cheap alphabet."""

from __future__ import annotations

from collections.abc import Callable

from corredor.channels.base import Message
from corredor.engines.smstext import Plan, plan, to_gsm7

FORMS = ("short", "standard")
_Rendered = tuple[str, Plan]


def render_sms(message: Message, *, form: str = "standard") -> _Rendered:
    """The text to send and what it takes; the link is added unless the text already has it."""
    return _spell(_words(message, form))


def make_renderer(form: str) -> Callable[[Message], _Rendered]:
    """``render_sms`` for one batch: thousands get the same words, which are spelt once and forgotten with it."""
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
