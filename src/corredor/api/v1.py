"""Version 1 of the public read API: JSON, described by OpenAPI."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI, Status
from ninja.openapi.schema import OpenAPISchema

from corredor import __version__
from corredor.flows.publish.json import describe_alert, describe_incident, describe_story, describe_view
from corredor.flows.publish.view import NothingPublic, public_alert, public_incident, public_view

from .description import complete
from .shapes import Alert, Front, IncidentStory, Missing

KEPT_S = 10


class _Api(NinjaAPI):
    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return Ninja's description, extended by the files, the partners' endpoint and webhooks."""
        return complete(super().get_openapi_schema(**options))


v1 = _Api(
    title="Corredor",
    version=__version__,
    description="What a community network has checked. Areas, never exact places; no account, no key.",
    urls_namespace="v1",
    docs_url=None,  # its pages would load remote scripts
)


@v1.get("/incidents", response=Front, operation_id="front", tags=["public"], summary="The front page")
def front(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """The same as /live.json, which is served faster."""
    _let_anybody_keep(response)
    return describe_view(public_view(now=timezone.now()))


@v1.get(
    "/incidents/{slug}",
    response={200: IncidentStory, 404: Missing},
    operation_id="incident",
    tags=["public"],
    summary="One incident",
)
def incident(request: HttpRequest, response: HttpResponse, slug: str) -> Any:
    """With its story and every message about it, however long ago it was."""
    _let_anybody_keep(response)
    try:
        row = public_incident(slug=slug, now=timezone.now())
    except NothingPublic:
        return Status(404, {"detail": "not found"})
    return {
        **describe_incident(row),
        "is_drill": row.is_drill,
        "story": describe_story(row),
        "alerts": [describe_alert(alert, row) for alert in row.alerts],
    }


@v1.get(
    "/alerts/{slug}",
    response={200: Alert, 404: Missing},
    operation_id="alert",
    tags=["public"],
    summary="One message: is it real?",
)
def alert(request: HttpRequest, response: HttpResponse, slug: str) -> Any:
    """A message exactly as it was sent. What two people have not agreed on is not found."""
    _let_anybody_keep(response)
    try:
        row, about = public_alert(slug=slug, now=timezone.now())
    except NothingPublic:
        return Status(404, {"detail": "not found"})
    return describe_alert(row, about)


def _let_anybody_keep(response: HttpResponse) -> None:
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    response["Access-Control-Allow-Origin"] = "*"
