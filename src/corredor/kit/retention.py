"""Data retention register: what the database stores, for how long, and how it is erased; each stage lists its own.

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
    DIGEST = "DIGEST"  # with the key files, comparable with a guess; not reversible


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One class of data. ``words`` describes it, translated when shown.

    ``rows`` are those of real people, not of drills. ``since`` is the field with a row's age. ``kept_for``
    is the time after which ``erase`` removes it; None if a person decides (they leave, a steward removes it) or
    if it is permanent. ``erase`` takes the time and returns the number of rows erased.
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
    """Exempt rows of ``model`` from erasure while ``clause`` is true for them (``OuterRef`` is the row)."""
    _holds.setdefault(model, []).append(clause)


def without_held(rows: QuerySet[Model]) -> QuerySet[Model]:
    """Return ``rows`` without those under a registered hold."""
    return rows.filter(*(~clause() for clause in _holds.get(rows.model, ())))


def list_stored() -> Iterator[Stored]:
    """Yield the STORED entries of each stage's ``retention.py``, in the order of the stages."""
    for config in apps.get_app_configs():
        name = f"{config.name}.retention"
        if config.name.startswith("corredor.") and importlib.util.find_spec(name) is not None:
            yield from importlib.import_module(name).STORED
