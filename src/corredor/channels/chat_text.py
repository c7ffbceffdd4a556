"""The words of an alert for apps that show plain text: title, text, link, and how to leave."""

from __future__ import annotations

from corredor.kit.languages import wording

from .base import Message


def link_words(language: str) -> tuple[str, str]:
    """What stands before the link to more, and before the one to leave."""
    words = wording("channels", language)["chat"]
    return words["more"], words["leave"]


def render_chat(message: Message, *, has_title: bool = True) -> str:
    """Lines apart from one another by an empty one; a line that has nothing to say is left out."""
    more, leave = link_words(message.language)
    parts = [" ".join(message.title.split())] if has_title else []
    parts.append(message.standard.strip())
    if message.link and message.link not in message.standard:
        parts.append(f"{more}: {message.link}")
    if message.unsubscribe_link:
        parts.append(f"{leave}: {message.unsubscribe_link}")
    return "\n\n".join(part for part in parts if part)
