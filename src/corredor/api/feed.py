"""What is confirmed as an Atom feed, one for each language, for readers, partners and other front ends."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from corredor.flows.public_view import PublicIncident, public_view
from corredor.incidents.enums import Agency, Status
from corredor.people.queries import get_network

KEPT_S = 60
LANGUAGES = ("es", "en")


@require_safe
def feed(request: HttpRequest, language: str) -> HttpResponse:
    """The incidents of the front page, newest change first; an entry keeps its id while its status changes."""
    if language not in LANGUAGES:
        raise Http404
    with translation.override(language):
        body = _write(language)
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _write(language: str) -> bytes:
    view = public_view(now=timezone.now())
    rows = sorted((*view.confirmed, *view.denied, *view.ended), key=lambda row: row.checked_at, reverse=True)
    atom = Atom1Feed(
        title=get_network().name,
        subtitle=_("What trained neighbors have confirmed, denied or seen end. Areas, never exact places."),
        link=f"{settings.BASE_URL}/",
        feed_url=f"{settings.BASE_URL}/api/{language}.atom",
        language=language,
        description="",
    )
    for row in rows:
        _add(atom, row, language)
    return str(atom.writeString("utf-8")).encode()


def _add(atom: Atom1Feed, row: PublicIncident, language: str) -> None:
    area = row.area_es if language == "es" else row.area_en
    status = Status(row.status).label
    told = row.alerts[0].texts.get(language, "") if row.alerts else ""
    agency = str(Agency(row.agency).label) if row.agency else ""
    atom.add_item(
        title=f"{status}: {area}",
        link=f"{settings.BASE_URL}/i/{row.slug}",
        unique_id=f"{settings.BASE_URL}/i/{row.slug}",
        description="\n".join(part for part in (agency, told) if part) or str(status),
        pubdate=row.timeline[0].at if row.timeline else row.checked_at,
        updateddate=max([row.checked_at, *(alert.sent_at for alert in row.alerts)]),
        categories=[row.status],
    )
