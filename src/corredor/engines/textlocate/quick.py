"""Fast path for a text that is only two street names: the same answer as the full parser, much faster."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .answer import finish
from .atlas import Atlas
from .corner import draft_corner
from .crossing import find_readings
from .mask import mask
from .result import Context, Located
from .scan import Item, is_everyday, scan
from .tokens import key_words, tokenize
from .vocabulary import ARTICLES, DIRECTIONS, FILLERS, PERSON_CUES, ROLES, STREET_KINDS

MAX_CHARS = 64
_MAX_KEPT = 8192
_SURE_COST = 2.0
_TWO_NAMES = re.compile(r"([^&/@,;:!?()\n]+?)\s*(?:&|/|@|\s(?:and|y)\s)\s*([^&/@,;:!?()\n]+)")
_OPENERS = DIRECTIONS | STREET_KINDS | ARTICLES | FILLERS | PERSON_CUES | frozenset(ROLES)
"""Words that may be more than a part of a name: left to the full parser."""


@dataclass(slots=True)
class Half:
    """One street name as written: its meaning, and where in the half its words start and end."""

    item: Item
    start: int
    end: int


@dataclass(slots=True)
class QuickCorners:
    """Answer two plain names directly; caches the meaning of each name."""

    atlas: Atlas
    halves: dict[str, Half | None] = field(default_factory=dict)

    def find(self, text: str, context: Context | None) -> Located | None:
        """Return the corner that *text* names, None if it needs the full parser."""
        match = _TWO_NAMES.fullmatch(text) if len(text) <= MAX_CHARS else None
        if match is None:
            return None
        a, b = self._half(match[1]), self._half(match[2])
        if a is None or b is None or (a.item.code != "S" and b.item.code != "S"):
            return None
        readings = find_readings(self.atlas.lines, self.atlas.plane, a.item, b.item)
        if not readings or readings[0].cost > _SURE_COST:
            return None
        draft = draft_corner(self.atlas, readings, a.item, b.item, (0, 2))
        start, end = match.start(1) + a.start, match.start(2) + b.end
        return finish(self.atlas, draft, text[start:end], (start, end), context)

    def _half(self, written: str) -> Half | None:
        try:
            return self.halves[written]
        except KeyError:
            pass
        if len(self.halves) >= _MAX_KEPT:
            self.halves.clear()
        half = self.halves[written] = self._read(written)
        return half

    def _read(self, written: str) -> Half | None:
        plain = self._read_plain(written)
        if plain is not None:
            return plain
        tokens = tokenize(written)
        mask(tokens)
        items = scan(tokens, self.atlas.streets, self.atlas.places)
        if len(items) != 1 or items[0].code not in "Sms" or any(tokens.masked):
            return None
        item = items[0]
        return Half(item, tokens.start[item.start], tokens.end[item.end - 1])

    def _read_plain(self, written: str) -> Half | None:
        """Return a name that is one known key and an optional kind, as ``scan`` would; None if it may differ."""
        if not written.isascii() or "." in written or "'" in written:
            return None
        words = key_words(written)
        kind = words.pop() if len(words) > 1 and words[-1] in STREET_KINDS else ""
        names = self.atlas.streets.names.get(" ".join(words))
        if names is None or not _OPENERS.isdisjoint(words) or (kind and self._has_key(f"{' '.join(words)} {kind}")):
            return None
        said = bool(kind) or (words[0].isdigit() and not written.strip().isdigit())
        value = int(words[0]) if len(words) == 1 and words[0].isdigit() else -1
        code = "S" if value < 0 or said else "m"
        if len(words) == 1 and value < 0 and not kind and is_everyday(words[0]):
            code = "s"
        item = Item(code, 0, len(words), names, kind, value=value, said=said)
        return Half(item, len(written) - len(written.lstrip()), len(written.rstrip()))

    def _has_key(self, key: str) -> bool:
        return key in self.atlas.streets.names or key in self.atlas.places.names
