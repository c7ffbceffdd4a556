"""All refusal exceptions of the stages as one tuple: a drill records them instead of failing."""

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
    """The script refers to an event for which the desk has opened no incident."""


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
