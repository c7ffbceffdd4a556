"""Serve the published files like a static web server; `corredor serve` usually answers before this."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from corredor.flows.publish.files import answer
from corredor.flows.publish.snapshot import get_published


@require_safe
def published(request: HttpRequest, name: str) -> HttpResponse:
    """Return live.json, a feed, or a CAP message."""
    found = get_published(name=name, now=timezone.now())
    if found is None:
        raise Http404
    reply = answer(
        found,
        if_none_match=request.headers.get("If-None-Match", ""),
        accept_encoding=request.headers.get("Accept-Encoding", ""),
    )
    return HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))


def live(request: HttpRequest) -> HttpResponse:
    """Return the front page's data."""
    return published(request, "live.json")


def feed(request: HttpRequest, name: str) -> HttpResponse:
    """Return a file below /feeds/."""
    return published(request, f"feeds/{name}")


def old_feed(request: HttpRequest, language: str) -> HttpResponse:
    """Return the Atom feed at its former address, which existing readers still use."""
    return published(request, f"feeds/{language}.atom")
