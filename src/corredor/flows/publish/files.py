"""HTTP responses for published files without Django: strong ETags, gzip, 304."""

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
MESSAGE_MAX_AGE_S = 3600  # a CAP message is immutable
_CACHE_SIZE = 256
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
    """One file in both encodings, with its constant response headers."""

    body: bytes
    etag: str
    zipped: bytes
    zipped_etag: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Response: 200 with a body, or 304 without."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def is_published(name: str) -> bool:
    """Return whether a path (without leading slash) may be a published file; other paths are never read."""
    return _NAME.fullmatch(name) is not None


def prepare(name: str, body: bytes) -> Published:
    """Return a body with its ETags, headers and gzip form."""
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
    """Return the response to one request. A cached copy in either encoding gets 304."""
    zips = _takes_gzip(accept_encoding)
    etag = published.zipped_etag if zips else published.etag
    if if_none_match:
        known = _TAG.findall(if_none_match)  # If-None-Match uses weak comparison (RFC 9110, 13.1.2)
        if if_none_match.strip() == "*" or published.etag in known or published.zipped_etag in known:
            held = etag if etag in known or not known else next(t for t in known if t in _both(published))
            return Answer(304, (*published.headers[1:], ("ETag", held)), b"")
    headers = (*published.headers, ("ETag", etag))
    if zips:
        return Answer(200, (*headers, ("Content-Encoding", "gzip")), published.zipped)
    return Answer(200, headers, published.body)


class PublishedFiles:
    """In-memory cache of the snapshot folder's files, validated by inode, mtime and size."""

    def __init__(self, folder: str) -> None:
        self._folder, self._live = folder, f"{folder}/live.json"  # plain strings: joined for every request
        self._cache: OrderedDict[str, tuple[tuple[int, int, int], Published]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, name: str) -> Published | None:
        """Return the file; None if it does not exist."""
        path = f"{self._folder}/{name}"
        try:
            mark = _mark(os.stat(path))
        except OSError:
            return None
        known = self._cache.get(name)
        if known is not None and known[0] == mark:
            return known[1]
        return self._read(name, path)

    def age_s(self) -> float:
        """Return the snapshot's age in seconds since it was last checked."""
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
            known = self._cache.get(name)
            published = known[1] if known and known[1].body == body else prepare(name, body)
            self._cache[name] = (mark, published)
            self._cache.move_to_end(name)
            while len(self._cache) > _CACHE_SIZE:
                self._cache.popitem(last=False)
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
