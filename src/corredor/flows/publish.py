"""The public view as one small file that any web server or CDN can carry to a million readers.

Written on every change after the change is committed; who reads it leaves no trace here.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from .public_view import PublicIncident, PublicView, public_view

__all__ = [
    "PublicView",
    "get_snapshot",
    "public_view",
    "publish_after_commit",
    "withhold_publication",
    "write_snapshot",
]

log = logging.getLogger(__name__)

CHECK_AGAIN_S = 20.0  # how old the file may grow before a reader's request has it looked over

_withheld: ContextVar[bool] = ContextVar("withheld", default=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The file's bytes and the validator that changes with them."""

    body: bytes
    etag: str


@contextmanager
def withhold_publication() -> Iterator[None]:
    """Inside, no change is published: a drill has a clock of its own and nothing for the public."""
    token = _withheld.set(True)
    try:
        yield
    finally:
        _withheld.reset(token)


def publish_after_commit(*, now: datetime) -> None:
    """Have the snapshot written once the running transaction is safe; a full disk is logged, not raised."""
    if _withheld.get():
        return

    def write() -> None:  # Django names it in the log when it fails, which a partial has no name for
        write_snapshot(now=now)

    transaction.on_commit(write, robust=True)


def write_snapshot(*, now: datetime) -> Snapshot:
    """Write the file if it would change. Writers queue, and each reads the database when its turn has come,
    so that the last to write is never the one who knew least.
    """
    path = snapshot_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o755)  # what is public may be read by any web server of this computer
    with (path.parent / ".live.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        body = encode(public_view(now=now))
        if _read(path) == body:
            os.utime(path)
        else:
            _replace(path, body)
    return Snapshot(body, _etag(body))


def get_snapshot(*, now: datetime) -> Snapshot:
    """The file as it is, looked over first when nobody has for a while: a denial leaves by age alone.

    When that fails, because the database or the disk cannot be used, the last file is still served.
    """
    path = snapshot_path()
    body = _read(path)
    if body is None or time.time() - path.stat().st_mtime > CHECK_AGAIN_S:
        try:
            return write_snapshot(now=now)
        except Exception:
            if body is None:
                raise
            log.exception("snapshot could not be looked over")
    return Snapshot(body, _etag(body))


def snapshot_path() -> Path:
    """Where the file lies, for a web server to be pointed at."""
    return Path(settings.PUBLIC_SNAPSHOT) / "live.json"


def encode(view: PublicView) -> bytes:
    """The view as JSON: times in UTC and no ages, so that nothing in it changes by itself."""
    return json.dumps(
        {
            "version": 1,
            "being_checked": view.being_checked,
            "confirmed": [_incident(row) for row in view.confirmed],
            "denied": [_incident(row) for row in view.denied],
            "ended": [_incident(row) for row in view.ended],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def _incident(row: PublicIncident) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "url": f"{settings.BASE_URL}/i/{row.slug}",
        "status": row.status,
        "agency": row.agency,
        "area": {"code": row.area_code, "en": row.area_en, "es": row.area_es},
        "seen_at": _utc(row.seen_at),
        "checked_at": _utc(row.checked_at),
        "ended_at": _utc(row.ended_at) if row.ended_at else None,
    }


def _utc(moment: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", moment.utctimetuple())


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _replace(path: Path, body: bytes) -> None:
    draft = path.with_suffix(f".{os.getpid()}.draft")
    draft.write_bytes(body)
    draft.chmod(0o644)
    draft.replace(path)
