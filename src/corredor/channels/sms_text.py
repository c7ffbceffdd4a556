"""The words of a text message: one of the three lengths, its link, spelt in the cheap alphabet."""

from __future__ import annotations

from corredor.engines.smstext import Plan, plan, to_gsm7

from .base import Message

FORMS = ("short", "standard")


def render_sms(message: Message, *, form: str = "standard") -> tuple[str, Plan]:
    """The text to send and what it takes; the link is added unless the text already has it."""
    text = message.short if form == "short" else message.standard
    if message.link and message.link not in text:
        text = f"{text} {message.link}"
    text = to_gsm7(text.strip())
    return text, plan(text)
