"""The service worker's script, with the words it falls back to in every language put before it."""

from __future__ import annotations

import json
from pathlib import Path

from corredor.kit import languages


def write_worker_script(path: Path) -> str:
    """Return the script at ``path`` with ``self.corredorWords``, by language, set before it runs."""
    words = {code: languages.wording("channels", code)["push"] for code in languages.CODES}
    return f'"use strict";\nself.corredorWords = {json.dumps(words)};\n' + path.read_text(encoding="utf-8")
