"""The lead's page of one dismissal, for a phone: proposals, actions, attendance, counts."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from corredor.corridors import queries
from corredor.corridors.enums import CountAt, DismissalState
from corredor.corridors.errors import NoPlanChosen, NoSchoolThatDay
from corredor.corridors.models import Alarm, Dismissal, Proposal
from corredor.corridors.plan_geometry import lines_of
from corredor.corridors.rules import MAY_SEND, are_bells_stale
from corredor.flows.school import day as school_day
from corredor.flows.school.dangers import list_rings_near
from corredor.flows.school.tell import list_follower_methods, render_alarm, render_proposal, send_to_parents
from corredor.kit.languages import in_language
from corredor.people.queries import list_current_roles, local_today
from corredor.volunteers.queries import list_applications

from .access import AtSchool, at_school, number, step
from .drawing import draw, show_picture

PAGE = "schools:day"


@at_school
def day(request: HttpRequest, *, here: AtSchool) -> HttpResponse:
    """Show the whole page."""
    return render(request, "schools/day.html", show(here))


@at_school
def live(request: HttpRequest, *, here: AtSchool) -> HttpResponse:
    """Return the part that is polled."""
    return render(request, "schools/day_live.html", show(here))


@at_school
def live_posts(request: HttpRequest, *, here: AtSchool) -> HttpResponse:
    """Return the posts, which are polled too."""
    return render(request, "schools/day_posts.html", show(here))


@at_school
def still(request: HttpRequest, *, here: AtSchool) -> HttpResponse:
    """Return the current corridors as a picture, with the posts' numbers. Staff only."""
    found = _find_day(here)
    plan = found.plan if found else queries.get_plan(school=here.school)
    data: dict[str, Any] = {**(plan.data if plan else {}), **((found.way if found else None) or {})}
    moves = {move["post"]: move for move in (found.moves if found else ()) if move.get("lat") and "name" not in move}
    posts = [
        ((moves[post.number]["lat"], moves[post.number]["lon"]), str(post.number))
        if post.number in moves
        else ((post.lat, post.lon), str(post.number))
        for post in (queries.list_posts(plan=plan) if plan else ())
    ]
    picture = draw(
        city=here.school.city,
        gate=(here.school.lat, here.school.lon),
        lines=lines_of(data),
        safe_places=data.get("safe_places", ()),
        posts=posts,
    )
    return show_picture(request, picture)


@at_school
def proposal_still(request: HttpRequest, *, here: AtSchool, proposal_id: int) -> HttpResponse:
    """Return a proposal as a picture: its route, and the hazard with its downwind area. Staff only."""
    found = (
        Proposal.objects.filter(pk=proposal_id, dismissal__school=here.school).select_related("dismissal__plan").first()
    )
    if found is None:
        raise Http404
    data = found.way or found.dismissal.way or found.dismissal.plan.data
    picture = draw(
        city=here.school.city,
        gate=(here.school.lat, here.school.lon),
        lines=lines_of(data),
        safe_places=data.get("safe_places", ()),
        dangers=list_rings_near(found.dismissal),
    )
    return show_picture(request, picture)


@step(PAGE)
def open_dismissal(request: HttpRequest, *, here: AtSchool) -> str:
    """Open or resume the dismissal."""
    school_day.open_dismissal(
        dismissal_id=_id(request), version=number(request, "version", -1), by=here.user, now=here.now
    )
    return _("The corridor is open.")


@step(PAGE)
def hold(request: HttpRequest, *, here: AtSchool) -> str:
    """Hold: nobody leaves."""
    school_day.hold_dismissal(
        dismissal_id=_id(request), version=number(request, "version", -1), by=here.user, now=here.now
    )
    return _("Held. The posts have been told. Another person must send the message to parents.")


@step(PAGE)
def close(request: HttpRequest, *, here: AtSchool) -> str:
    """Close the dismissal: everybody is home."""
    school_day.close_dismissal(
        dismissal_id=_id(request), version=number(request, "version", -1), by=here.user, now=here.now
    )
    return _("Over for today. The posts have been thanked.")


@step(PAGE)
def decide(request: HttpRequest, *, here: AtSchool, proposal_id: int) -> str:
    """Accept or decline a proposal."""
    take = request.POST.get("take") == "yes"
    version = number(request, "version", -1)
    proposal = Proposal.objects.get(pk=proposal_id, dismissal__school=here.school)
    school_day.decide(proposal_id=proposal.pk, take=take, version=version, by=here.user, now=here.now)
    return _("Done. The posts have been told.") if take else _("Declined. Nothing was changed.")


@step(PAGE)
def count(request: HttpRequest, *, here: AtSchool) -> str:
    """Record the lead's count of children."""
    at = CountAt(request.POST.get("at", "")) if request.POST.get("at") in CountAt.values else CountAt.GATE
    post = number(request, "post", -1)
    school_day.count_as_lead(
        dismissal_id=_id(request),
        at=at,
        children=number(request, "children"),
        number=post if post > 0 else None,
        reference=request.POST.get("form", "")[:40] or None,
        by=here.user,
        now=here.now,
    )
    return _("Counted.")


@step(PAGE)
def settle(request: HttpRequest, *, here: AtSchool, alarm_id: int) -> str:
    """Settle an alarm after somebody has checked."""
    alarm = Alarm.objects.get(pk=alarm_id, dismissal__school=here.school)
    school_day.settle_alarm(alarm_id=alarm.pk, by=here.user, now=here.now)
    return _("Noted.")


@step(PAGE)
def send(request: HttpRequest, *, here: AtSchool, message_id: int) -> str:
    """Approve and send a message to parents, as the second person."""
    people = send_to_parents(message_id=message_id, by=here.user, now=here.now)
    return ngettext("Sent to %(count)d family.", "Sent to %(count)d families.", people) % {"count": people}


def show(here: AtSchool) -> dict[str, Any]:
    """Return the context of the day's templates."""
    found = _find_day(here)
    school = here.school
    context: dict[str, Any] = {
        "here": here,
        "school": school,
        "day": found,
        "plan": found.plan if found else queries.get_plan(school=school),
        "bells_stale": are_bells_stale(school, today=local_today(here.now)),
        "waiting_people": list_applications(group=school.group).count(),
        "is_drill": school.is_drill or None,
        "as_of": here.now,
    }
    if found is None:
        return context
    roles = list_current_roles(user=here.user, today=local_today(here.now))
    proposal = queries.get_proposal(dismissal=found)
    attendances = queries.list_attendances(dismissal=found)
    context |= {
        "totals": queries.get_totals(dismissal=found),
        "proposal": proposal,
        "proposed": render_proposal(proposal, here.language) if proposal else "",
        "may_take": here.leads or (proposal and proposal.kind in school_day.CAUTIOUS),
        "alarms": [(alarm, render_alarm(alarm, here.language)) for alarm in queries.list_alarms(dismissal=found)],
        "posts": _posts(found, attendances, here.language),
        "missing": queries.list_empty_posts(plan=found.plan, weekday=found.on.weekday()),
        "ready": len({one.post_id for one in attendances if one.ready_at and not one.left_at}),
        "messages_waiting": [
            (one, one.texts[here.language], one.written_by_id != here.user.pk and (here.leads or MAY_SEND[0] in roles))
            for one in queries.list_waiting_messages(school_ids=[school.pk], is_drill=school.is_drill)
        ],
        "followers": len(list_follower_methods(school)),
        "can_open": here.leads
        and found.state in (DismissalState.PLANNED, DismissalState.HELD, DismissalState.DIVERTED),
        "can_hold": found.state in (DismissalState.PLANNED, DismissalState.OPEN, DismissalState.DIVERTED),
        "can_close": here.leads and found.state in (DismissalState.OPEN, DismissalState.DIVERTED, DismissalState.HELD),
    }
    return context


def _find_day(here: AtSchool) -> Dismissal | None:
    """Return today's dismissal; created on the first visit of a lead."""
    if here.leads:
        try:
            return school_day.plan_dismissal(slug=here.school.slug, by=here.user, now=here.now)
        except (NoSchoolThatDay, NoPlanChosen):
            return None
    return queries.find_dismissal(school=here.school, on=local_today(here.now))


def _posts(found: Dismissal, attendances: list[Any], language: str) -> list[dict[str, Any]]:
    """Return every post with its volunteer, and its location while a diversion is active."""
    moves = {move["post"]: move for move in found.moves}
    by_post: dict[int, list[Any]] = {}
    for attendance in attendances:
        by_post.setdefault(attendance.post_id, []).append(attendance)
    rows = []
    for post in queries.list_posts(plan=found.plan):
        move = moves.get(post.number)
        rows.append(
            {
                "post": post,
                "label": in_language(post.labels, language),
                "moved_to": (move.get("name") or in_language(move.get("labels", {}), language)) if move else "",
                "is_released": move is not None and move.get("lat") is None,
                "people": by_post.get(post.pk, []),
            }
        )
    return rows


def _id(request: HttpRequest) -> int:
    return number(request, "day")
