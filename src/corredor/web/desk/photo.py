"""Photos of reports: only the copy without metadata is served."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_GET

from corredor.intake.models import Photo
from corredor.intake.queries import get_photo

from .access import Desk, at_desk


@require_GET
@at_desk
def show(request: HttpRequest, *, desk: Desk, photo_id: int) -> FileResponse:
    """Serve the display copy with `no-store`."""
    try:
        photo = get_photo(photo_id=photo_id)
        file = (Path(settings.PHOTO_ROOT) / photo.display).open("rb")
    except (Photo.DoesNotExist, FileNotFoundError, OverflowError):
        raise Http404 from None
    response = FileResponse(file, content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    return response
