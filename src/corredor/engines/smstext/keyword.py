"""The one-word answers people send, in English and Spanish; a sentence is never one of them."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

_LONGEST = 60  # characters; anything longer is a sentence


class Keyword(StrEnum):
    """What the sender asks for."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"
    REPORT = "REPORT"
    STATUS = "STATUS"
    WATER = "WATER"
    YES = "YES"
    NO = "NO"


_WORDS: dict[Keyword, tuple[str, ...]] = {
    # The English ones are those that United States carriers and the FCC's rule of 2025 name.
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
        "alto",
        "baja",
        "dar de baja",
        "darme de baja",
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
        "basta",
        "detener",
    ),
    Keyword.START: (
        "start",
        "unstop",
        "subscribe",
        "join",
        "inicio",
        "iniciar",
        "inicia",
        "alta",
        "comenzar",
        "empezar",
        "suscribir",
        "suscribirme",
    ),
    Keyword.HELP: ("help", "info", "ayuda", "informacion", "ayudame"),
    Keyword.REPORT: ("report", "reporte", "reportar", "reporto"),
    Keyword.STATUS: ("status", "estado", "estatus"),
    Keyword.WATER: ("water", "agua"),
    Keyword.YES: ("yes", "y", "si", "s", "yep", "claro"),
    Keyword.NO: ("no", "n", "nope"),
}
_BY_WORD = {word: keyword for keyword, words in _WORDS.items() for word in words}
_POLITE = ("please", "pls", "por favor", "porfavor", "porfa", "favor", "thanks", "thank you", "gracias")


def parse_keyword(text: str) -> Keyword | None:
    """The keyword if the whole message is one, whatever its case, accents, signs or courtesy; else None."""
    if len(text) > _LONGEST:
        return None
    words = _simplify(text)
    return _BY_WORD.get(words) or _BY_WORD.get(_without_courtesy(words))


def _simplify(text: str) -> str:
    """Lower case words without accents, signs or pictures, one blank between them."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c if c.isalnum() else "" if unicodedata.category(c) == "Mn" else " " for c in letters)
    return " ".join(kept.split())


def _without_courtesy(words: str) -> str:
    for polite in _POLITE:
        words = words.removesuffix(f" {polite}").removeprefix(f"{polite} ")
    return words
