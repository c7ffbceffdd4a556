"""RabbitMQ for many machines when BROKER_URL names one; without it workers look into the database by themselves."""

from __future__ import annotations

from . import environment


def read_broker() -> str:
    """The broker's URL, or nothing. Refused without PostgreSQL: a file has one writer and no other machines."""
    url = environment.text("BROKER_URL")
    if url and not url.startswith(("amqp://", "amqps://")):
        environment.refuse("BROKER_URL: only amqp:// and amqps:// are known")
    if url and not environment.text("DATABASE_URL"):
        environment.refuse("BROKER_URL: needs DATABASE_URL, because SQLite serves one machine")
    return url
