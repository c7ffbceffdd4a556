"""Access to the stewards' pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from corredor.people.queries import require_steward
from corredor.web.staff_gate import signed_in

_Form = TypeVar("_Form", bound=forms.Form)


def for_stewards(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Restrict the view to stewards with current training. Raise NotAllowed, naming the role, for others."""

    @wraps(view)
    def opened(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        require_steward(signed_in(request), now=timezone.now())
        return view(request, **kwargs)

    return opened


def bind(form: type[_Form], request: HttpRequest, *, initial: dict[str, Any] | None = None) -> _Form:
    """Return the form bound to a POST, else an unbound one."""
    return form(request.POST) if request.method == "POST" else form(initial=initial)
