"""Answers from memory, given in the server's own loop: published files, and the small static files of every page.

A thread, Django and a database are for pages. A file that a thousand newsrooms ask for every ten seconds is compared
and sent from memory, and a style sheet never waits behind a slow page. Whatever is not plainly such a request is for
Django, which serves the same files.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from corredor.flows.publish.files import Answer, Published, answer, is_published
from corredor.flows.publish.snapshot import CHECK_AGAIN_S, open_files

_LONGEST_HEAD = 4096
_LARGEST_STATIC = 128 * 1024
_STATIC_BYTES = 16 * 1024 * 1024  # all together
_REQUEST = re.compile(rb"(GET|HEAD) /((?:static/)?[A-Za-z0-9_./-]{4,120}) HTTP/1\.1\r\n")
# Anything with a body, a wish for another protocol, or lines that servers read differently.
_UNUSUAL = re.compile(rb"(?i)\r\n(?:content-length|transfer-encoding|upgrade|expect|range|[ \t])|[^\r]\n|\r[^\n]|\0")
_HOST = re.compile(rb"(?i)\r\nhost:[^\r]")
_HEADER = re.compile(rb"(?i)\r\n(if-none-match|accept-encoding|connection):[ \t]*([^\r]*)")
_KEPT_S = 0.05
_MOST_KEPT = 256
_FOR_EVER = "max-age=315360000, public, immutable"
_CODINGS = ("br", "gzip")  # the shorter first


@dataclass(frozen=True, slots=True, eq=False)
class StaticFile:
    """One file in the codings that were made when static files were gathered."""

    bodies: Mapping[str, bytes]  # by coding; "" as it is
    content_type: str
    etag: str


_static: dict[str, StaticFile] = {}


def load_static(hashed_files: Mapping[str, str], folder: Path) -> None:
    """Read the small static files whose names hold a digest of their content, which never change under that name."""
    left = _STATIC_BYTES
    for name in sorted(set(hashed_files.values())):
        path = folder / name
        size = path.stat().st_size if path.is_file() else _LARGEST_STATIC + 1
        if size <= min(_LARGEST_STATIC, left):
            left -= size
            _static[f"static/{name}"] = read_static(path)


def read_static(path: Path) -> StaticFile:
    """Read a file and its compressed twins."""
    bodies = {"": path.read_bytes()}
    for coding, suffix in (("br", ".br"), ("gzip", ".gz")):
        twin = path.with_name(path.name + suffix)
        if twin.is_file():
            bodies[coding] = twin.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    return StaticFile(bodies, kind + charset, f'"{hashlib.sha256(bodies[""]).hexdigest()[:20]}"')


def answer_static(file: StaticFile, *, if_none_match: str, accept_encoding: str) -> Answer:
    """Return the response to one request."""
    headers = [
        ("Cache-Control", _FOR_EVER),
        ("Vary", "Accept-Encoding"),
        ("Access-Control-Allow-Origin", "*"),
        ("X-Content-Type-Options", "nosniff"),
        ("ETag", f"W/{file.etag}"),  # weak: the same for all codings
    ]
    if file.etag in if_none_match:
        return Answer(304, tuple(headers), b"")
    taken = {part.strip() for part in accept_encoding.lower().split(",")}  # one with a weight is not taken
    coding = next((coding for coding in _CODINGS if coding in taken and coding in file.bodies), "")
    if coding:
        headers.append(("Content-Encoding", coding))
    return Answer(200, (("Content-Type", file.content_type), *headers), file.bodies[coding])


class RecentReplies:
    """Replies found a moment ago, by the request's bytes: readers mostly send the same ones."""

    def __init__(self, *, kept_s: float = _KEPT_S) -> None:
        self._kept_s = kept_s
        self._kept: dict[bytes, tuple[float, bytes]] = {}

    def find(self, data: bytes, now: float) -> bytes | None:
        """Return ``find_reply(data)``, at most ``kept_s`` old at ``now``."""
        kept = self._kept.get(data)
        if kept is not None and now < kept[0]:
            return kept[1]
        reply = find_reply(data)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        if reply is not None:
            self._kept[data] = (now + self._kept_s, reply)
        return reply


def find_reply(data: bytes) -> bytes | None:
    """Return the whole reply when ``data`` is one plain request for a file in memory; None when it is not."""
    if len(data) > _LONGEST_HEAD or data.find(b"\r\n\r\n") != len(data) - 4:
        return None
    head = data[:-2]
    match = _REQUEST.match(head)
    if match is None or _UNUSUAL.search(head) or not _HOST.search(head):
        return None
    name = match[2].decode()
    found = _static.get(name) or _find_published(name)
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


def _find_published(name: str) -> Published | None:
    if not is_published(name):
        return None
    files = open_files()
    return files.find(name) if files.age_s() <= CHECK_AGAIN_S else None  # an old one is looked over by Django first


@lru_cache(maxsize=256)
def _write_reply(
    found: Published | StaticFile, if_none_match: str, accept_encoding: str, *, is_head: bool, second: int
) -> bytes:
    """Readers mostly send the same headers, so within a second one reply does for all of them."""
    if isinstance(found, StaticFile):
        reply = answer_static(found, if_none_match=if_none_match, accept_encoding=accept_encoding)
    else:
        reply = answer(found, if_none_match=if_none_match, accept_encoding=accept_encoding)
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}", f"Date: {formatdate(second, usegmt=True)}"]
    lines += [f"{name}: {value}" for name, value in reply.headers]
    if reply.status == 200:
        lines.append(f"Content-Length: {len(reply.body)}")
    head = "\r\n".join([*lines, "Connection: keep-alive", "", ""]).encode()
    return head if is_head else head + reply.body
