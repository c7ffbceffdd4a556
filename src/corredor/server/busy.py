"""The answer to who comes while the server is full: short, true, in every language, made without Django's help."""

from __future__ import annotations

import random

from django.conf import settings
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

_RETRY_AFTER_S = (2, 6)  # drawn anew for each, so that a crowd does not come back as one


class BusyReply:
    """Both forms are made once, when the process starts."""

    def __init__(self) -> None:
        sections, lines = [], []
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                title = _("We are very busy right now")
                words = _("Nothing was saved. Wait a few seconds and load this page again.")
            sections.append((code, title, words))
            lines.append(f"{title}. {words}\n")
        self._page = format_html(
            '<!doctype html><html lang="{}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            "<title>{}</title>{}",
            sections[0][0],
            " / ".join(title for _code, title, _words in sections),
            format_html_join("", '<section lang="{}"><h1>{}</h1><p>{}</p></section>', sections),
        ).encode()
        self._text = "".join(lines).encode()

    def write(self, accept: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """Return headers and body of a 503 for an Accept header."""
        takes_page = b"text/html" in accept.lower()
        body = self._page if takes_page else self._text
        kind = b"text/html" if takes_page else b"text/plain"
        headers = [
            (b"content-type", kind + b"; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"retry-after", str(random.randint(*_RETRY_AFTER_S)).encode()),  # noqa: S311 -- jitter, no secret
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        return headers, body

    def write_whole(self, data: bytes) -> bytes:
        """Return the reply to a request that begins with ``data``, as it goes over the wire."""
        accept = data.lower().partition(b"\r\naccept:")[2].partition(b"\r\n")[0]
        headers, body = self.write(accept)
        lines = b"".join(b"%s: %s\r\n" % header for header in headers)
        return b"HTTP/1.1 503 Service Unavailable\r\n" + lines + b"\r\n" + (b"" if data[:5] == b"HEAD " else body)
