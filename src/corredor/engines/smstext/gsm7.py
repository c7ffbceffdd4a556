"""GSM-7 alphabet (GSM 03.38), and transliteration of Latin letters to it."""

from __future__ import annotations

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")  # each takes two septets

# Signs that removing accents does not fix. Word processors and phones insert most of them automatically.
_PLAIN = {
    "’": "'",
    "‘": "'",
    "‚": "'",
    "‛": "'",
    "´": "'",
    "`": "'",
    "′": "'",
    "ʼ": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "″": '"',
    "‹": "'",
    "›": "'",
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "―": "-",
    "−": "-",
    "…": "...",
    "•": "-",
    "·": ".",
    "×": "x",
    "÷": "/",
    "→": "->",
    "←": "<-",
    "º": "o",
    "ª": "a",
    "°": "o",
    "№": "No",
    "©": "(c)",
    "®": "(R)",
    "™": "(TM)",
    "¢": "c",
    "¬": "-",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ð": "d",
    "Ð": "D",
    "þ": "th",
    "Þ": "Th",
    "ı": "i",
    "œ": "oe",
    "Œ": "OE",
    "¦": "|",
    "\t": " ",
    "\v": "\n",
    "\u2028": "\n",
    "\u2029": "\n",
}
_SILENT = frozenset({"Mn", "Me", "Cf", "Cc", "So", "Sk", "Co", "Cs"})  # accents, controls, pictures


def is_gsm7(text: str) -> bool:
    """Return whether every character is in the basic table or its extension."""
    return all(c in BASIC or c in EXTENSION for c in text)


def to_gsm7(text: str) -> str:
    """Transliterate to GSM-7: ñ é ü ¿ ¡ stay, á í ó ú lose their accent, pictures are dropped.

    One accent outside the table would turn 160-character segments into 70-character ones, doubling time
    and cost. A text that has letters of another script is unchanged: it needs UCS-2 in any case.
    """
    composed = unicodedata.normalize("NFC", text)
    spelt = "".join(map(_spell, composed))
    return spelt if is_gsm7(spelt) else composed


def _spell(character: str) -> str:
    if character in BASIC or character in EXTENSION:
        return character
    if character in _PLAIN:
        return _PLAIN[character]
    category = unicodedata.category(character)
    if category == "Zs":  # no-break and other spaces
        return " "
    if category in _SILENT:
        return ""
    parts = unicodedata.normalize("NFKD", character)
    if parts == character:
        return character
    return "".join(_spell(part) for part in parts)
