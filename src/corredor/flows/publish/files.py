"""The published files as readers get them: strong validators, gzip, and answers made without Django's help."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from corredor.kit.languages import CODES

MAX_AGE_S = 10
MESSAGE_MAX_AGE_S = 3600  # a CAP message never changes
_MOST_KEPT = 256
_TYPES = {
    ".json": "application/json",
    ".geojson": "application/geo+json",
    ".atom": "application/atom+xml; charset=utf-8",
    ".xml": "application/cap+xml",
}
_NAME = re.compile(
    rf"live\.json|feeds/(?:(?:{'|'.join(CODES)})\.atom|cap\.atom|incidents\.geojson|cap/[a-z0-9]{{4,20}}\.xml)"
)
_TAG = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Published:
    """One file's bytes in both codings, with the lines of its reply that are always the same."""

    body: bytes
    etag: str
    zipped: bytes
    zipped_etag: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send: 200 with a body, or 304 without."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def is_published(name: str) -> bool:
    """Whether a path (without its first slash) can be a published file's; nothing else is looked for on the disk."""
    return _NAME.fullmatch(name) is not None


def prepare(name: str, body: bytes) -> Published:
    """A body with its validators."""
    tag = hashlib.sha256(body).hexdigest()[:20]
    max_age_s = MESSAGE_MAX_AGE_S if name.startswith("feeds/cap/") else MAX_AGE_S
    headers = (
        ("Content-Type", _TYPES[Path(name).suffix]),
        ("Cache-Control", f"public, max-age={max_age_s}"),
        ("Vary", "Accept-Encoding"),
        ("Access-Control-Allow-Origin", "*"),
        ("X-Content-Type-Options", "nosniff"),
    )
    return Published(body, f'"{tag}"', gzip.compress(body, 6, mtime=0), f'"{tag}-gz"', headers)


def answer(published: Published, *, if_none_match: str, accept_encoding: str) -> Answer:
    """The reply to one reader. A reader whose copy is of either coding is told that it still holds."""
    zips = _takes_gzip(accept_encoding)
    etag = published.zipped_etag if zips else published.etag
    if if_none_match:
        known = _TAG.findall(if_none_match)  # weak marks do not matter to this comparison (RFC 9110, 13.1.2)
        if if_none_match.strip() == "*" or published.etag in known or published.zipped_etag in known:
            held = etag if etag in known or not known else next(t for t in known if t in _both(published))
            return Answer(304, (*published.headers[1:], ("ETag", held)), b"")
    headers = (*published.headers, ("ETag", etag))
    if zips:
        return Answer(200, (*headers, ("Content-Encoding", "gzip")), published.zipped)
    return Answer(200, headers, published.body)


class PublishedFiles:
    """Files of the snapshot folder, kept in memory for as long as the disk says that they are the same."""

    def __init__(self, folder: str) -> None:
        self._folder, self._live = folder, f"{folder}/live.json"  # plain texts: they are put together very often
        self._kept: OrderedDict[str, tuple[tuple[int, int, int], Published]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, name: str) -> Published | None:
        """The file, None when there is none of that name."""
        path = f"{self._folder}/{name}"
        try:
            mark = _mark(os.stat(path))
        except OSError:
            return None
        known = self._kept.get(name)
        if known is not None and known[0] == mark:
            return known[1]
        return self._read(name, path)

    def age_s(self) -> float:
        """Seconds since somebody last looked the snapshot over."""
        try:
            return time.time() - os.stat(self._live).st_mtime
        except OSError:
            return float("inf")

    def _read(self, name: str, path: str) -> Published | None:
        with self._lock:
            try:
                with open(path, "rb") as file:
                    mark, body = _mark(os.fstat(file.fileno())), file.read()
            except OSError:
                return None
            known = self._kept.get(name)
            published = known[1] if known and known[1].body == body else prepare(name, body)
            self._kept[name] = (mark, published)
            self._kept.move_to_end(name)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return published


def _mark(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _both(published: Published) -> tuple[str, str]:
    return published.etag, published.zipped_etag


def _takes_gzip(accept_encoding: str) -> bool:
    for part in accept_encoding.lower().split(","):
        coding, _, quality = part.partition(";")
        if coding.strip() == "gzip":
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
