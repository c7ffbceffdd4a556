"""A temporary installation in a folder, driven by the real `corredor` command in child processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Installation:
    """One CORREDOR_HOME."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CORREDOR_", "DATABASE_", "SMTP_"))}
        self.environment = kept | {
            "CORREDOR_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "tests.commands.plain_settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            **environment,
        }

    def run(self, *words: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `corredor words...` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "corredor.commands.main", *words],
            env=self.environment | environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=600,  # ends what hangs; a busy machine is no fault
            check=False,
        )

    def ask(self, *words: str, **environment: str) -> Any:
        """The JSON that `corredor words... --json` prints; fails on any other output."""
        answer = self.run(*words, "--json", **environment)
        assert answer.stdout, answer.stderr
        return json.loads(answer.stdout)
