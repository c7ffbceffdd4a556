"""Keys in files outside the database; `corredor init` creates them, this module reads them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from . import paths


def read_or_make(name: str, *, size: int = 32) -> bytes:
    """Return the key in KEYS/name, created with owner-only rights if missing.

    Safe if two processes start together: the complete file is linked into place, and the loser reads
    the winner's.
    """
    path = paths.KEYS / name
    if path.is_file():
        return bytes.fromhex(path.read_text().strip())
    paths.KEYS.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _write_once(path, secrets.token_bytes(size))


def read_older(name: str) -> list[bytes]:
    """Return replaced keys, in KEYS/name.1, name.2 and so on: they only decrypt."""
    return [bytes.fromhex(path.read_text().strip()) for path in sorted(paths.KEYS.glob(f"{name}.[0-9]*"))]


def _write_once(path: Path, key: bytes) -> bytes:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key.hex())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return bytes.fromhex(path.read_text().strip())
    finally:
        draft.unlink()
    return key
