"""A made-up right-to-left language: every text of the program in other letters, as one folder of data.

English letters are mapped to another script, so that lengths are those of English and an untranslated text is
visible at once. Template variables, tags and URLs keep their letters.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from corredor.kit.languages import SOURCE, TABLE, get

CODE = "qx"
NAME = "Ϙξ"
ROOT = Path(__file__).parents[2]
_LETTERS = str.maketrans({chr(base + n): chr(0x430 + n) for base in (ord("a"), ord("A")) for n in range(26)})
_KEPT = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{[^{}]*\}|<[^<>]*>|&\w+;|https?://\S+")
# Tables whose values are read by the program and not by people.
_AS_IT_IS = {"version", "reviewed_by", "reviewed_on", "direction", "plural", "region_tag", "order", "hours", "formats"}
_PATTERNS = {"hints", "redaction"}  # regular expressions


def speak(text: str) -> str:
    """Return an English text in the made-up language."""
    kept = _KEPT.findall(text)
    parts = [part.translate(_LETTERS) for part in _KEPT.split(text)]
    return "".join(part + (kept[n] if n < len(kept) else "") for n, part in enumerate(parts))


def is_spoken(text: str) -> bool:
    """Whether a text has letters of the made-up language."""
    return any("\u0430" <= sign <= "\u0449" for sign in text)


def write_language(root: Path) -> Path:
    """Write the language's folder below ``root`` from the texts of the source language, and compile its messages."""
    folder = root / CODE
    (folder / "wording").mkdir(parents=True)
    source = get(SOURCE)
    table = {key: value for key, value in source.table.items() if key not in _PATTERNS}
    spoken = _speak_table(table) | {"name": NAME, "direction": "rtl", "order": 3, "english": "Made-up"}
    marks = {"redaction": {"marks": _speak_table(source.group("redaction")["marks"])}}
    (folder / TABLE).write_text(write_toml(spoken | marks), encoding="utf-8")
    for path in (source.folder / "wording").glob("*.toml"):
        words = _speak_table(tomllib.loads(path.read_text(encoding="utf-8")))
        (folder / "wording" / path.name).write_text(write_toml(words), encoding="utf-8")
    _write_messages(folder)
    return folder


def read_script() -> ModuleType:
    """Return scripts/messages.py as a module."""
    spec = importlib.util.spec_from_file_location("messages_of_the_program", ROOT / "scripts" / "messages.py")
    assert spec
    assert spec.loader
    script = sys.modules.setdefault("messages_of_the_program", importlib.util.module_from_spec(spec))
    spec.loader.exec_module(script)
    return script


def _write_messages(folder: Path) -> None:
    script = read_script()
    texts = script.gather()
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for text in texts.values():
        forms = [speak(form) for form in (text.singular, text.plural) if form]
        catalog.add(text.id, forms if text.plural else forms[0], context=text.context)
    (folder / "messages").mkdir()
    with (folder / "messages" / "all.po").open("wb") as file:
        write_po(file, catalog)
    faults, missing, unused = script.compile_language(folder, CODE, texts)
    assert (faults, missing, unused) == ([], [], [])


def _speak_table(table: Any, key: str = "") -> Any:
    if key in _AS_IT_IS:
        return table
    if isinstance(table, dict):
        return {name: _speak_table(value, name) for name, value in table.items()}
    if isinstance(table, list):
        return [_speak_table(value) for value in table]
    return speak(table) if isinstance(table, str) else table


def write_toml(table: dict[str, Any]) -> str:
    """Return a table as TOML: plain values first, then its tables."""
    return "\n".join([*_write_values(table), *_write_tables(table, ())]) + "\n"


def _write_values(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if not isinstance(value, dict) and not _is_rows(value):
            yield f"{key} = {value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)}"


def _write_tables(table: dict[str, Any], above: tuple[str, ...]) -> Iterator[str]:
    for key, value in table.items():
        path = (*above, key)
        for row, head in [(value, "[{}]")] if isinstance(value, dict) else _rows(value):
            yield head.format(".".join(path))
            yield from _write_values(row)
            yield from _write_tables(row, path)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _rows(value: Any) -> list[tuple[dict[str, Any], str]]:
    return [(row, "[[{}]]") for row in value] if _is_rows(value) else []
