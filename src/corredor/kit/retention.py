"""What the database keeps, for how long, and how it is erased: each stage lists its own beside its models.

``flows/run/retention.py`` erases, ``flows/run/exposure.py`` counts, the privacy page and `corredor exposure` read the
same list, so a number of days is written once.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.apps import apps
from django.db.models import Exists, Model, QuerySet
from django.utils.functional import Promise

CHUNK = 500  # rows erased in one transaction, so that no writer waits long


class Form(StrEnum):
    """How data is stored."""

    CLEAR = "CLEAR"  # readable with the database alone
    SEALED = "SEALED"  # readable with the database and the key files of this server
    DIGEST = "DIGEST"  # comparable with a guess by whoever has the key files; cannot be turned back


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One class of data. ``words`` says what it is, translated when it is shown.

    ``rows`` are those of real people, not of drills. ``since`` is the field that says how old a row is. ``kept_for``
    is the time after which ``erase`` removes it; None where a person decides (they leave, a steward removes it) or
    where it is kept for good. ``erase`` takes the time and returns how many rows it erased.
    """

    code: str
    rows: Callable[[], QuerySet[Model]]
    words: str | Promise
    form: Form = Form.CLEAR
    since: str | None = None
    kept_for: timedelta | None = None
    erase: Callable[[datetime], int] | None = None


_holds: dict[type[Model], list[Callable[[], Exists]]] = {}


def register_hold(model: type[Model], clause: Callable[[], Exists]) -> None:
    """Keep rows of ``model`` past their time while ``clause`` is true for them (``OuterRef`` is the row)."""
    _holds.setdefault(model, []).append(clause)


def without_held(rows: QuerySet[Model]) -> QuerySet[Model]:
    """Narrow ``rows`` to those that no registered hold keeps."""
    return rows.filter(*(~clause() for clause in _holds.get(rows.model, ())))


def list_stored() -> Iterator[Stored]:
    """Yield what each stage's ``retention.py`` lists in STORED, in the order of the stages."""
    for config in apps.get_app_configs():
        name = f"{config.name}.retention"
        if config.name.startswith("corredor.") and importlib.util.find_spec(name) is not None:
            yield from importlib.import_module(name).STORED
