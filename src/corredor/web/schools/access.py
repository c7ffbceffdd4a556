"""Access to a school's pages, and the request object that every view gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from corredor.corridors.errors import UnknownSchool
from corredor.corridors.models import School
from corredor.corridors.queries import get_school
from corredor.corridors.rules import MAY_HOLD, is_lead, require_lead_or
from corredor.people.enums import Role
from corredor.people.models import User
from corredor.people.queries import local_today
from corredor.people.rules import has_role
from corredor.web.language import page_language
from corredor.web.staff_gate import signed_in

from .refusal import REFUSALS, refuse


@dataclass(frozen=True, slots=True)
class AtSchool:
    """One request at a school: user, time, language, and whether the user leads here today."""

    user: User
    school: School
    now: datetime
    language: str
    leads: bool


def at_school(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pass an ``AtSchool`` to the view; open to the school's trained leads, and read-only to desk and stewards."""

    @wraps(view)
    def opened(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        try:
            school = get_school(slug=slug)
        except UnknownSchool:
            raise Http404 from None
        user, today = signed_in(request), local_today(now)
        require_lead_or(user, school, *MAY_HOLD, Role.STEWARD, today=today)
        leads = is_lead(user, school) and has_role(user, Role.SCHOOL_LEAD, today=today)
        here = AtSchool(user=user, school=school, now=now, language=page_language(), leads=leads)
        return view(request, here=here, **kwargs)

    return opened


def step(page: str) -> Callable[[Callable[..., str]], Callable[..., HttpResponse]]:
    """Make a view of a button: perform one action, show its result as a message, and show ``page`` again."""

    def wrap(does: Callable[..., str]) -> Callable[..., HttpResponse]:
        @require_POST
        @at_school
        @wraps(does)
        def pressed(request: HttpRequest, *, here: AtSchool, **kwargs: Any) -> HttpResponse:
            try:
                words = does(request, here=here, **kwargs)
            except REFUSALS as error:
                messages.error(request, refuse(error, here.language))
            else:
                if words:
                    messages.success(request, words)
            return redirect(page, slug=here.school.slug)

        return pressed

    return wrap


def number(request: HttpRequest, name: str, default: int = 0) -> int:
    """Return a whole number of the form; ``default`` if it is not one."""
    text = request.POST.get(name, "").strip()[:9]
    digits = text.removeprefix("-")
    return int(text) if digits.isdecimal() and digits.isascii() else default
