"""Keys kept in files outside the database; `corredor init` makes them, this module reads them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from . import paths


def read_or_make(name: str, *, size: int = 32) -> bytes:
    """The key in KEYS/name, made with owner-only rights when there is none yet.

    Two processes that start together agree: the file is linked into place whole, and the loser reads
    the winner's.
    """
    path = paths.KEYS / name
    if path.is_file():
        return bytes.fromhex(path.read_text().strip())
    paths.KEYS.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _write_once(path, secrets.token_bytes(size))


def read_older(name: str) -> list[bytes]:
    """Keys that were replaced, in KEYS/name.1, name.2 and so on: they open what they once sealed."""
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
