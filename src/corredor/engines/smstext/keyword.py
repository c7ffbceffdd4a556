"""Parse keyword replies (STOP, START, HELP, ...) in English and Spanish; a sentence is never one."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

_LONGEST = 60  # characters; anything longer is a sentence


class Keyword(StrEnum):
    """The request."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"
    REPORT = "REPORT"
    STATUS = "STATUS"
    WATER = "WATER"
    YES = "YES"
    NO = "NO"


# The English ones are those that United States carriers and the FCC's rule of 2025 name; each is listed once.
_ENGLISH: dict[Keyword, tuple[str, ...]] = {
    Keyword.STOP: (
        "stop",
        "stopall",
        "stop all",
        "unsubscribe",
        "cancel",
        "end",
        "quit",
        "revoke",
        "opt out",
        "optout",
        "stop texts",
        "stop messages",
        "remove me",
    ),
    Keyword.START: ("start", "unstop", "subscribe", "join", "opt in", "optin"),
    Keyword.HELP: ("help", "info"),
    Keyword.REPORT: ("report",),
    Keyword.STATUS: ("status",),
    Keyword.WATER: ("water",),
    Keyword.YES: ("yes", "y", "yep", "yeah"),
    Keyword.NO: ("no", "n", "nope"),
}
_SPANISH: dict[Keyword, tuple[str, ...]] = {
    Keyword.STOP: (
        "alto",
        "baja",
        "dar de baja",
        "darme de baja",
        "denme de baja",
        "de baja",
        "cancelar",
        "cancela",
        "cancele",
        "parar",
        "pare",
        "para ya",
        "salir",
        "no mas",
        "no mas mensajes",
        "no mas avisos",
        "basta",
        "detener",
        "terminar",
    ),
    Keyword.START: (
        "inicio",
        "iniciar",
        "inicia",
        "alta",
        "comenzar",
        "empezar",
        "suscribir",
        "suscribirme",
        "reanudar",
    ),
    Keyword.HELP: ("ayuda", "informacion", "ayudame", "ayudenme"),
    Keyword.REPORT: ("reporte", "reportar", "reporto"),
    Keyword.STATUS: ("estado", "estatus"),
    Keyword.WATER: ("agua",),
    Keyword.YES: ("si", "s", "claro"),
    Keyword.NO: (),  # "no" is the same word
}
_ENGLISH_BY_WORD = {word: keyword for keyword, words in _ENGLISH.items() for word in words}
_SPANISH_BY_WORD = {word: keyword for keyword, words in _SPANISH.items() for word in words}
_POLITE = ("please", "pls", "por favor", "porfavor", "porfa", "favor", "thanks", "thank you", "gracias")


def parse_keyword(text: str) -> Keyword | None:
    """Return the keyword if the whole message is one, ignoring case, accents, signs and polite words; else None."""
    words = _find(text)
    return _ENGLISH_BY_WORD.get(words) or _SPANISH_BY_WORD.get(words)


def keyword_language(text: str) -> str:
    """Return ``es`` or ``en``, the language of a keyword; ``en`` for any other text."""
    return "es" if _find(text) in _SPANISH_BY_WORD else "en"


def _find(text: str) -> str:
    """Return the words of the message, without polite words if only then they are a keyword."""
    if len(text) > _LONGEST:
        return ""
    words = simplify(text)
    is_known = words in _ENGLISH_BY_WORD or words in _SPANISH_BY_WORD
    return words if is_known else _without_courtesy(words)


def simplify(text: str) -> str:
    """Return lower-case words without accents, signs, pictures or invisible characters, separated by one blank."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    cleaned = "".join(c if c.isalnum() else "" if unicodedata.category(c) in ("Mn", "Cf") else " " for c in letters)
    return " ".join(cleaned.split())


def _without_courtesy(words: str) -> str:
    for polite in _POLITE:
        words = words.removesuffix(f" {polite}").removeprefix(f"{polite} ")
    return words
