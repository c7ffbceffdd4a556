"""Runs many commands in this process and prints how each ended; an unexpected error ends the run.

Standard input: a JSON list of word lists. Standard output: a JSON list of [exit code, text on stderr].
"""

from __future__ import annotations

import contextlib
import io
import json
import sys

from corredor.commands.main import main


def run(words: list[str]) -> tuple[int, str]:
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        code = main(words)
    return code, said.getvalue()


if __name__ == "__main__":
    json.dump([run(words) for words in json.load(sys.stdin)], sys.stdout)
