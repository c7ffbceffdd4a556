"""The user's own page: name, language, roles, second factors, and sessions."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from corredor.flows.network import staff
from corredor.people import queries
from corredor.web.staff_gate import signed_in

from .access import bind
from .account_form import AboutMeForm
from .adapter import SESSION_MARK
from .sign_in import name_kinds


def me(request: HttpRequest) -> HttpResponse:
    """Show the page; change alias and language."""
    user = signed_in(request)
    form = bind(AboutMeForm, request, initial={"alias": user.alias, "language": user.language, "area": user.area})
    if request.method == "POST" and form.is_valid():
        staff.set_alias(user=user, alias=form.cleaned_data["alias"], now=timezone.now())
        staff.set_language(user=user, language=form.cleaned_data["language"])
        staff.set_area(user=user, area=form.cleaned_data["area"])
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Saved."))
        return redirect("steward:me")
    person = queries.get_person(user_id=user.pk, today=queries.local_today(timezone.now()))
    context = {
        "form": form,
        "person": person,
        "sessions": queries.list_sessions(user_id=user.pk),
        "this_session": request.session.get(SESSION_MARK),
        **name_kinds(user),
    }
    return render(request, "steward/me.html", context, status=422 if form.errors else 200)


@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one session, possibly this one."""
    staff.end_session(session_id=session_id, by=signed_in(request), now=timezone.now())
    messages.success(request, _("Signed out there."))
    return redirect("steward:me")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all other sessions."""
    user = signed_in(request)
    here = request.session.get(SESSION_MARK)
    staff.end_all_sessions(user_id=user.pk, by=user, but_not=here, now=timezone.now())
    messages.success(request, _("Signed out everywhere else."))
    return redirect("steward:me")
