"""Error handling: an error page in the user's language, and a logged cause without personal data."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.utils.html import format_html

from corredor.kit.languages import get
from corredor.people.enums import Role
from corredor.people.errors import NotAllowed
from corredor.web.language import page_language

from . import fault_kind
from .fault_kind import Fault, find_fault

logger = logging.getLogger("corredor.faults")
_FRAMES = 8
_PAGE_FAILS = (TemplateDoesNotExist, TemplateSyntaxError, LookupError, ValueError, OSError, DatabaseError)


class FaultMiddleware:
    """Responds to anticipated errors of views; others go on to ``went_wrong``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render a known error."""
        fault = find_fault(exception)
        return answer(request, fault, error=exception) if fault else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: the request was unreadable or refused before any view ran."""
    return answer(request, find_fault(exception) or fault_kind.BAD_REQUEST, error=exception)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return answer(request, fault_kind.NOT_ALLOWED)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    return answer(request, fault_kind.NOT_FOUND)


def too_many(request: HttpRequest) -> HttpResponse:
    """handler429, which the sign-in pages call."""
    return answer(request, fault_kind.TOO_MANY)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """handler500: render the error being handled, also one raised in middleware such as a locked database."""
    error = sys.exc_info()[1]
    return answer(request, (find_fault(error) if error else None) or fault_kind.BROKEN, error=error)


def wrong_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    logger.info("fault %s on %s: %s", fault_kind.STALE_FORM.code, _name_page(request), reason)
    return answer(request, fault_kind.STALE_FORM)


def answer(request: HttpRequest, fault: Fault, *, error: BaseException | None = None) -> HttpResponse:
    """Respond in the form that the client accepts: page, fragment, JSON, or plain text."""
    if error is not None:
        _log(request, fault, error)
    response = _write(request, fault, error)
    response.status_code = fault.status
    response.headers["Cache-Control"] = "no-store"
    if fault.retry_after_s:
        response.headers["Retry-After"] = str(fault.retry_after_s)
    return response


def _write(request: HttpRequest, fault: Fault, error: BaseException | None) -> HttpResponse:
    accepts = request.headers.get("Accept", "")
    if request.path_info.startswith("/hooks/"):
        return HttpResponse(f"{fault.code}: {fault.title}\n", content_type="text/plain; charset=utf-8")
    if "application/json" in accepts and "text/html" not in accepts:
        return JsonResponse({"error": fault.code, "message": f"{fault.title}. {fault.words}"})
    _drop_unreadable_query(request)
    is_piece = request.headers.get("HX-Request") == "true"
    try:
        context = {"fault": fault, "role": _find_role(error), "is_staff_page": _is_staff_page(request)}
        return render(request, "faults/notice.html" if is_piece else "faults/page.html", context)
    except _PAGE_FAILS as broken:
        # The error page must not fail itself: without templates or static files it falls back to plain HTML.
        logger.error("the fault page itself failed: %s", type(broken).__name__)
        return _write_bare(fault)


def _drop_unreadable_query(request: HttpRequest) -> None:
    """Drop an unreadable query string: the language links of the page would read it again."""
    try:
        len(request.GET)
    except SuspiciousOperation:
        request.GET = QueryDict()


def _write_bare(fault: Fault) -> HttpResponse:
    language = page_language()
    return HttpResponse(
        format_html(
            '<!doctype html><html lang="{}" dir="{}"><meta charset="utf-8"><title>{}</title><h1>{}</h1><p>{}</p>',
            language,
            get(language).direction,
            fault.title,
            fault.title,
            fault.words,
        )
    )


def _log(request: HttpRequest, fault: Fault, error: BaseException) -> None:
    """Log fault and location, never the error's text: it may quote user input."""
    level = logging.ERROR if fault.is_ours else logging.INFO
    page, name, where = _name_page(request), _name_error(error), _find_where(error)
    logger.log(level, "fault %s on %s: %s at %s", fault.code, page, name, where)


def _name_page(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"{request.method} {match.route}" if match else f"{request.method} (before any page)"


def _name_error(error: BaseException) -> str:
    names = [type(error).__name__]
    cause = error.__cause__
    while cause is not None:
        names.append(getattr(cause, "sqlite_errorname", None) or type(cause).__name__)
        cause = cause.__cause__
    return " from ".join(names)


def _find_where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "corredor" in frame.filename] or frames
    shown = ours[-_FRAMES:] + ([frames[-1]] if frames and frames[-1] is not ours[-1] else [])
    return " < ".join(f"{_shorten(frame.filename)}:{frame.lineno}" for frame in reversed(shown)) or "nowhere"


def _shorten(filename: str) -> str:
    parts = filename.replace("\\", "/").split("/")
    return "/".join(parts[-3:])


def _find_role(error: BaseException | None) -> str:
    return str(Role(error.role).label) if isinstance(error, NotAllowed) and error.role in Role.values else ""


def _is_staff_page(request: HttpRequest) -> bool:
    return request.path_info.startswith(("/desk/", "/staff/"))
