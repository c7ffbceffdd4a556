"""Self-check: test configuration and safety, and report problems in plain words.

Reads everything, writes one row to test writing. Called by `corredor check` and the steward's page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from .database import check_chain, check_database, check_queue, check_sqlite, check_writing
from .finding import Finding, Level, find_worst
from .network import check_channels, check_crew, check_factors, check_fallback, check_halt, check_trainings
from .partners import check_partners
from .server import check_addresses, check_debug, check_disk, check_django, check_files, check_keys, check_pack
from .workers import check_broker, check_clocks, check_workers

__all__ = ["Finding", "Level", "find_worst", "run_checks"]

_Check = Callable[[datetime], Iterator[Finding]]
_FIRST: tuple[_Check, ...] = (
    check_debug,
    check_addresses,
    check_keys,
    check_files,
    check_disk,
    check_pack,
    check_django,
)
_WITH_DATABASE: tuple[_Check, ...] = (
    check_sqlite,
    check_writing,
    check_chain,
    check_queue,
    check_clocks,
    check_workers,
    check_broker,
    check_halt,
    check_channels,
    check_fallback,
    check_crew,
    check_trainings,
    check_factors,
    check_partners,
)


def run_checks(*, now: datetime) -> list[Finding]:
    """Return all findings, good or bad. Without a usable database its checks are skipped."""
    findings = [finding for check in _FIRST for finding in check(now)]
    database = list(check_database(now))
    findings += database
    if find_worst(database) is not Level.BAD:
        findings += [finding for check in _WITH_DATABASE for finding in check(now)]
    return findings
