"""Answers from memory, given in the server's own loop: published files, and the small static files of every page.

A thread, Django and a database are for pages. A file that a thousand newsrooms ask for every ten seconds is compared
and sent from memory, and a style sheet never waits behind a slow page. Whatever is not plainly such a request is for
Django, which serves the same files.
"""

from __future__ import annotations

import mimetypes
import re
import time
from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from corredor.flows.publish.files import Published, answer, is_published, prepare_file
from corredor.flows.publish.snapshot import CHECK_AGAIN_S, open_files

_LONGEST_HEAD = 4096
_LARGEST_STATIC = 128 * 1024
_STATIC_BYTES = 16 * 1024 * 1024  # all together
_REQUEST = re.compile(rb"(GET|HEAD) /((?:static/)?[A-Za-z0-9_./-]{4,120}) HTTP/1\.1\r\n")
# Anything with a body, a wish for another protocol, or lines that servers read differently.
_UNUSUAL = re.compile(rb"(?i)\r\n(?:content-length|transfer-encoding|upgrade|expect|range|[ \t])|[^\r]\n|\r[^\n]|\0")
_HOST = re.compile(rb"(?i)\r\nhost:[^\r]")
_HEADER = re.compile(rb"(?i)\r\n(if-none-match|accept-encoding|connection):[ \t]*([^\r]*)")
_FOR_EVER = "max-age=315360000, public, immutable"
_static: dict[str, Published] = {}


def load_static(hashed_files: Mapping[str, str], folder: Path) -> None:
    """Read the small static files whose names hold a digest of their content, which never change under that name."""
    left = _STATIC_BYTES
    for name in sorted(set(hashed_files.values())):
        path = folder / name
        size = path.stat().st_size if path.is_file() else _LARGEST_STATIC + 1
        if size <= min(_LARGEST_STATIC, left):
            left -= size
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            if kind.startswith("text/"):
                kind += "; charset=utf-8"
            _static[f"static/{name}"] = prepare_file(path.read_bytes(), content_type=kind, cache_control=_FOR_EVER)


def find_reply(data: bytes) -> bytes | None:
    """Return the whole reply when ``data`` is one plain request for a file in memory; None when it is not."""
    if len(data) > _LONGEST_HEAD or data.find(b"\r\n\r\n") != len(data) - 4:
        return None
    head = data[:-2]
    match = _REQUEST.match(head)
    if match is None or _UNUSUAL.search(head) or not _HOST.search(head):
        return None
    found = _find(match[2].decode())
    if found is None:
        return None
    said = {name.lower(): value.decode("latin-1") for name, value in _HEADER.findall(head)}
    if said.get(b"connection", "keep-alive").lower() != "keep-alive":
        return None
    return _write_reply(
        found,
        said.get(b"if-none-match", ""),
        said.get(b"accept-encoding", ""),
        is_head=match[1] == b"HEAD",
        second=int(time.time()),
    )


def _find(name: str) -> Published | None:
    if name.startswith("static/"):
        return _static.get(name)
    if not is_published(name):
        return None
    files = open_files()
    return files.find(name) if files.age_s() <= CHECK_AGAIN_S else None  # an old one is looked over by Django first


@lru_cache(maxsize=256)
def _write_reply(found: Published, if_none_match: str, accept_encoding: str, *, is_head: bool, second: int) -> bytes:
    """Readers mostly send the same headers, so within a second one reply does for all of them."""
    reply = answer(found, if_none_match=if_none_match, accept_encoding=accept_encoding)
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}", f"Date: {formatdate(second, usegmt=True)}"]
    lines += [f"{name}: {value}" for name, value in reply.headers]
    if reply.status == 200:
        lines.append(f"Content-Length: {len(reply.body)}")
    head = "\r\n".join([*lines, "Connection: keep-alive", "", ""]).encode()
    return head if is_head else head + reply.body
