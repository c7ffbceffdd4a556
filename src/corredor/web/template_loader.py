"""Loads templates without the white space that only their layout needs: pages weigh what they show."""

from __future__ import annotations

import re

from django.conf import settings
from django.template.base import Origin
from django.template.loaders import filesystem

_VERBATIM = re.compile(r"(?s)(<(pre|textarea|script|style)\b.*?</\2>)")
_BLOCK = (
    r"(?:html|head|body|title|meta|link|script|article|aside|blockquote|dd|div|dl|dt|fieldset|figcaption|figure|footer"
    r"|form|h[1-6]|header|hr|li|main|nav|ol|option|p|section|table|tbody|thead|tr|td|th|ul|legend|path|circle|rect)\b"
)
_BEFORE_BLOCK = re.compile(rf"[ \t]*\n\s*(?=</?{_BLOCK})")
_AFTER_BLOCK = re.compile(rf"(</{_BLOCK}>|<{_BLOCK}[^<>{{]*>)\s*\n\s*")
_INDENT = re.compile(r"[ \t]*\n\s*")


class Loader(filesystem.Loader):
    """Reads templates from the engine's folders; a developer's error pages need them as they are written."""

    def get_contents(self, origin: Origin) -> str:
        """Return a template's text."""
        contents = super().get_contents(origin)
        return contents if settings.DEBUG else squeeze(contents)


def squeeze(template: str) -> str:
    """Return a template without white space that is never shown: indents, and new lines beside blocks."""
    parts = _VERBATIM.split(template)
    for number in range(0, len(parts), 3):  # then one verbatim element, and its name
        text = _BEFORE_BLOCK.sub("", parts[number])
        parts[number] = _INDENT.sub("\n", _AFTER_BLOCK.sub(r"\1", text))
    return "".join(part for number, part in enumerate(parts) if number % 3 != 2)
