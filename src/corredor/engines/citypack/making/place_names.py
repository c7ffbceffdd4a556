"""Readable names of areas and places, from official files with capitals and abbreviations."""

from __future__ import annotations

import re
import unicodedata

_SMALL = {"of", "the", "and", "at", "in", "for", "de", "la", "las", "los", "del", "y", "on", "to"}
_KEPT = {
    "HS",
    "ES",
    "IIT",
    "UIC",
    "CICS",
    "YCCS",
    "KIPP",
    "LEARN",
    "UNO",
    "STEM",
    "II",
    "III",
    "IV",
    "ACE",
    "EPIC",
    "PCC",
    "TCA",
    "IMAN",
    "RML",
    "CTA",
    "OTC",
    "AIDS",
    "US",
    "USA",
    "LLC",
    "CPS",
    "GWTW",
}
_LEVELS = {"HS": "High School", "ES": "Elementary School"}
_PARK_WORDS = (
    "PARK",
    "BEACH",
    "PLAISANCE",
    "ISLAND",
    "FIELD",
    "GARDEN",
    "GARDENS",
    "CENTER",
    "PLAYGROUND",
    "PLAZA",
    "PRESERVE",
    "NATATORIUM",
    "TRAIL",
    "PIER",
    "HARBOR",
    "FIELDHOUSE",
    "PLAYLOT",
)
_SHORTENED = {
    "COMM.": "COMMUNITY",
    "MEML.": "MEMORIAL",
    "CULTL.": "CULTURAL",
    "CTR.": "CENTER",
    "MEM.": "MEMORIAL",
    "PLGD.": "PLAYGROUND",
    "NO.": "No.",
}
_TIME = r"(\d{1,2})(?:[:-](\d{2}))?\s*(?:[ap]\.?\s?m\b\.?)?"
_HOURS = re.compile(rf"{_TIME}\s*(?:-{{1,2}}|–|to)\s*{_TIME}", re.IGNORECASE)


def write_words(text: str) -> str:
    """Return all-capital words in title case: "LITTLE VILLAGE" -> "Little Village"; mixed case is unchanged."""
    words = text.split()
    return " ".join(_word(word, first=i == 0) for i, word in enumerate(words))


def slug(text: str) -> str:
    """Return a text as a stable identifier: lower-case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def school_names(short: str, long: str, level: str) -> tuple[str, list[str]]:
    """Return (name, aliases) of a school: the long name if there is one, with the short ones as aliases."""
    parts = short.split()
    if parts[-1] in _LEVELS and len(parts) > 1:
        level = parts.pop()
    bare = write_words(" ".join(parts))
    full = f"{bare} {_LEVELS[level]}" if level in _LEVELS else bare
    name = long or full
    aliases = [write_words(short), full, bare]
    return name, unique([alias for alias in aliases if alias != name])


def park_names(official: str) -> tuple[str, list[str]]:
    """Return (name, aliases) of a park: "MARQUETTE (JACQUES)" -> Marquette Park, Jacques Marquette Park."""
    words = [_SHORTENED.get(word, word) for word in official.upper().split()]
    text = " ".join(words)
    match = re.fullmatch(r"(.*?)\s*\(([^)]*)\)\s*(.*)", text)
    last, first, rest = (match[1], match[2], match[3]) if match else (text, "", "")
    base = write_words(f"{last} {rest}".strip())
    is_whole = any(word in base.upper().split() for word in _PARK_WORDS)
    name = base if is_whole else f"{base} Park"
    first = re.sub(r",?\s+(SR|JR)\.?$", "", first)
    aliases = [f"{write_words(first)} {name}"] if first else []
    return name, unique([*aliases, *([base] if not is_whole and len(base) > 4 else [])])


def parse_school_hours(text: str) -> tuple[str, str] | None:
    """Return (opens, closes) as "08:00", "15:00" from free text, or None without a plain range.

    The first range counts ("M - R 7:30 AM - 4:00 PM; F ..."). Schools open in the morning and close after
    noon, so the hour alone decides: marks like "3:48 AM" for a closing time are typing errors.
    """
    match = _HOURS.search(text)
    if not match:
        return None
    opens = int(match[1]) * 60 + int(match[2] or 0)
    hour = int(match[3])
    closes = (hour + 12 if hour < 8 else hour) * 60 + int(match[4] or 0)
    if not (6 * 60 <= opens <= 10 * 60 + 30 and 11 * 60 + 30 <= closes <= 18 * 60 + 30):
        return None
    return f"{opens // 60:02}:{opens % 60:02}", f"{closes // 60:02}:{closes % 60:02}"


def unique(values: list[str]) -> list[str]:
    """Return the values in order, without blanks and duplicates."""
    return list(dict.fromkeys(value for value in values if value))


def _word(word: str, *, first: bool) -> str:
    """Return one word in title case; words that are not all capitals are unchanged."""
    bare = word.strip("().,&-")
    is_initials = len(bare) == 1 or re.fullmatch(r"(?:[A-Z]\.)+[A-Z]?", bare)
    if not bare.isupper() or bare in _KEPT or is_initials:
        return word
    if re.fullmatch(r"\d+(ST|ND|RD|TH)", bare):
        return word.lower()
    if bare.lower() in _SMALL and not first:
        return word.lower()
    return "-".join("'".join(_capital(part) for part in piece.split("'")) for piece in word.split("-"))


def _capital(part: str) -> str:
    """Return a part of a word with one capital; McKinley has two, a lone 'S none."""
    if part == "S":
        return "s"
    match = re.match(r"[^A-Za-z]*", part)
    lead = match[0] if match else ""
    body = part[len(lead) :]
    if body.startswith("MC") and len(body) > 4:
        return f"{lead}Mc{body[2:].capitalize()}"
    return lead + body.capitalize()
