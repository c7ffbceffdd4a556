"""Photos of a report: the original, byte for byte, and a display copy without metadata."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import secrets
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PHOTOS = 4
LARGEST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 40_000_000  # a phone's 48-megapixel mode is refused; what it sends by default is 12
DISPLAY_SIDE_PX = 1600
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")  # JPEG also opens the MPO files that some phones write
_CANNOT_OPEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError)
_APPLE_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"heim", b"heis")


class WrongPhoto(Exception):
    """The file is refused: ``reason`` is TOO_MANY, TOO_LARGE, HEIC or UNREADABLE.

    ``position`` is the file's number, from 1.
    """

    def __init__(self, reason: str, *, position: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


@dataclass(frozen=True, slots=True)
class UploadedPhoto:
    """An uploaded file. Its name is not stored: phones write dates and places into names."""

    content: bytes


@dataclass(frozen=True, slots=True)
class CheckedPhoto:
    """A decodable picture and its JPEG display copy."""

    original: bytes
    display: bytes
    digest: str  # SHA-256 of the original, hex


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """Paths of both files below the photo folder."""

    original: str
    display: str
    digest: str
    size: int  # bytes of the original


def check_photos(uploads: Sequence[UploadedPhoto]) -> list[CheckedPhoto]:
    """Decode every picture and make its display copy; write nothing. Raise WrongPhoto for the first that fails."""
    if len(uploads) > MOST_PHOTOS:
        raise WrongPhoto("TOO_MANY", position=MOST_PHOTOS + 1)
    return [_check(upload.content, position) for position, upload in enumerate(uploads, start=1)]


def save_photos(photos: Iterable[CheckedPhoto], *, root: Path) -> list[KeptPhoto]:
    """Write originals and copies below ``root``, readable by the server's user only.

    All or none: on OSError (disk full) the written files are removed and the error is re-raised. The caller removes
    them (``remove_photos``) if its transaction fails.
    """
    saved: list[KeptPhoto] = []
    for photo in photos:
        # Not the digest: two people may send the same picture, and one of them withdraw it.
        token = secrets.token_hex(16)
        paths = KeptPhoto(
            original=f"{token[:2]}/{token}.original",
            display=f"{token[:2]}/{token}.jpg",
            digest=photo.digest,
            size=len(photo.original),
        )
        saved.append(paths)
        try:
            _write(root / paths.original, photo.original)
            _write(root / paths.display, photo.display)
        except OSError:
            remove_photos(saved, root=root)
            raise
    return saved


def remove_photos(photos: Iterable[KeptPhoto], *, root: Path) -> None:
    """Remove both files of each photo. Missing files are ignored."""
    for photo in photos:
        for name in (photo.original, photo.display):
            (root / name).unlink(missing_ok=True)


def _check(content: bytes, position: int) -> CheckedPhoto:
    if len(content) > LARGEST_BYTES:
        raise WrongPhoto("TOO_LARGE", position=position)
    if content[4:8] == b"ftyp" and content[8:12] in _APPLE_BRANDS:
        raise WrongPhoto("HEIC", position=position)
    try:
        display = _copy_without_metadata(content, position)
    except Image.DecompressionBombError as error:
        raise WrongPhoto("TOO_LARGE", position=position) from error
    except _CANNOT_OPEN as error:
        raise WrongPhoto("UNREADABLE", position=position) from error
    return CheckedPhoto(original=content, display=display, digest=hashlib.sha256(content).hexdigest())


def _copy_without_metadata(content: bytes, position: int) -> bytes:
    with warnings.catch_warnings():
        # The limit below is ours, checked before any pixel is decoded.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise WrongPhoto("TOO_LARGE", position=position)
            picture.draft("RGB", (DISPLAY_SIDE_PX, DISPLAY_SIDE_PX))  # decodes a JPEG at a smaller scale
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((DISPLAY_SIDE_PX, DISPLAY_SIDE_PX))
            plain = _on_white(upright)
    # A new image from the pixels alone: no EXIF, position, colour profile or comment.
    clean = Image.new("RGB", plain.size)
    clean.paste(plain)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return picture.convert("RGB")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
