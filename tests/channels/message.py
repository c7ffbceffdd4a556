"""A plain message for channel tests."""

from __future__ import annotations

from typing import Any

from corredor.channels.base import Message

WORDS: dict[str, Any] = {
    "language": "es",
    "title": "Confirmado: Pershing y Kedzie",
    "short": "Confirmado. Quédese dentro. Pershing y Kedzie.",
    "standard": "Confirmado por dos personas. Quédese dentro con las ventanas cerradas. Pershing y Kedzie. "
    "Visto 10:42, verificado 10:47.",
    "long": "Confirmado por dos personas.\n\nQuédese dentro & cierre las ventanas.\nPershing y Kedzie <39>.",
    "link": "https://corredor.example/i/7kq",
    "unsubscribe_link": "https://corredor.example/leave/abc?x=1&y=2",
    "topic": "i-7kq",
    "status": "CONFIRMED",
}


def make_message(delivery_id: int, address: str, **changes: Any) -> Message:
    words = {**WORDS, "reference": f"d{delivery_id}", **changes}
    return Message(delivery_id=delivery_id, address=address, **words)
