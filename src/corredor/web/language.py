"""The page language: ``?lang=``, a plain cookie, or the browser's preference."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from corredor.kit.languages import LANGUAGES, SOURCE, find_code

REMEMBERED_S = 365 * 24 * 3600


class LanguageMiddleware:
    """Activate ``?lang=``, else the cookie, else the browser's preference, else the source language.

    The cookie holds only the language code. Staff pages use the account's language instead (see
    ``staff_gate``), for which ``request.asked_language`` tells that ``?lang=`` was given.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = _find_asked(request)
        request.asked_language = asked  # type: ignore[attr-defined]
        use_language(request, asked or _find_language(request))
        try:
            response = self.get_response(request)
        finally:
            translation.deactivate()
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if asked:
            _remember(response, asked)
        return response


def page_language() -> str:
    """Return the code of the active language."""
    return find_code(translation.get_language()) or SOURCE


def language_choices() -> list[tuple[str, str]]:
    """Return every language by its own name, as form choices."""
    return [(one.code, one.name) for one in LANGUAGES.values()]


def use_language(request: HttpRequest, code: str) -> None:
    """Activate a language for the rest of the request."""
    translation.activate(code)
    request.LANGUAGE_CODE = code


def _find_asked(request: HttpRequest) -> str | None:
    try:
        return find_code(request.GET.get("lang"))
    except SuspiciousOperation:  # too many fields: the request is refused later, in the right language
        return None


def _find_language(request: HttpRequest) -> str:
    if remembered := find_code(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)):
        return remembered
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500]):
        if known := find_code(code):
            return known
    return SOURCE


def _remember(response: HttpResponse, code: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=REMEMBERED_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
