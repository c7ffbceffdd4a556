"""RabbitMQ for several machines if BROKER_URL is set; without it workers poll the database."""

from __future__ import annotations

from . import environment


def read_broker() -> str:
    """Return the broker's URL, or "". Refused without PostgreSQL: SQLite has one writer and one machine."""
    url = environment.text("BROKER_URL")
    if url and not url.startswith(("amqp://", "amqps://")):
        environment.refuse("BROKER_URL: only amqp:// and amqps:// are known")
    if url and not environment.text("DATABASE_URL"):
        environment.refuse("BROKER_URL: needs DATABASE_URL, because SQLite serves one machine")
    return url
