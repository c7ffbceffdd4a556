"""How public pages are handed out: no cookies, safe for a CDN, and forms that only our own pages may send."""

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
LARGEST_BODY = 52 * 1024 * 1024  # four photos and the words
_UNREADABLE = (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
    MultiPartParserError,
    UnreadablePostError,
)


def page(*, max_age_s: int = 60) -> Callable[[View], View]:
    """A page to read. Anybody between us and the reader may keep it for ``max_age_s`` seconds."""

    def wrap(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(["GET", "HEAD"])
            response = view(request, *args, **kwargs)
            if response.status_code == 200:
                _let_caches_keep(request, response, max_age_s)
            return _squeeze(request, response)

        return inner

    return wrap


def _let_caches_keep(request: HttpRequest, response: HttpResponse, max_age_s: int) -> None:
    if getattr(request, "asked_language", None):
        patch_cache_control(response, private=True, no_cache=True)  # it sets the language cookie
    else:
        patch_cache_control(response, public=True, max_age=max_age_s)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])


def form(view: View) -> View:
    """A page with a form. No cookie is needed against forgery, because no account stands behind it: a
    request that another site's page sent is told from the browser's own headers.
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
            # Not "no-store": the browser's back button must find the last question again.
            patch_cache_control(response, private=True, no_cache=True)
        return _squeeze(request, response) if request.method == "GET" else response

    return inner


def _squeeze(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Compressed for slow networks, unless the page shows a code or a person's link: compression leaks lengths."""
    if "no-store" not in response.get("Cache-Control", ""):
        _gzip.process_response(request, response)
    return response


def private(response: HttpResponse) -> HttpResponse:
    """Nobody keeps this page, not even the phone: it shows a code or what somebody wrote."""
    response.headers["Cache-Control"] = "no-store"
    return response


def read_body(request: HttpRequest) -> str:
    """Take the form's fields in; what is wrong with them in the person's words, or nothing."""
    if (problem := check_length(request, LARGEST_BODY)) or request.content_type == "application/json":
        return problem
    try:
        request.POST  # noqa: B018 -- parsed on first use, and that use may fail
    except _UNREADABLE:
        return _("That was too much at once, or was cut off on its way. Send less, or try again.")
    return ""


def read_json(request: HttpRequest, *, largest: int = LARGEST_JSON) -> dict[str, Any] | None:
    """A posted JSON object, which a script of ours sent; None for anything else."""
    if request.method != "POST" or check_length(request, largest):
        return None
    try:
        given = json.loads(request.body)
        json.dumps(given).encode()
    except (ValueError, RecursionError):  # UnicodeError and JSONDecodeError are ValueErrors
        return None
    return given if isinstance(given, dict) else None


def check_length(request: HttpRequest, limit: int) -> str:
    """Words of refusal when the announced body is larger than ``limit`` bytes; it is then not read at all."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdigit() and int(announced) <= limit:
        return ""
    return _("That is more than this page can take. Send fewer or smaller photos, or fewer words.")


def refuse(request: HttpRequest, words: str, status: int) -> HttpResponse:
    """A plain page that says what was wrong and how to go on."""
    return private(render(request, "public/refused.html", {"words": words}, status=status))


def too_many_words() -> str:
    """Why nobody is asked by text message or call just now."""
    return _("Very many people sign up by text message or call just now. Choose another way, or try again in an hour.")


def _is_from_elsewhere(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin not in (None, "null") and urlsplit(origin).netloc != request.get_host()
