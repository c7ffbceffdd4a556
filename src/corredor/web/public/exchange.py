"""Response and request rules of public pages: no cookies, cacheable by a CDN, forms protected by Fetch Metadata."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

_gzip = GZipMiddleware(lambda request: HttpResponse())
View = Callable[..., HttpResponse]
LARGEST_JSON = 64 * 1024
LARGEST_BODY = 52 * 1024 * 1024  # maximum size in bytes: four photos and the text
_UNREADABLE = (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
    MultiPartParserError,
    UnreadablePostError,
)


def page(*, max_age_s: int = 60) -> Callable[[View], View]:
    """Make a read-only page. Shared caches may keep it for ``max_age_s`` seconds."""

    def wrap(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(["GET", "HEAD"])
            response = view(request, *args, **kwargs)
            if response.status_code == 200:
                _let_caches_keep(request, response, max_age_s)
            return _compress(request, response)

        return inner

    return wrap


def _let_caches_keep(request: HttpRequest, response: HttpResponse, max_age_s: int) -> None:
    if getattr(request, "asked_language", None):
        patch_cache_control(response, private=True, no_cache=True)  # the response sets the language cookie
    else:
        patch_cache_control(response, public=True, max_age=max_age_s)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])


def form(view: View) -> View:
    """Make a page with a form. CSRF needs no cookie, because there is no account: cross-site requests are
    rejected by the browser's Sec-Fetch-Site and Origin headers.
    """

    @csrf_exempt
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if request.method == "POST":
            if _is_from_elsewhere(request):
                return refuse(request, _("That came from another site. Open the page here and try again."), 403)
            if problem := read_body(request):
                return refuse(request, problem, 413)
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        if not response.has_header("Cache-Control"):
            # Not "no-store": the browser's back button must show the last question again.
            patch_cache_control(response, private=True, no_cache=True)
        return _compress(request, response) if request.method == "GET" else response

    return inner


def _compress(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Compress the response, unless the page shows a secret: compressed length leaks content (BREACH)."""
    if "no-store" not in response.get("Cache-Control", ""):
        _gzip.process_response(request, response)
    return response


def private(response: HttpResponse) -> HttpResponse:
    """Set `no-store`: the page shows a secret or the user's own text."""
    response.headers["Cache-Control"] = "no-store"
    return response


def read_body(request: HttpRequest) -> str:
    """Parse the form body; return an error message, or an empty text."""
    if (problem := check_length(request, LARGEST_BODY)) or request.content_type == "application/json":
        return problem
    try:
        request.POST  # noqa: B018 -- parsed on first use, and that use may fail
    except _UNREADABLE:
        return _("That was too much at once, or was cut off on its way. Send less, or try again.")
    return ""


def read_json(request: HttpRequest, *, largest: int = LARGEST_JSON) -> dict[str, Any] | None:
    """Return a posted JSON object; None for anything else."""
    if request.method != "POST" or check_length(request, largest):
        return None
    try:
        given = json.loads(request.body)
        json.dumps(given).encode()
    except (ValueError, RecursionError):  # UnicodeError and JSONDecodeError are subclasses of ValueError
        return None
    return given if isinstance(given, dict) else None


def check_length(request: HttpRequest, limit: int) -> str:
    """Return an error message if Content-Length exceeds ``limit`` bytes; the body is then not read."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdigit() and int(announced) <= limit:
        return ""
    return _("That is more than this page can take. Send fewer or smaller photos, or fewer words.")


def refuse(request: HttpRequest, words: str, status: int) -> HttpResponse:
    """Return a plain error page with the reason and the next step."""
    return private(render(request, "public/refused.html", {"words": words}, status=status))


def too_many_words() -> str:
    """Return the message shown when confirmations by text message or call are rate-limited."""
    return _("Very many people sign up by text message or call just now. Choose another way, or try again in an hour.")


def _is_from_elsewhere(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin not in (None, "null") and urlsplit(origin).netloc != request.get_host()
