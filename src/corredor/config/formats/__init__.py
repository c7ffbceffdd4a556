"""How Django's templates and forms format times and short dates: ``formats`` of each language.toml.

Django asks for a module of each language below FORMAT_MODULE_PATH; they are made here from the table, so that a
language is a folder of data. The halves of the day ("a" in a format) are Django's own texts, from the messages.
"""

from __future__ import annotations

import sys
from types import ModuleType

from django.utils.translation import gettext_noop

from corredor.kit.languages import LANGUAGES, Language

HALVES = (gettext_noop("a.m."), gettext_noop("p.m."))


def _offer(language: Language) -> None:
    package = ModuleType(f"{__name__}.{language.code}")
    module = ModuleType(f"{package.__name__}.formats")
    vars(module).update(language.table.get("formats", {}))
    sys.modules[package.__name__], sys.modules[module.__name__] = package, module


for _language in LANGUAGES.values():
    _offer(_language)
