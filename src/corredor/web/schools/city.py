"""Overview of all schools: leads, gaps, and where more volunteers would help most."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from corredor.corridors import queries
from corredor.corridors.enums import DismissalState
from corredor.flows.school.city import MAY_LOOK, allocate_volunteers, list_city
from corredor.flows.school.tell import render_alarm, render_proposal
from corredor.kit.languages import in_language
from corredor.people.enums import Role
from corredor.people.queries import list_current_roles, local_today
from corredor.web.language import page_language
from corredor.web.staff_gate import signed_in

GIVEN = 20
MOST_GIVEN = 200


def team(request: HttpRequest) -> HttpResponse:
    """Show a lead's schools; with a single one, redirect to its day."""
    now, user = timezone.now(), signed_in(request)
    roles = list_current_roles(user=user, today=local_today(now))
    context = {
        "led": queries.list_led_schools(user=user),
        "is_steward": Role.STEWARD in roles,
        "sees_city": not roles.isdisjoint(MAY_LOOK),
    }
    return render(request, "schools/team.html", context)


def city(request: HttpRequest) -> HttpResponse:
    """Show the table of all schools, those that need action first."""
    now, user, language = timezone.now(), signed_in(request), page_language()
    area = request.GET.get("area", "")[:40]
    rows = list_city(by=user, area=area, now=now)
    asked = request.GET.get("people", "")
    people = min(int(asked), MOST_GIVEN) if asked.isdecimal() and asked.isascii() else GIVEN
    every = rows if not area else list_city(by=user, now=now)
    areas = {row.area_code: in_language(row.area_names, language) for row in every}
    context = {
        "rows": [(row, round((row.share_covered or 0) * 100), in_language(row.area_names, language)) for row in rows],
        "areas": sorted(areas.items()),
        "area": area,
        "people": people,
        "shares": allocate_volunteers(rows, people=people),
        "alarms": [(one, render_alarm(one, language)) for one in queries.list_open_alarms(is_drill=False)],
        "proposals": [
            (one, in_language(one.reasons, language), render_proposal(one, language))
            for one in queries.list_waiting_proposals(is_drill=False)
        ],
        "waiting": queries.list_waiting_messages(is_drill=False),
        "no_lead": sum(not row.leads for row in rows),
        "missing": sum(row.missing for row in rows),
        "adults_missing": sum(row.adults_missing for row in rows),
        "under_way": sum(
            row.state in (DismissalState.OPEN, DismissalState.DIVERTED, DismissalState.HELD) for row in rows
        ),
    }
    return render(request, "schools/city.html", context)
