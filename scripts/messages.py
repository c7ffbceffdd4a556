"""Extract every text of the program, merge the translations and compile them: python scripts/messages.py.

The sources are ``messages/*.po`` in the folder of each language, in ``src/corredor/languages`` and in the folders
that CORREDOR_LANGUAGES names; ``LC_MESSAGES/django.po`` and ``.mo`` beside them are generated and not committed.
Fails (after compiling what there is) when a text has no translation, when two files disagree, or when a translation
lost a placeholder. ``--list`` prints what is missing as .po entries to fill in; ``--lenient`` reports it and falls
back to English, as set-up does. Uses Babel: no gettext programs.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "corredor"
TEMPLATE_SUFFIXES = {".html", ".txt", ".webmanifest"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
# Number of text arguments of each function, and whether the first is a context.
FUNCTIONS = {"gettext": (1, False), "ngettext": (2, False), "pgettext": (1, True), "npgettext": (2, True)}
KEYWORDS = {"_": FUNCTIONS["gettext"], "gettext_noop": FUNCTIONS["gettext"]} | {
    name + ending: shape for name, shape in FUNCTIONS.items() for ending in ("", "_lazy")
}

Key = tuple[str | None, str]  # (context, singular English text)


@dataclass
class Text:
    """One English text and the places that use it."""

    singular: str
    plural: str | None = None
    context: str | None = None
    places: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.context, self.singular

    @property
    def id(self) -> str | tuple[str, str]:
        return (self.singular, self.plural) if self.plural else self.singular


def template_as_python(source: str, origin: str) -> str:
    """Return a Django template as Python source that holds only its translated texts."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    # Babel parses the result as Python, where an indented line would be an error.
    return "\n".join(line.lstrip() for line in templatize(source, origin=origin).splitlines())


def list_sources() -> Iterator[tuple[Path, str]]:
    """Return every file that may hold texts, with its content as Python source."""
    for path in sorted(PACKAGE.rglob("*")):
        if "migrations" in path.parts or "vendor" in path.parts:
            continue
        if path.suffix == ".py":
            yield path, path.read_text(encoding="utf-8")
        elif path.suffix in TEMPLATE_SUFFIXES and "templates" in path.parts:
            yield path, template_as_python(path.read_text(encoding="utf-8"), str(path))


def read_texts(code: str) -> Iterator[tuple[int, Text]]:
    """Return the texts in one Python source, with their line numbers."""
    options = {"encoding": "utf-8"}
    for line, name, arguments, _ in extract_python(io.BytesIO(code.encode()), KEYWORDS.keys(), [], options):
        count, has_context = KEYWORDS[str(name)]
        given = arguments if isinstance(arguments, tuple) else (arguments,)
        wanted = given[: count + has_context]
        if not all(isinstance(argument, str) and argument for argument in wanted):
            continue  # an argument that is not a literal
        context = wanted[0] if has_context else None
        singular, *plural = wanted[has_context:]
        yield line, Text(singular, plural[0] if plural else None, context)


def gather() -> dict[Key, Text]:
    """Return all texts of the program."""
    texts: dict[Key, Text] = {}
    for path, code in list_sources():
        for line, text in read_texts(code):
            known = texts.setdefault(text.key, text)
            known.plural = known.plural or text.plural
            known.places.append(f"{path.relative_to(ROOT)}:{line}")
    return texts


def has_all(message: Message) -> bool:
    """Return True if every form of a message is translated and none is fuzzy."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(forms) and all(forms) and not message.fuzzy


def keeps_placeholders(message: Message) -> bool:
    """Return True if each form of the translation has the placeholders of the English.

    The singular form of a count may say "one" instead of its number.
    """
    if not isinstance(message.id, tuple | list):
        return set(PLACEHOLDER.findall(message.id)) == set(PLACEHOLDER.findall(message.string))
    wanted = set(PLACEHOLDER.findall(message.id[1]))
    one, *many = (set(PLACEHOLDER.findall(form)) for form in message.string)
    return one <= wanted and len(wanted - one) <= 1 and all(form == wanted for form in many)


def list_languages() -> Iterator[Path]:
    """Return the folder of every language with messages; the source language needs none."""
    more = os.environ.get("CORREDOR_LANGUAGES", "")
    for root in (PACKAGE / "languages", *(Path(part) for part in more.split(os.pathsep) if part)):
        yield from sorted(path.parent for path in root.glob("*/messages"))


def merge(folder: Path, language: str) -> tuple[dict[Key, Message], list[str]]:
    """Merge all files of one language; return the catalogue and its faults."""
    table: dict[Key, Message] = {}
    owner: dict[Key, str] = {}
    faults = []
    for part in sorted((folder / "messages").glob("*.po")):
        with part.open("rb") as file:
            catalog = read_po(file, locale=language, abort_invalid=True)
        for message in catalog:
            if not message.id or not has_all(message):
                continue
            singular = message.id[0] if isinstance(message.id, tuple | list) else message.id
            key = (message.context, singular)
            if key in table and table[key].string != message.string:
                faults.append(f"{part.name} and {owner[key]} disagree about {singular!r}")
            if not keeps_placeholders(message):
                faults.append(f"{part.name}: a placeholder differs in the translation of {singular!r}")
            table.setdefault(key, message)
            owner.setdefault(key, part.name)
    return table, faults


def read_plural_rule(folder: Path) -> str:
    """Return the language's plural rule in gettext's form."""
    return str(tomllib.loads((folder / "language.toml").read_text(encoding="utf-8"))["plural"])


def compile_language(folder: Path, language: str, texts: dict[Key, Text]) -> tuple[list[str], list[Text], list[str]]:
    """Write django.po and django.mo of one language.

    Return the faults, the texts without a translation, and the unused translations.
    """
    table, faults = merge(folder, language)
    catalog = Catalog(locale=language, domain="django", project="corredor", charset="utf-8", fuzzy=False)
    catalog.mime_headers = [("Plural-Forms", read_plural_rule(folder))]
    missing = []
    for key, text in sorted(texts.items(), key=lambda entry: (entry[0][1], entry[0][0] or "")):
        found = table.get(key)
        is_plural = found is not None and isinstance(found.string, tuple | list)
        if found is None or is_plural != bool(text.plural):
            missing.append(text)
            continue
        spots = [(place.rpartition(":")[0], int(place.rpartition(":")[2])) for place in text.places]
        catalog.add(text.id, found.string, locations=spots, context=text.context)
    made = folder / "LC_MESSAGES"
    made.mkdir(exist_ok=True)
    with (made / "django.po").open("wb") as file:
        write_po(file, catalog, width=110, omit_header=False)
    with (made / "django.mo").open("wb") as file:
        write_mo(file, catalog)
    return faults, missing, sorted(key[1] for key in table if key not in texts)


def as_entries(missing: list[Text]) -> str:
    """Return the missing texts as .po entries, to be filled in and added to a file."""
    catalog = Catalog(charset="utf-8")
    for text in missing:
        catalog.add(text.id, locations=[(place, None) for place in text.places[:1]], context=text.context)
    page = io.BytesIO()
    write_po(page, catalog, width=110, omit_header=True)
    return page.getvalue().decode()


def main() -> int:
    """Return 0 if every text is translated in every language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--list", action="store_true", help="print missing texts as .po entries")
    parser.add_argument("--lenient", action="store_true", help="report problems and exit 0")
    asked = parser.parse_args()
    texts = gather()
    is_good = True
    for folder in list_languages():
        language = folder.name
        faults, missing, unused = compile_language(folder, language, texts)
        is_good = is_good and not faults and not missing
        for fault in faults:
            print(f"messages: {language}: {fault}", file=sys.stderr)
        if asked.list:
            print(as_entries(missing))
        else:
            for text in missing:
                print(f"messages: {language}: no translation of {text.singular!r} ({text.places[0]})", file=sys.stderr)
        for singular in unused:
            print(f"messages: {language}: not used any more: {singular!r}", file=sys.stderr)
        print(f"messages: {language}: {len(texts) - len(missing)} of {len(texts)} texts translated", file=sys.stderr)
    return 0 if is_good or asked.lenient else 1


if __name__ == "__main__":
    raise SystemExit(main())
