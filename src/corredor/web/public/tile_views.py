"""The base map: one PMTiles file of the city pack, read by the map in byte ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from corredor.packs import find_pack
from corredor.places.pack import pack_roots

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
_SLICE = 64 * 1024
_KEPT_S = 24 * 3600


@require_safe
def tiles(request: HttpRequest, city: str) -> HttpResponseBase:
    """Return the whole file, or the requested range (RFC 9110, single range, as PMTiles readers send)."""
    folder = find_pack(city, pack_roots())
    if folder is None or not (path := folder / "basemap.pmtiles").is_file():
        raise Http404
    size = path.stat().st_size
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None:
        return _dress(FileResponse(path.open("rb"), content_type="application/vnd.pmtiles"), path)
    first, last = int(asked[1]), min(int(asked[2] or size), size - 1)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(
        _read(path.open("rb"), first, last - first + 1), status=206, content_type="application/vnd.pmtiles"
    )
    response["Content-Length"] = str(last - first + 1)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _dress(response, path)


def _dress(response: HttpResponseBase, path: Path) -> HttpResponseBase:
    stat = path.stat()
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = f'"{stat.st_size:x}-{stat.st_mtime_ns:x}"'
    response["Cache-Control"] = f"public, max-age={_KEPT_S}"
    return response


def _read(file: BinaryIO, first: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while length > 0 and (part := file.read(min(length, _SLICE))):
            length -= len(part)
            yield part
