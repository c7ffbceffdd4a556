"""The product's own small refusals, as one tuple: what a drill may meet and note without falling over."""

from __future__ import annotations

from types import ModuleType

from corredor.alerts import errors as alerts
from corredor.corridors import errors as corridors
from corredor.delivery import errors as delivery
from corredor.incidents import errors as incidents
from corredor.intake import errors as intake
from corredor.people import errors as people
from corredor.subscriptions import errors as subscriptions


class NotOpened(Exception):
    """The script speaks of an event for which the desk could open no incident."""


def _classes(module: ModuleType) -> tuple[type[Exception], ...]:
    return tuple(item for item in vars(module).values() if isinstance(item, type) and issubclass(item, Exception))


REFUSALS: tuple[type[Exception], ...] = (
    NotOpened,
    *(
        error
        for module in (alerts, corridors, delivery, incidents, intake, people, subscriptions)
        for error in _classes(module)
    ),
)
