"""Safe XML parser for untrusted input: no DTD, no entities, bounded in size and depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat  # expat directly, so that every declaration can be refused below

LARGEST = 64 * 1024  # bytes
_DEEPEST = 8
_MOST_ELEMENTS = 2_000


class BrokenXml(Exception):
    """Not well-formed, or over the size limits."""


@dataclass(slots=True)
class Node:
    """An element: its name with namespace as ``namespace name``, its children, and its text."""

    name: str
    children: list[Node] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the text directly in it, stripped."""
        return "".join(self.parts).strip()

    def all(self, name: str) -> Iterator[Node]:
        """Yield the children of this name."""
        return (child for child in self.children if child.name == name)


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._count = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > _MOST_ELEMENTS or len(self._open) >= _DEEPEST:
            raise BrokenXml("too many elements")
        node = Node(name)
        if self._open:
            self._open[-1].children.append(node)
        elif self.root is None:
            self.root = node
        self._open.append(node)

    def end(self, name: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        if self._open:
            self._open[-1].parts.append(data)


def parse(data: bytes) -> Node:
    """Return the root element. Raise BrokenXml.

    A document type is refused before anything in it is parsed, which excludes entity expansion to gigabytes and
    external entities.
    """
    if len(data) > LARGEST:
        raise BrokenXml("too large")
    parser = expat.ParserCreate(namespace_separator=" ")
    builder = _Builder()
    parser.StartElementHandler, parser.EndElementHandler = builder.begin, builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # LookupError: an unknown encoding
        raise BrokenXml(str(error)) from error
    if builder.root is None:
        raise BrokenXml("empty")
    return builder.root


def _refuse(*_: object) -> NoReturn:
    raise BrokenXml("a document type or entity")
