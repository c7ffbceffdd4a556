"""The phone page of a volunteer at a post: opened by a private link, no account, no script needed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from corredor.corridors import queries
from corredor.corridors.enums import CountAt, Weekday
from corredor.corridors.models import Attendance
from corredor.flows.school import post as school_post
from corredor.flows.school import roster as school_roster
from corredor.kit.languages import in_language
from corredor.people.queries import local_today
from corredor.volunteers.errors import NotAccepted
from corredor.volunteers.models import Member
from corredor.web.language import page_language
from corredor.web.public import exchange

from .access import number
from .parents import send_pdf
from .refusal import REFUSALS, refuse
from .sheet import print_post


@exchange.form
def post(request: HttpRequest, token: str) -> HttpResponse:
    """GET: show what to do now. POST: one button."""
    try:
        member = school_roster.get_member(token=token)
    except NotAccepted:
        return exchange.private(render(request, "schools/post_gone.html", status=404))
    done, problem = "", ""
    if request.method == "POST":
        try:
            done = _handle_button(request, member, token)
        except REFUSALS as error:
            problem = refuse(error, page_language())
        if done and request.POST.get("do") == "stop":
            return exchange.private(render(request, "schools/post_gone.html"))
    context = {**_context(member), "token": token, "done": done, "problem": problem}
    status = 409 if problem else 200
    response = exchange.private(render(request, "schools/post.html", context, status=status))
    response["Referrer-Policy"] = "no-referrer"  # the URL itself grants access
    return response


@exchange.form
def post_now(request: HttpRequest, token: str) -> HttpResponse:
    """Return the day's state and the location as a fragment, which open pages poll."""
    try:
        member = school_roster.get_member(token=token)
    except NotAccepted:
        return exchange.private(HttpResponse(status=404))
    context = _context(member)
    if context["attendance"] is None:
        return exchange.private(HttpResponse(status=404))
    return exchange.private(render(request, "schools/post_now.html", context))


@exchange.form
def sheet(request: HttpRequest, token: str) -> HttpResponse:
    """Return the post's sheet to print."""
    try:
        member = school_roster.get_member(token=token)
    except NotAccepted:
        return exchange.private(render(request, "schools/post_gone.html", status=404))
    attendance = _find(member)
    school = queries.get_school_of(member)
    plan = queries.get_plan(school=school)
    assignment = member.assignments.select_related("post").first()
    chosen = attendance.post if attendance else assignment.post if assignment else None
    if plan is None or chosen is None:
        return exchange.private(render(request, "schools/post_gone.html", status=404))
    return exchange.private(send_pdf(print_post(school, chosen), "post.pdf"))


def _handle_button(request: HttpRequest, member: Member, token: str) -> str:
    """Perform one button's action; return the message to show."""
    now, what = timezone.now(), request.POST.get("do", "")
    if what == "come":
        given = number(request, "post", -1)
        school_post.check_in(member=member, number=given if given > 0 else None, now=now)
        return _("Thank you. Your lead sees that you are there.")
    if what == "ready":
        school_post.report_clear(member=member, now=now)
        return _("Thank you. Your lead sees that all is well at your post.")
    if what in ("passed", "home"):
        return _count(request, member, CountAt.POST if what == "passed" else CountAt.HOME)
    if what == "help":
        school_post.ask_for_help(member=member, now=now)
        return _("Your lead and the desk have been told. If somebody is hurt, call 911.")
    if what == "code":
        is_first = school_post.show_code(member=member, code=request.POST.get("code", "")[:40], now=now)
        return _("The code fits.") if is_first else _("The code fits. It was shown today already.")
    if what == "leave":
        school_post.check_out(member=member, now=now)
        return _("Noted that you have left. Thank you.")
    return _do_roster(request, member, token, what)


def _do_roster(request: HttpRequest, member: Member, token: str, what: str) -> str:
    now = timezone.now()
    if what == "take":
        days = [int(day) for day in request.POST.getlist("weekday") if day in {"0", "1", "2", "3", "4"}]
        if not days:
            return _("Choose at least one weekday.")
        school_roster.take_post(token=token, number=number(request, "post"), weekdays=days, now=now)
        return _("Thank you. The post is yours on these days.")
    if what == "agree":
        school_roster.agree(token=token, now=now)
        return _("Thank you. The post is yours.")
    if what == "stop":
        school_roster.end_volunteer(member_id=member.pk, by=None, now=now)
        return _("Your name and number are erased.")
    return ""


def _count(request: HttpRequest, member: Member, at: CountAt) -> str:
    reference = f"{member.pk}:{request.POST.get('form', '')[:40]}" if request.POST.get("form") else None
    school_post.count_at_post(
        member=member, at=at, children=number(request, "children"), reference=reference, now=timezone.now()
    )
    return _("Counted.")


def _find(member: Member) -> Attendance | None:
    today = queries.find_dismissal(school=queries.get_school_of(member), on=local_today(timezone.now()))
    if today is None:
        return None
    return Attendance.objects.filter(dismissal=today, member=member).select_related("post", "dismissal").first()


def _context(member: Member) -> dict[str, Any]:
    language = page_language()
    attendance = _find(member)
    school = queries.get_school_of(member)
    plan = queries.get_plan(school=school)
    today = queries.find_dismissal(school=school, on=local_today(timezone.now()))
    weekday = min(local_today(timezone.now()).weekday(), 4)
    free = queries.list_empty_posts(plan=plan, weekday=weekday) if plan else []
    context: dict[str, Any] = {
        "member": member,
        "school": school,
        "day": today,
        "attendance": attendance,
        "assignments": [
            (Weekday(assignment.weekday).label, assignment, in_language(assignment.post.labels, language))
            for assignment in member.assignments.select_related("post").order_by("weekday")
        ],
        "has_proposed": member.assignments.filter(agreed_at=None).exists(),
        "free": [(post, in_language(post.labels, language)) for post in free],
        "weekdays": Weekday.choices[:5],
        "is_drill": member.volunteer.is_drill or None,
        "form_id": f"{timezone.now():%H%M%S%f}",
        "language": translation.get_language(),
    }
    if attendance and today:
        totals = queries.get_totals(dismissal=today)
        move = next((one for one in today.moves if one["post"] == attendance.post.number), None)
        context |= {
            "label": in_language(attendance.post.labels, language),
            "passed": totals.at_posts.get(attendance.post.number, 0),
            "home": totals.home_at.get(attendance.post.number, 0),
            "sees": [seen for seen in attendance.post.sees if seen],
            "sees_gate": 0 in attendance.post.sees,
            "moved_to": (move.get("name") or in_language(move.get("labels", {}), language)) if move else "",
            "is_released": move is not None and move.get("lat") is None,
        }
    return context
