"""The roster: applications, posts by weekday, and gaps."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from corredor.corridors import queries
from corredor.corridors.enums import Weekday
from corredor.flows.school import roster as school_roster
from corredor.kit.languages import in_language
from corredor.volunteers.queries import list_applications, list_members

from .access import AtSchool, at_school, number, step

PAGE = "schools:roster"


class PhoneForm(forms.Form):
    """The phone number from which a lead leads by text message."""

    phone = forms.CharField(label=gettext_lazy("Your phone number"), max_length=40)


@at_school
def roster(request: HttpRequest, *, here: AtSchool) -> HttpResponse:
    """Show one weekday's posts, today's by default."""
    weekday = _weekday(request.GET.get("day", ""))
    rows = school_roster.list_roster(slug=here.school.slug, weekday=weekday, by=here.user, now=here.now)
    context = {
        "here": here,
        "school": here.school,
        "rows": [(row, in_language(row.post.labels, here.language)) for row in rows],
        "missing": sum(not row.taken for row in rows),
        "weekday": weekday,
        "weekdays": Weekday.choices[:5],
        "people": list_members(group=here.school.group),
        "waiting": list_applications(group=here.school.group),
        "leads": queries.list_leads(school=here.school),
        "phone_form": PhoneForm(),
        "is_drill": here.school.is_drill or None,
    }
    return render(request, "schools/roster.html", context)


@step(PAGE)
def accept(request: HttpRequest, *, here: AtSchool, member_id: int) -> str:
    """Accept a volunteer, whom the lead knows."""
    vest = number(request, "vest")
    school_roster.accept_volunteer(
        member_id=member_id, vest=vest if 0 < vest < 1000 else None, by=here.user, now=here.now
    )
    return _("Accepted. If they left a number, their own link is on its way to them.")


@step(PAGE)
def remove(request: HttpRequest, *, here: AtSchool, member_id: int) -> str:
    """Remove a volunteer."""
    school_roster.end_volunteer(member_id=member_id, by=here.user, now=here.now)
    return _("Removed. Their name and number are erased.")


@step(PAGE)
def put(request: HttpRequest, *, here: AtSchool) -> str:
    """Assign a volunteer to a post on one weekday, or on all."""
    weekday = _weekday(request.POST.get("weekday", ""))
    days = range(5) if request.POST.get("all_days") else [weekday]
    agreed = request.POST.get("agreed") == "yes"
    school_roster.put_at_post(
        member_id=number(request, "member"),
        number=number(request, "post"),
        weekdays=days,
        agreed=agreed,
        by=here.user,
        now=here.now,
    )
    return _("Written down.") if agreed else _("Proposed. It counts once they have said yes.")


@step(PAGE)
def propose(request: HttpRequest, *, here: AtSchool) -> str:
    """Propose a free post to every volunteer without one."""
    count = school_roster.propose_posts(
        slug=here.school.slug, weekday=_weekday(request.POST.get("weekday", "")), by=here.user, now=here.now
    )
    return ngettext("%(count)d post was proposed.", "%(count)d posts were proposed.", count) % {"count": count}


@step(PAGE)
def ask(request: HttpRequest, *, here: AtSchool) -> str:
    """Ask every volunteer without a post to take a vacant one."""
    count = school_roster.ask_for_posts(
        slug=here.school.slug, weekday=_weekday(request.POST.get("weekday", "")), by=here.user, now=here.now
    )
    return ngettext("%(count)d person was asked.", "%(count)d people were asked.", count) % {"count": count}


@step(PAGE)
def phone(request: HttpRequest, *, here: AtSchool) -> str:
    """Register a lead's phone for text messages."""
    given = request.POST.get("phone", "")[:40]
    school_roster.set_lead_phone(slug=here.school.slug, phone=given, by=here.user, now=here.now)
    return _("Saved and sealed. Text DAY from that phone to try it.")


def _weekday(text: str) -> int:
    if text in {"0", "1", "2", "3", "4"}:
        return int(text)
    return min(timezone.localdate().weekday(), 4)
