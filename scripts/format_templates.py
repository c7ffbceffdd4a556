"""Format Django templates without changing their output: python scripts/format_templates.py [--check] [FOLDER].

A line is broken where there is white space already, between the attributes of a tag, or where white space is not
rendered (``template_tokens``); texts longer than a line become ``blocktranslate trimmed``, which keeps their msgid.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from template_tokens import SPACE, list_free, pair, read_tokens, walk_pairs

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 120
_MOST_PASSES = 8
_MAX_ELEMENT = 100  # longer elements are split over several lines
_LONGEST_TEXT = 100
_INDENT = "  "
_MAY_BREAK = "\v"  # before a token that may start a line, though no space precedes it
_OWN_LINE = frozenset({"include", "nav_link"})
_NOT_INDENTED = frozenset({"html", "head", "body"})
_TRANSLATE = re.compile(r"""\{%\s*translate\s+(?:"([^"{}%\\]*)"|'([^'{}%\\]*)')\s*%\}""")
_BLOCK = re.compile(r"(?s)(\{%\s*blocktranslate\b.*?%\})(.*)(\{%\s*endblocktranslate\s*%\})")
_COMMENT = re.compile(r"(?s)(\{%\s*comment\s*%\})(.*)(\{%\s*endcomment\s*%\})")
_TEXT = re.compile(r"(?s)(\{%\s*translate\b.*?%\}|\{%\s*blocktranslate\b.*?endblocktranslate\s*%\})")
_PLURAL = re.compile(r"(\{%\s*plural\s*%\})")


class Layout:
    """Formats one template."""

    def __init__(self, source: str) -> None:
        self.tokens = read_tokens(source)
        pair(self.tokens)
        self.free = list_free(self.tokens)
        self.breaks = [False] * len(self.tokens)
        self.opened: set[int] = set()  # opening and closing tags whose content is on separate lines
        self._choose_breaks()

    def may_break(self, number: int) -> bool:
        """Return True if a line break is allowed before a token."""
        if not 0 < number < len(self.tokens) or "raw" in (self.tokens[number].kind, self.tokens[number - 1].kind):
            return False
        if self._has_space(number):
            return True
        before, token = self.tokens[number - 1], self.tokens[number]
        hugs = (before.kind == "open" and before.is_box) or (token.kind == "close" and token.is_box)
        return self.free[number] and (self.breaks[number] or not hugs or token.kind == "begin" or before.kind == "end")

    def write(self) -> str:
        """Return the formatted template."""
        lines: list[str] = []
        line, depth = "", 0
        for number, group in self._list_groups():
            first = self.tokens[number]
            depth = self._depth(number)
            if number == 0:
                pass
            elif self.breaks[number] or (len(line) + len(group) + 1 > WIDTH and self.may_break(number)):
                lines.append(line)
                if first.newlines > 1 and self.breaks[number]:
                    lines.append("")
                line = _INDENT * depth
            elif self._has_space(number):
                line += " "
            *whole, line = self._append_run(line, number, depth)
            lines += whole
        return "\n".join([*lines, line]) + ("\n" if self.tokens[-1].newlines >= 0 else "")

    def _list_groups(self) -> Iterator[tuple[int, str]]:
        """Return the first token of each unbreakable run, with the run's text."""
        start = 0
        for number in range(1, len(self.tokens)):
            if self.may_break(number) or self.tokens[number].kind == "end-of-file":
                yield start, "".join(token.text for token in self.tokens[start:number])
                start = number

    def _append_run(self, line: str, number: int, depth: int) -> list[str]:
        """Return ``line`` followed by the run that starts at ``number``, over more lines if it is too long."""
        pieces = list(self._list_pieces(number, depth))
        while not self.may_break(number + 1) and self.tokens[number + 1].kind != "end-of-file":
            number += 1
            pieces += self._list_pieces(number, depth)
        lines = [line]
        for unit in _join(pieces):
            if unit.startswith("\n"):
                lines.append(unit[1:])
            elif unit.startswith((" ", _MAY_BREAK)) and len(lines[-1]) + len(unit) > WIDTH and lines[-1].strip():
                lines.append(_INDENT * (depth + 2) + unit[1:])
            else:
                lines[-1] += unit.removeprefix(_MAY_BREAK)
        return lines

    def _list_pieces(self, number: int, depth: int) -> Iterator[str]:
        token = self.tokens[number]
        if token.kind in ("open", "void") and not token.text.startswith("<!"):
            yield from split_tag(token.text, depth)
        elif token.kind == "words" or token.name in ("comment", "blocktranslate"):
            yield from split_words(token.text, depth)
        else:
            yield token.text

    def _depth(self, number: int) -> int:
        token = self.tokens[number]
        own = token.partner if token.kind in ("close", "end") else -1
        return sum(
            1
            for begin in self.opened
            if begin < number < self.tokens[begin].partner
            and begin != own
            and not (token.kind == "middle" and self._find_block(number) == begin)
        )

    def _find_block(self, number: int) -> int:
        """Return the Django block that a middle tag such as ``else`` belongs to."""
        around = [n for n, one in enumerate(self.tokens) if one.kind == "begin" and n < number < one.partner]
        return max(around, default=-1)

    def _choose_breaks(self) -> None:
        for begin, end in walk_pairs(self.tokens):
            token = self.tokens[begin]
            if (token.kind == "open" and not token.is_block) or not self._is_long(begin, end):
                continue
            self._break(begin + 1)
            self._break(end)
            if self.breaks[begin + 1] and token.name not in _NOT_INDENTED and not self._is_outermost(begin):
                self.opened.add(begin)
            for number in self._list_children(begin, end):
                self._break_child(begin, number)
        for number in self._list_children(-1, len(self.tokens)):
            self._break_child(-1, number)
        for number, token in enumerate(self.tokens):
            if token.newlines > 0 and (token.kind == "silent" or token.name in _OWN_LINE):
                self._break(number)

    def _list_children(self, begin: int, end: int) -> Iterator[int]:
        number = begin + 1
        while number < end:
            yield number
            number = max(self.tokens[number].partner, number) + 1

    def _is_outermost(self, begin: int) -> bool:
        """Return True for a top-level block of the template, whose content is not indented."""
        return self.tokens[begin].name == "block"

    def _has_space(self, number: int) -> bool:
        return self.tokens[number].newlines >= 0 and not self.free[number]

    def _is_long(self, begin: int, end: int) -> bool:
        if any(self.breaks[begin + 1 : end + 1]):
            return True
        inside = self.tokens[begin : end + 1]
        flat = sum(len(self.tokens[n].text) + self._has_space(n) for n in range(begin, end + 1))
        return flat > _MAX_ELEMENT or (flat > _MAX_ELEMENT // 2 and any(one.is_block for one in inside[1:-1]))

    def _break_child(self, parent: int, number: int) -> None:
        """Put a block that is a direct child of ``parent`` on its own lines."""
        token = self.tokens[number]
        opens = (token.kind == "open" and token.is_block) or (token.kind == "begin" and self._is_open_block(number))
        if opens or (token.kind == "void" and token.is_block):
            self._break(number)
            self._break(max(token.partner, number) + 1)
        if token.kind == "middle" and self._find_block(number) == parent:
            self._break(number)
            self._break(number + 1)
        if token.kind == "silent" and token.name in ("extends", "load", "comment") and parent == -1:
            self._break(number + 1)

    def _is_open_block(self, number: int) -> bool:
        end = self.tokens[number].partner
        return any(self.breaks[number + 1 : end + 1]) or any(one.is_block for one in self.tokens[number:end])

    def _break(self, number: int) -> None:
        if self.may_break(number) and self.tokens[number].kind != "end-of-file":
            self.breaks[number] = True


def split_tag(text: str, depth: int) -> Iterator[str]:
    """Split an HTML tag into pieces; one that starts with a space may start a line instead."""
    piece, quote = "", ""
    for found in re.finditer(r"\{%.*?%\}|\{\{.*?\}\}|\s+|.", text, re.DOTALL):
        part = found[0]
        if part in "\"'":
            quote = "" if quote == part else quote or part
        if part[0] in SPACE and not quote:
            yield from _split_attribute(piece, depth)
            piece = " "
        else:
            piece += part
    last = ">" if piece.endswith(">") and not piece.endswith("/>") else ""
    if body := piece.removesuffix(last).rstrip():
        yield from _split_attribute(body, depth)
    if last:
        yield _MAY_BREAK + last


def _join(pieces: list[str]) -> list[str]:
    """Join pieces that must stay on one line; the end of a tag starts a line only where necessary."""
    units: list[str] = []
    for piece in pieces:
        if piece.startswith(("\n", " ", _MAY_BREAK)) or not units:
            units.append(piece)
        else:
            units[-1] += piece
    joined: list[str] = []
    for unit in units:
        if unit.startswith(_MAY_BREAK) and joined and len(joined[-1]) + len(unit) < WIDTH - 30:
            joined[-1] += unit[1:]
        else:
            joined.append(unit)
    return joined


def _split_attribute(piece: str, depth: int) -> Iterator[str]:
    """Put the long texts of an attribute on lines of their own."""
    if len(piece) <= _LONGEST_TEXT:
        yield piece
        return
    for part in _TEXT.split(piece):
        if part.startswith("{%"):
            yield from split_words(part, depth + 2)
        elif part:
            yield part


def split_words(text: str, depth: int) -> Iterator[str]:
    """Format a translated text or a comment: unchanged if short, else over several lines with the same msgid."""
    if found := _TRANSLATE.fullmatch(text):
        if len(text) <= _LONGEST_TEXT:
            yield text
            return
        text = f"{{% blocktranslate trimmed %}}{found[1] or found[2]}{{% endblocktranslate %}}"
    found = _BLOCK.fullmatch(text) or _COMMENT.fullmatch(text)
    if found is None:
        yield text
        return
    begin, body, end = found[1], found[2], found[3]
    is_comment = "comment" in begin
    if not is_comment and " trimmed" not in begin:
        if body != " ".join(body.split()) or "\n" in body:
            yield text
            return
        begin = begin.removesuffix("%}").rstrip() + " trimmed %}"
    parts = [" ".join(part.split()) for part in _PLURAL.split(body)]
    short = begin.replace(" trimmed", "") + "".join(parts) + end
    if len(short) <= _LONGEST_TEXT or (is_comment and len(short) <= _MAX_ELEMENT):
        yield short
        return
    yield begin
    for part in parts:
        if _PLURAL.fullmatch(part):
            yield f"\n{_INDENT * depth}{part}"
        else:
            yield from _wrap(part, depth + 1)
    yield f"\n{_INDENT * depth}{end}"


def _wrap(text: str, depth: int) -> Iterator[str]:
    line = _INDENT * depth
    is_new = True
    for word in re.findall(r"(?:\{\{.*?\}\}|<[^>]*>|[^\s<{]|[<{])+", text):
        if not is_new and len(line) + 1 + len(word) > WIDTH:
            yield f"\n{line}"
            line, is_new = _INDENT * depth, True
        line += word if is_new else f" {word}"
        is_new = False
    yield f"\n{line}"


def lay_out(source: str) -> str:
    """Return the formatted template; idempotent."""
    for _ in range(_MOST_PASSES):
        before, source = source, Layout(source).write()
        if source == before:
            return source
    raise ValueError("the layout does not settle")


def main() -> int:
    """Return 0 if every template was formatted already, or has been now."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "src/corredor/web/templates")
    parser.add_argument("--check", action="store_true", help="change nothing; fail when something would change")
    asked = parser.parse_args()
    others = []
    for path in sorted(asked.folder.rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        if (laid_out := lay_out(source)) != source:
            others.append(path)
            if not asked.check:
                path.write_text(laid_out, encoding="utf-8")
    if asked.check:
        for path in others:
            print(f"format_templates: would change {path}", file=sys.stderr)
    return 1 if asked.check and others else 0


if __name__ == "__main__":
    raise SystemExit(main())
