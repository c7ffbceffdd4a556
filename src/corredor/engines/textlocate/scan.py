"""Lexer: turn tokens into items (streets, places, numbers, joining words), one letter each for the grammar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .place_names import CUES, PlaceName, PlaceNames, Sort
from .street_names import Name, StreetNames, replace_cost
from .tokens import Tokens
from .vocabulary import (
    AMBIGUOUS_DIRECTIONS,
    ARTICLES,
    BOUND_WORDS,
    COMMON_WORDS,
    DIRECTIONS,
    FILLERS,
    GIVEN_NAMES,
    KIND_BEFORE,
    ROLES,
    STREET_KINDS,
)

_LEAD = 3
_JOINS = frozenset(("&", "and", "y", "@", "/", "con"))
_CUE_REACH = 3
_BETWEEN_CUE = frozenset("de del la el los las of the en on at".split())


@dataclass(slots=True)
class Item:
    """One item over tokens ``start`` to ``end``.

    ``code``: S a street, s one named by an everyday word or first name, m a bare number that is a street, n any
    other number, z a word that may be a misspelt street, P place, A area, T town, d direction, w another word,
    or a letter of ROLES. ``names`` are the lines a street item may be, ``cost`` the cost of its spelling.
    """

    code: str
    start: int
    end: int
    names: tuple[Name, ...] = ()
    kind: str = ""
    direction: str = ""
    value: int = -1
    cost: float = 0.0
    places: tuple[PlaceName, ...] = ()
    cue: str = ""
    said: bool = False  # an article, a kind or an ordinal ending marks this as a street


def scan(tokens: Tokens, streets: StreetNames, places: PlaceNames) -> list[Item]:
    """Return the items of a text in order, without filler words."""
    items: list[Item] = []
    i, count = 0, len(tokens)
    while i < count:
        item = None if tokens.masked[i] else _find_named(tokens, i, streets, places)
        item = item or _plain_item(tokens, i)
        if item.code:
            items.append(item)
        i = item.end
    return items


def find_key(words: list[str], i: int, longest: dict[str, int], names: Mapping[str, object]) -> int:
    """Return the length in words of the longest key that starts at *i*, 0 if none does."""
    most = longest.get(words[i], 0)
    for length in range(min(most, len(words) - i), 1, -1):
        if " ".join(words[i : i + length]) in names:
            return length
    return 1 if most and words[i] in names else 0


def _find_named(tokens: Tokens, i: int, streets: StreetNames, places: PlaceNames) -> Item | None:
    street = find_street(tokens, i, streets)
    place = _find_place(tokens, i, places)
    if street is None and place is not None and tokens.plain[i] in ARTICLES and i + 1 < place.end:
        street = find_street(tokens, i + 1, streets)  # "la 26" is an area's name and a street with its article
    if street is None or place is None:
        return street or place
    if place.end > street.end:
        return place
    if place.end == street.end and place.code in "AT" and _is_named_as_area(tokens, street):
        return place
    street.start = i
    street.places, street.cue = place.places, place.cue
    return street


def _is_named_as_area(tokens: Tokens, street: Item) -> bool:
    """Return whether "in Cicero" means the town and not the avenue: no street word, no joining word."""
    before = tokens.plain[street.start - 1] if street.start else ""
    if street.said or street.direction or before not in ("in", "en"):
        return False
    return street.end >= len(tokens) or ROLES.get(tokens.word[street.end], "") not in ("c", "q", "a", "b")


def find_street(tokens: Tokens, i: int, streets: StreetNames) -> Item | None:
    """Return the street whose mention starts at token *i*: [calle] [S] [la] NAME [Ave] [S]."""
    words = tokens.word
    direct = find_key(words, i, streets.longest, streets.names)
    lead, direction, kind = _read_lead(words, i, streets)
    led = 0
    if lead < len(words) and lead > i and not tokens.masked[lead]:
        led = find_key(words, lead, streets.longest, streets.names)
        led = 0 if led and lead + led <= i + direct else led
    if led and not (direct > 1 and direct >= lead - i + led):
        return _street_item(tokens, i, lead, led, direction, kind, streets)
    if not direct or not _may_be_name(words, i, direct):
        return None
    item = _street_item(tokens, i, i, direct, "", "", streets)
    if led:
        other = streets.names[" ".join(words[lead : lead + led])]
        item.names = (*item.names, *(replace_cost(name, 0.8) for name in other))
    return item


def _add_shorter(item: Item, words: list[str], streets: StreetNames) -> None:
    """Add the shorter key: "Moody Ave" may mean Moody Ave although "Moody Ave Trail" has the longer key.

    Likewise "Avenida North" may mean North Ave besides Avenue N.
    """
    for kind, rest, dearer in ((words[-1], words[:-1], 0.8), (words[0], words[1:], 0.0)):
        if kind not in STREET_KINDS:
            continue
        whole = [name for name in streets.names.get(" ".join(rest), ()) if kind in name.kinds]
        known = {name.line for name in item.names}
        whole = [replace_cost(name, 0.0 if dearer else 0.5) for name in whole if name.line not in known]
        if whole:
            item.names = (*whole, *(replace_cost(name, dearer) for name in item.names))


def _read_lead(words: list[str], i: int, streets: StreetNames) -> tuple[int, str, str]:
    """Read the optional words before a name: kind, direction, article, in any order; return end, direction, kind.

    A kind that opens a name ("S St Lawrence", "S Avenue M") ends the lead.
    """
    direction = kind = ""
    j = i
    while j < len(words) and j - i < _LEAD:
        word = words[j]
        if word in KIND_BEFORE and j > i and find_key(words, j, streets.longest, streets.names) > 1:
            break
        if word in KIND_BEFORE and not kind:
            kind = word
        elif word in DIRECTIONS and not direction:
            direction = word
        elif not (word in ARTICLES and j > i):
            break
        j += 1
    return j, direction, kind


def _may_be_name(words: list[str], i: int, length: int) -> bool:
    """Return whether a key may be a name here: a bare "north" is one only before "ave"."""
    if length > 1 or (words[i] not in DIRECTIONS and words[i] not in STREET_KINDS):
        return True
    following = words[i + 1] if i + 1 < len(words) else ""
    if following in STREET_KINDS and following != words[i]:
        return True
    return (i == 0 or words[i - 1] in _JOINS) and (not following or following in _JOINS)


def _street_item(
    tokens: Tokens, start: int, at: int, length: int, direction: str, kind: str, streets: StreetNames
) -> Item:
    words = tokens.word
    end, kind, direction = _read_tail(tokens, at + length, kind, direction, streets)
    item = Item("S", start, end, streets.names[" ".join(words[at : at + length])], kind, direction)
    if length > 1 and (words[at + length - 1] in STREET_KINDS or words[at] in STREET_KINDS):
        _add_shorter(item, words[at : at + length], streets)
    article = at > 0 and tokens.plain[at - 1] in ARTICLES
    item.said = bool(kind) or tokens.ordinal[at] or (article and tokens.value[at] >= 0)
    if length == 1:
        item.value = tokens.value[at]
        if item.value >= 0:
            item.code = "S" if item.said or (direction and start == at) else "m"
        elif not item.kind and not item.direction and is_everyday(words[at]):
            item.code = "s"
    return item


def is_everyday(word: str) -> bool:
    """Return whether a street of this name needs more evidence than the bare word."""
    return word in COMMON_WORDS or word in GIVEN_NAMES or word in DIRECTIONS or word in STREET_KINDS


def _read_tail(tokens: Tokens, i: int, kind: str, direction: str, streets: StreetNames) -> tuple[int, str, str]:
    """Read the optional words after a name: "th", kind, direction; return end, kind, direction."""
    words = tokens.word
    if i < len(words) and words[i] in ("th", "nd") and tokens.value[i - 1] >= 0:
        i += 1
    if i < len(words) and not kind and words[i] in STREET_KINDS and not _opens_name(words, i, streets):
        kind = words[i]
        i += 1
    after = words[i] if i < len(words) else ""
    if after in DIRECTIONS and not direction and _ends_name(tokens, i, streets):
        return i + 1, kind, after
    return i, kind, direction


def _opens_name(words: list[str], i: int, streets: StreetNames) -> bool:
    """Return whether the kind at *i* starts the next name instead ("63rd St Lawrence")."""
    length = find_key(words, i, streets.longest, streets.names) if i + 1 < len(words) else 0
    return length > 1 and not all(word in DIRECTIONS for word in words[i + 1 : i + length])


def _ends_name(tokens: Tokens, i: int, streets: StreetNames) -> bool:
    """Return whether the direction at *i* belongs to the name before it and not to the next one."""
    if tokens.plain[i] in BOUND_WORDS or (
        tokens.plain[i] in AMBIGUOUS_DIRECTIONS and tokens.text[tokens.start[i]].islower()
    ):
        return False
    if i + 1 >= len(tokens):
        return True
    following = tokens.word[i + 1]
    return not (following in streets.longest or following in STREET_KINDS or ROLES.get(following) in ("f", "o"))


def _find_place(tokens: Tokens, i: int, places: PlaceNames) -> Item | None:
    """Return the place, area or town whose name starts at token *i*, if the neighbouring words allow it."""
    length = find_key(tokens.word, i, places.longest, places.names)
    if not length or (length == 1 and (tokens.word[i] in ROLES or tokens.plain[i] in ROLES)):
        return None
    names = places.names[" ".join(tokens.word[i : i + length])]
    cue = find_cue(tokens, i, i + length)
    wide = [name.sort for name in names if name.sort is not Sort.PLACE]
    if wide:
        return Item("A" if Sort.AREA in wide else "T", i, i + length, places=names, cue=cue)
    if not cue and all(name.needs_cue for name in names) and not _is_all(tokens, i, i + length):
        return None
    return Item("P", i, i + length, places=names, cue=cue)


def _is_all(tokens: Tokens, start: int, end: int) -> bool:
    """Return whether tokens *start* to *end* are the whole text, and no everyday word."""
    rest = (*tokens.plain[:start], *tokens.plain[end:])
    said = tokens.plain[start:end]
    return all(word in FILLERS or ROLES.get(word) == "." for word in rest) and not all(is_everyday(w) for w in said)


def find_cue(tokens: Tokens, start: int, end: int) -> str:
    """Return the kind of place that the words next to tokens *start* to *end* name, "" if none do."""
    plain = tokens.plain
    if end < len(plain) and plain[end] in CUES:
        return CUES[plain[end]]
    only_station = False
    for j in range(start - 1, max(-1, start - 1 - _CUE_REACH), -1):
        cue = CUES.get(plain[j], "") if plain[j] != "es" else ""
        if cue:
            return cue if cue == "station" or not only_station else ""
        only_station = only_station or plain[j] in ("en", "on", "at")  # "the Pink Line on Kedzie"
        if plain[j] not in _BETWEEN_CUE:
            break
    return CUES.get(plain[end - 1], "") if end - start > 1 else ""


def _plain_item(tokens: Tokens, i: int) -> Item:
    word, plain = tokens.word[i], tokens.plain[i]
    if plain == "e" and i + 1 < len(tokens) and tokens.plain[i + 1] == "/" and tokens.glued[i + 1]:
        return Item("b", i, i + 2)  # "e/ 47 y 48": entre
    if tokens.value[i] >= 0:
        return Item("w" if tokens.masked[i] else "n", i, i + 1, value=tokens.value[i])
    if tokens.masked[i]:
        return Item("w", i, i + 1)
    if plain == "este" and i > 0 and tokens.plain[i - 1] in ("al", "del", "hacia", "rumbo", "el"):
        return Item("d", i, i + 1, direction="e")  # "al este" is east, "este" alone a pause
    role = ROLES.get(word) or ROLES.get(plain)
    if role:
        return Item(role, i, i + 1)
    if plain in FILLERS:
        return Item("", i, i + 1)
    if word in DIRECTIONS:
        return Item("d", i, i + 1, direction=word)
    return Item("w", i, i + 1)
