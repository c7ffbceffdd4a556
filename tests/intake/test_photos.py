"""Photos: the original byte for byte, the copy without metadata, and clear refusals."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import struct
import zlib

import pytest
from PIL import Image

from corredor.intake import photos
from corredor.intake.photos import UploadedPhoto, WrongPhoto, check_photos, remove_photos, save_photos

GPS_NOTE = b"secret-corner-41.8226"


def make_jpeg(size=(640, 480), *, orientation=None, colour="teal") -> bytes:
    picture = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[0x010E] = GPS_NOTE.decode()  # image description
    exif.get_ifd(0x8825)[2] = (41.0, 49.0, 21.0)  # latitude
    if orientation:
        exif[0x0112] = orientation
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=GPS_NOTE)
    return out.getvalue()


def make_png(size, *, mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG", **options)
    return out.getvalue()


def make_png_bomb(side: int) -> bytes:
    """A PNG of a few hundred bytes whose header promises side x side pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def check_one(content: bytes):
    return check_photos([UploadedPhoto(content)])[0]


def test_original_is_kept_to_the_byte_and_copy_has_no_metadata(tmp_path):
    content = make_jpeg()
    assert GPS_NOTE in content
    kept = save_photos([check_one(content)], root=tmp_path)[0]
    assert (tmp_path / kept.original).read_bytes() == content
    assert kept.digest == hashlib.sha256(content).hexdigest()
    assert kept.size == len(content)
    copy = (tmp_path / kept.display).read_bytes()
    assert GPS_NOTE not in copy
    with Image.open(io.BytesIO(copy)) as picture:
        assert picture.format == "JPEG"
        assert not picture.getexif()
        assert "comment" not in picture.info
        assert "icc_profile" not in picture.info


def test_files_are_for_the_server_alone_and_carry_no_name(tmp_path):
    kept = save_photos([check_one(make_jpeg())], root=tmp_path)[0]
    assert stat.S_IMODE(os.stat(tmp_path / kept.original).st_mode) == 0o600
    assert len(kept.original) <= 120
    assert kept.digest not in kept.original


def test_copy_is_upright_and_small():
    checked = check_one(make_jpeg((3000, 2000), orientation=6))  # turned by a quarter
    with Image.open(io.BytesIO(checked.display)) as picture:
        assert picture.height == photos.DISPLAY_SIDE_PX
        assert picture.width < picture.height


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "RGB"])
def test_every_kind_of_png_opens(mode):
    with Image.open(io.BytesIO(check_one(make_png((30, 20), mode=mode)).display)) as picture:
        assert picture.mode == "RGB"
        assert picture.size == (30, 20)


@pytest.mark.parametrize("kind", ["WEBP", "GIF", "MPO"])
def test_other_formats_of_phones_open(kind):
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, kind)
    assert check_one(out.getvalue()).display.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00 this is a program",
        b"%PDF-1.7 not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\xff\xd8\xff\xe0 cut off",
        make_jpeg()[: len(make_jpeg()) // 2],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        os.urandom(4096),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    ],
    ids=["empty", "program", "pdf", "svg", "cut", "half", "hollow", "noise", "postscript"],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(WrongPhoto) as refused:
        check_one(content)
    assert refused.value.reason == "UNREADABLE"
    assert refused.value.position == 1


def test_heic_has_its_own_words():
    with pytest.raises(WrongPhoto) as refused:
        check_one(b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 200)
    assert refused.value.reason == "HEIC"


def test_a_bomb_is_refused_before_it_is_decoded():
    bomb = make_png_bomb(30_000)
    assert len(bomb) < 300
    with pytest.raises(WrongPhoto) as refused:
        check_one(bomb)
    assert refused.value.reason == "TOO_LARGE"


def test_a_bomb_beyond_pillow_s_own_limit_is_refused_too():
    with pytest.raises(WrongPhoto) as refused:
        check_one(make_png_bomb(2_000_000))
    assert refused.value.reason == "TOO_LARGE"


def test_too_large_a_file_and_too_many(monkeypatch):
    monkeypatch.setattr(photos, "LARGEST_BYTES", 100)
    with pytest.raises(WrongPhoto) as refused:
        check_photos([UploadedPhoto(make_jpeg())])
    assert refused.value.reason == "TOO_LARGE"
    monkeypatch.undo()
    with pytest.raises(WrongPhoto) as refused:
        check_photos([UploadedPhoto(make_jpeg((8, 8)))] * (photos.MOST_PHOTOS + 1))
    assert (refused.value.reason, refused.value.position) == ("TOO_MANY", photos.MOST_PHOTOS + 1)


def test_the_position_of_the_bad_one_is_told():
    with pytest.raises(WrongPhoto) as refused:
        check_photos([UploadedPhoto(make_jpeg((8, 8))), UploadedPhoto(b"x")])
    assert refused.value.position == 2


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    checked = check_photos([UploadedPhoto(make_jpeg((8, 8))), UploadedPhoto(make_jpeg((9, 9)))])
    real, calls = os.fsync, []

    def fills_up(descriptor):
        calls.append(descriptor)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fills_up)
    with pytest.raises(OSError, match="No space"):
        save_photos(checked, root=tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_removing_twice_is_no_fault(tmp_path):
    kept = save_photos([check_one(make_jpeg((8, 8)))], root=tmp_path)
    remove_photos(kept, root=tmp_path)
    remove_photos(kept, root=tmp_path)
    assert not (tmp_path / kept[0].original).exists()
