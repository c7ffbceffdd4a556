"""Folders of this installation's persistent data: CORREDOR_HOME, else ./var of a source checkout."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
_CHECKOUT = PACKAGE.parent.parent


def _find_home() -> Path:
    if home := os.environ.get("CORREDOR_HOME"):
        return Path(home).expanduser().resolve()
    if (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT / "var"
    return Path("/var/lib/corredor")


HOME = _find_home()
PUBLIC = HOME / "public"  # the static snapshot, for any web server or CDN to serve
PHOTOS = HOME / "photos"
KEYS = HOME / "keys"  # outside the database: a stolen database opens nothing
