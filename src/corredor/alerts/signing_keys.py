"""Signing keys of alerts: the current key, and the public halves of replaced ones."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from corredor.engines import signing
from corredor.kit.secret_file import sync_folder, write_secret

KEY_NAME = "signing.key"
RETIRED = "signing.retired"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Public half of a key; ``until`` is None for the current one."""

    name: str
    public: bytes
    until: datetime | None = None


def list_public_keys() -> list[PublicKey]:
    """The key in use, then those it replaced, newest first. Read from files: a database cannot add one."""
    present = signing.derive_public_key(settings.SIGNING_KEY)
    retired = [_read(path) for path in Path(settings.KEY_ROOT).glob(f"{RETIRED}.*")]
    newest_first = sorted(retired, key=lambda key: key.until or datetime.min.replace(tzinfo=UTC), reverse=True)
    return [PublicKey(signing.key_id(present), present), *newest_first]


def change_signing_key(*, now: datetime) -> str:
    """Create a new signing key, destroy the old private half, store its public half. Return the new key's name.

    A running server uses the old key until restarted, so it must be restarted.
    """
    folder = Path(settings.KEY_ROOT)
    old, new = signing.derive_public_key(settings.SIGNING_KEY), secrets.token_bytes(32)
    kept = folder / f"{RETIRED}.{signing.key_id(old)}"
    if not kept.exists():
        write_secret(kept, json.dumps({"public": old.hex(), "until": now.isoformat()}).encode())
    draft = folder / f".{KEY_NAME}.new"
    draft.unlink(missing_ok=True)
    write_secret(draft, new.hex().encode())
    present = folder / KEY_NAME
    if present.exists():
        present.write_bytes(b"0" * present.stat().st_size)
    draft.replace(present)
    sync_folder(folder)
    settings.SIGNING_KEY = new
    return signing.key_id(signing.derive_public_key(new))


def _read(path: Path) -> PublicKey:
    found = json.loads(path.read_text())
    public = bytes.fromhex(found["public"])
    return PublicKey(signing.key_id(public), public, datetime.fromisoformat(found["until"]))
