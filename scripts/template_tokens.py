"""Tokenize Django templates, and find where white space between tokens can be added without changing the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

SPACE = " \t\r\n\f"
BLOCK = frozenset(
    "html head body title meta link script style base template address article aside blockquote dd div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p section table tbody "
    "thead tfoot tr td th caption colgroup col ul legend option optgroup br noscript datalist "
    "g path circle rect line polyline polygon ellipse defs use".split()
)
# White space at the edges of their content is not rendered: boxes of their own, by HTML or by our style sheets.
INNER = frozenset({"button", "select", "svg"})
_INNER_CLASSES = frozenset(
    "button status stand standing tag urgent toggle connection who count unseen row__foot".split()
)
VERBATIM = frozenset({"pre", "textarea", "script", "style"})
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
BEGINS = frozenset({"if", "for", "block", "with", "autoescape", "filter", "language", "ifchanged", "spaceless"})
MIDDLES = frozenset({"else", "elif", "empty"})
_SILENT = frozenset({"load", "extends", "csrf_token", "get_current_language", "comment"})  # not visible
_DJANGO = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}")
_NAME = re.compile(r"\{%\s*(\w+)")
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
_CLASS = re.compile(r'\bclass="([^"{]*)')
_PIECE = re.compile(r"[^\s<{]+|[<{]")


@dataclass(slots=True)
class Token:
    """One indivisible token of a template.

    ``kind``: open, close, void (HTML); begin, middle, end (Django's blocks); text (a word); words (a translated text);
    silent (renders nothing); leaf (any other tag or variable); raw (kept unchanged).
    """

    kind: str
    name: str
    text: str
    newlines: int = -1  # line breaks in the white space before it; -1: no white space
    partner: int = -1
    is_box: bool = False  # white space at the edges of its content is not rendered

    @property
    def is_block(self) -> bool:
        """Return True if white space on either side of it is not rendered."""
        return self.kind in ("open", "close", "void") and self.name in BLOCK


@dataclass(slots=True)
class _Branches:
    """A Django block: its branches, and whether it may render nothing or repeat."""

    name: str
    begin: int
    branches: list[list[int | _Branches]] = field(default_factory=lambda: [[]])
    may_be_absent: bool = False
    end: int = -1


def read_tokens(source: str) -> list[Token]:
    """Split a template into tokens. White space between them is only counted."""
    tokens: list[Token] = []
    at = 0
    while at < len(source):
        start = at
        while at < len(source) and source[at] in SPACE:
            at += 1
        newlines = source.count("\n", start, at) if at > start else -1
        if at == len(source):
            tokens.append(Token("end-of-file", "", "", newlines))
            return tokens
        token, at = _read_one(source, at, tokens[-1] if tokens else None, start)
        token.newlines = -1 if token.kind == "raw" else newlines
        tokens.append(token)
    tokens.append(Token("end-of-file", "", ""))
    return tokens


def _read_one(source: str, at: int, before: Token | None, start: int) -> tuple[Token, int]:
    if before is not None and before.kind == "open" and before.name in VERBATIM:
        end = source.index(f"</{before.name}", start)
        if end > start:
            return Token("raw", before.name, source[start:end]), end
    if found := _DJANGO.match(source, at):
        return _read_django(source, found)
    if source.startswith(("<!", "<?"), at):
        end = source.index("-->", at) + 3 if source.startswith("<!--", at) else source.index(">", at) + 1
        return Token("open", "meta", source[at:end]), end
    if found := _TAG.match(source, at):
        end = _find_tag_end(source, at)
        return _make_tag(found, source[at:end]), end
    found = _PIECE.match(source, at)
    assert found is not None
    return Token("text", "", found[0]), found.end()


def _make_tag(found: re.Match[str], text: str) -> Token:
    name = found[2].lower()
    if found[1]:
        return Token("close", name, text)
    if name == "input" and 'type="hidden"' in text:
        return Token("silent", name, text)
    return Token("void" if name in VOID or text.endswith("/>") else "open", name, text, is_box=_is_box(text, name))


def _read_django(source: str, found: re.Match[str]) -> tuple[Token, int]:
    text, end = found[0], found.end()
    named = _NAME.match(text)
    name = named[1] if named else ""
    if name in ("blocktranslate", "comment"):
        closing = re.compile(rf"\{{%\s*end{name}\s*%\}}").search(source, end)
        assert closing is not None, text
        kind = "words" if name == "blocktranslate" else "silent"
        return Token(kind, name, source[found.start() : closing.end()]), closing.end()
    if name in BEGINS:
        return Token("begin", name, text), end
    if name in MIDDLES:
        return Token("middle", name, text), end
    if name.startswith("end"):
        return Token("end", name.removeprefix("end"), text), end
    if name in _SILENT or text.startswith("{#") or re.search(r"\sas\s+\w+\s*%\}$", text):
        return Token("silent", name, text), end
    if name == "translate":
        return Token("words", name, text), end
    return Token("leaf", name, text), end


def _is_box(tag: str, name: str) -> bool:
    found = _CLASS.search(tag)
    return name in INNER or (found is not None and not _INNER_CLASSES.isdisjoint(found[1].split()))


def _find_tag_end(source: str, at: int) -> int:
    quote = ""
    while True:
        if found := _DJANGO.match(source, at):
            at = found.end()
            continue
        sign = source[at]
        at += 1
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign == ">":
            return at


def pair(tokens: list[Token]) -> None:
    """Set the ``partner`` of each opening tag and Django block; -1 for a tag that is closed in another branch."""
    stack: list[int] = []
    for number, token in enumerate(tokens):
        if token.kind in ("open", "begin"):
            stack.append(number)
        elif token.kind == "end":
            while tokens[stack[-1]].kind != "begin":
                stack.pop()
            token.partner = stack.pop()
            tokens[token.partner].partner = number
        elif token.kind == "close":
            _pair_close(tokens, stack, number)


def _pair_close(tokens: list[Token], stack: list[int], number: int) -> None:
    for depth in range(len(stack) - 1, -1, -1):
        other = tokens[stack[depth]]
        if other.kind == "begin":
            return
        if other.name == tokens[number].name:
            other.partner, tokens[number].partner = number, stack[depth]
            tokens[number].is_box = other.is_box
            del stack[depth:]
            return


def list_free(tokens: list[Token]) -> list[bool]:
    """Return for each token whether white space before it is never rendered, whichever branches are taken."""
    root, free = _Branches("file", -1), [False] * len(tokens)
    _build_branches(root, tokens)
    is_child = any(token.name == "extends" for token in tokens)
    _mark_free(root.branches[0], tokens, free, before=is_child, after=is_child)
    return free


def _build_branches(root: _Branches, tokens: list[Token]) -> None:
    stack = [root]
    for number, token in enumerate(tokens):
        top = stack[-1]
        if token.kind == "begin":
            inner = _Branches(token.name, number, may_be_absent=token.name in ("if", "for", "ifchanged"))
            top.branches[-1].append(inner)
            stack.append(inner)
        elif token.kind == "middle":
            top.may_be_absent = top.may_be_absent and token.name == "elif"
            top.branches.append([number])
        elif token.kind == "end":
            top.end = number
            stack.pop()
        else:
            top.branches[-1].append(number)
    assert len(stack) == 1, "a Django block does not end"


def _mark_free(
    items: list[int | _Branches], tokens: list[Token], free: list[bool], *, before: bool, after: bool
) -> None:
    for place, item in enumerate(items):
        left = _is_edge(list(reversed(items[:place])), tokens, is_left=True, outside=before)
        right = _is_edge(items[place:], tokens, is_left=False, outside=after)
        if isinstance(item, int):
            free[item] = free[item] if tokens[item].kind == "middle" else left or right
            continue
        free[item.begin] = left or right
        beyond = _is_edge(items[place + 1 :], tokens, is_left=False, outside=after)
        for branch in item.branches:
            loops = item.name == "for" and branch is item.branches[0]
            again = not loops or _is_edge(list(reversed(branch)), tokens, is_left=True, outside=left)
            more = not loops or _is_edge(branch, tokens, is_left=False, outside=beyond)
            _mark_free(branch, tokens, free, before=left and again, after=beyond and more)
            last = _is_edge(list(reversed(branch)), tokens, is_left=True, outside=left and again)
            closing = _next_mark(item, branch, tokens)
            free[closing] = last or (beyond and more)


def _next_mark(item: _Branches, branch: list[int | _Branches], tokens: list[Token]) -> int:
    """Return the middle or end tag after a branch; a middle tag is the first token of its branch."""
    place = item.branches.index(branch) + 1
    if place < len(item.branches):
        first = item.branches[place][0]
        assert isinstance(first, int)
        return first
    return item.end


def _is_edge(items: Sequence[int | _Branches], tokens: list[Token], *, is_left: bool, outside: bool) -> bool:
    """Return True if every token that may be rendered first among ``items`` hides white space on this side."""
    for item in items:
        if isinstance(item, int):
            token = tokens[item]
            if token.kind in ("silent", "middle", "end-of-file"):
                continue
            return token.is_block or (token.is_box and token.kind == ("open" if is_left else "close"))
        if item.name == "block":
            return False  # an include may render anything
        branches = [list(reversed(branch)) if is_left else branch for branch in item.branches]
        rest = list(items[items.index(item) + 1 :])
        beyond = _is_edge(rest, tokens, is_left=is_left, outside=outside)
        return all(_is_edge(one, tokens, is_left=is_left, outside=beyond) for one in branches) and (
            beyond or not item.may_be_absent
        )
    return outside


def walk_pairs(tokens: list[Token]) -> Iterator[tuple[int, int]]:
    """Yield opening tokens with their ends, inner ones first."""
    pairs = [(n, one.partner) for n, one in enumerate(tokens) if one.kind in ("open", "begin") and one.partner > n]
    return iter(sorted(pairs, key=lambda one: one[1] - one[0]))
