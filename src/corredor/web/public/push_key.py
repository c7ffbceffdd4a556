"""The public VAPID key of this network."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from corredor.engines.webpush import BrokenVapidKey, VapidSigner


def get_push_key() -> str:
    """Return the applicationServerKey; empty without a usable key: push is then not offered."""
    path = Path(str(settings.CORREDOR_PROVIDERS["web_push"]["vapid_key_path"]))
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, BrokenVapidKey):
        return ""


@lru_cache(maxsize=4)
def _read(path: Path, changed_ns: int) -> str:
    return VapidSigner.from_file(path, contact="").public_key
