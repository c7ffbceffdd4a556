"""The text of an alert for chat apps that show plain text: title, text, link, and how to unsubscribe."""

from __future__ import annotations

from corredor.kit.languages import wording

from .base import Message


def link_words(language: str) -> tuple[str, str]:
    """Return the labels of the link to details and of the unsubscribe link."""
    words = wording("channels", language)["chat"]
    return words["more"], words["leave"]


def render_chat(message: Message, *, has_title: bool = True) -> str:
    """Return the message as paragraphs separated by empty lines; empty parts are omitted."""
    more, leave = link_words(message.language)
    parts = [" ".join(message.title.split())] if has_title else []
    parts.append(message.standard.strip())
    if message.link and message.link not in message.standard:
        parts.append(f"{more}: {message.link}")
    if message.unsubscribe_link:
        parts.append(f"{leave}: {message.unsubscribe_link}")
    return "\n\n".join(part for part in parts if part)
