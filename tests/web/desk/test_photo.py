"""Photos at the desk: the copy without metadata, for desk staff only."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from PIL import Image

from corredor.flows.report.receive import receive_report
from corredor.intake.enums import Source
from corredor.intake.models import Photo
from corredor.intake.new_report import NewReport, ReportFields
from corredor.intake.photos import UploadedPhoto


@pytest.fixture
def photo(db) -> Photo:
    """A photo that says where it was taken."""
    picture = Image.new("RGB", (40, 30), "white")
    told = Image.Exif()
    told[0x010E] = "in front of 3900 S Kedzie"
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=told)
    receive_report(
        NewReport(
            source=Source.WEB,
            language="es",
            raw=b"x",
            fields=ReportFields(text="foto"),
            photos=[UploadedPhoto(file.getvalue())],
        ),
        now=timezone.now(),
    )
    return Photo.objects.get()


def test_the_copy_is_shown_and_tells_nothing(seats, photo):
    answer = seats["operator"].open(f"/desk/photos/{photo.pk}/")
    shown = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    assert b"3900" not in shown
    assert b"3900" in (Path(settings.PHOTO_ROOT) / photo.original).read_bytes()
    page = seats["operator"].get(f"/desk/reports/{photo.report_id}/").content.decode()
    assert f'src="/desk/photos/{photo.pk}/"' in page
    assert f"Photo 1 sent with R{photo.report_id}" in page


def test_nobody_else_sees_it(photo):
    assert Client().get(f"/desk/photos/{photo.pk}/").status_code == 302


def test_a_photo_that_is_gone_is_not_found(seats, photo):
    (Path(settings.PHOTO_ROOT) / photo.display).unlink()
    assert seats["operator"].open(f"/desk/photos/{photo.pk}/").status_code == 404
    assert seats["operator"].open("/desk/photos/99999999999999999999/").status_code == 404
