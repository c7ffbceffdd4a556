"""The service worker's script, preceded by its fallback texts in every language."""

from __future__ import annotations

import json
from pathlib import Path

from corredor.kit import languages


def write_worker_script(path: Path) -> str:
    """Return the script at ``path`` after a definition of ``self.corredorWords``, by language."""
    words = {code: languages.wording("channels", code)["push"] for code in languages.CODES}
    return f'"use strict";\nself.corredorWords = {json.dumps(words)};\n' + path.read_text(encoding="utf-8")
