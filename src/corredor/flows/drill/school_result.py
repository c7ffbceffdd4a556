"""Measures of a drill's schools, and the rows of the story that depend on them. Read from the database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from django.db.models import Count, F

from corredor.corridors.enums import DismissalState, MessageState, ProposalKind, ProposalState
from corredor.corridors.models import Alarm, Attendance, Dismissal, Lead, Message, Proposal, School
from corredor.corridors.plan_geometry import lines_of
from corredor.corridors.queries import get_totals
from corredor.delivery.models import TransactionalMessage
from corredor.engines.corridors import touches
from corredor.flows.school.dangers import read_hazard
from corredor.incidents.models import Hazard
from corredor.review import figures

from .play import Play

WITHIN_S = 1.0
_OFF_M = 1.0  # tolerance: a line may touch the edge of a hazard


def measure_schools(play: Play) -> dict[str, Any]:
    """Return counts over the run's schools; safety keys first."""
    dismissals = _days(play)
    proposals = Proposal.objects.filter(dismissal__in=dismissals)
    taken = proposals.filter(state=ProposalState.TAKEN)
    totals = [get_totals(dismissal=dismissal) for dismissal in dismissals]
    messages = Message.objects.filter(dismissal__in=dismissals, state=MessageState.APPROVED)
    return {
        "children_unaccounted": sum(_missing(dismissal) for dismissal in dismissals),
        "schools_left_open": dismissals.exclude(state=DismissalState.CLOSED).count(),
        "corridors_in_danger": _count_in_danger(dismissals),
        "single_person_parent_messages": messages.filter(approved_by=F("written_by")).count(),
        "schools": School.objects.filter(slug__in=play.schools.values()).count(),
        "corridors_opened": dismissals.filter(opened_at__isnull=False).count(),
        "proposals": figures.count_by(proposals, "kind"),
        "proposal_s": figures.summarise(play.to_proposal_s),
        "proposals_over_1s": sum(taken_s > WITHIN_S for taken_s in play.to_proposal_s),
        "corridors_held": taken.filter(kind__in=(ProposalKind.HOLD, ProposalKind.SAFE_PLACE)).count(),
        "children_kept_back": sum(taken.values_list("children", flat=True).exclude(children=None)),
        "corridors_diverted": taken.filter(kind=ProposalKind.DIVERT).count(),
        "corridors_reopened": taken.filter(kind=ProposalKind.REOPEN).count(),
        "posts_ready": Attendance.objects.filter(dismissal__in=dismissals, ready_at__isnull=False).count(),
        "posts_by_text": play.tally["school_texts"],
        "mismatches_raised": Alarm.objects.filter(dismissal__in=dismissals, expected__isnull=False).count(),
        "mismatches_settled": Alarm.objects.filter(
            dismissal__in=dismissals, expected__isnull=False, settled_at__isnull=False
        ).count(),
        "children_out": sum(total.gate for total in totals),
        "children_home": sum(total.home for total in totals),
        "parent_messages": messages.count(),
        "parents_told": TransactionalMessage.objects.filter(is_drill=True, kind="SCHOOL").count(),
    }


def tell_school_rows(play: Play) -> tuple[dict[str, bool], dict[str, bool]]:
    """Return the parts of row 5 (lead, roster, page) and of row 6 (corridors that move)."""
    dismissals = _days(play)
    schools = School.objects.filter(slug__in=play.schools.values())
    taken = Proposal.objects.filter(dismissal__in=dismissals, state=ProposalState.TAKEN)
    led = Lead.objects.filter(school__in=schools).values("school").annotate(n=Count("pk"))
    five = {
        "a lead": len(play.schools) > 1 and led.count() == len(play.schools),
        "a roster": dismissals.exists() and not dismissals.exclude(attendances__ready_at__isnull=False).exists(),
        "a page of its own": all(school.slug for school in schools) and schools.exists(),
    }
    six = {
        "opened": dismissals.filter(opened_at__isnull=False).count() == dismissals.count() > 0,
        "moved or held when something happened": taken.exclude(kind=ProposalKind.REOPEN).exists(),
        "opened again": taken.filter(kind=ProposalKind.REOPEN).exists(),
        "every child counted home": dismissals.exists() and not any(_missing(dismissal) for dismissal in dismissals),
        "away from what happened": _count_in_danger(dismissals) == 0,
    }
    return five, six


def _days(play: Play) -> Any:
    return Dismissal.objects.filter(school__slug__in=play.schools.values())


def _missing(dismissal: Dismissal) -> int:
    """Return the number of children who went out, were not counted home, and have no settled alarm."""
    totals = get_totals(dismissal=dismissal)
    settled = dismissal.alarms.filter(expected__isnull=False, settled_at__isnull=False).exists()
    return 0 if settled else abs(totals.on_the_way)


def _count_in_danger(dismissals: Any) -> int:
    """Count points of proposed ways inside a hazard, wind wedge included, at the time of the proposal."""
    wrong = 0
    for proposal in Proposal.objects.filter(dismissal__in=dismissals, way__isnull=False):
        for hazard in Hazard.objects.filter(incident__is_drill=True, noted_at__lte=proposal.made_at):
            if hazard.cleared_at is None or hazard.cleared_at > proposal.made_at:
                area = read_hazard(hazard).as_area()
                spots = np.array([spot for line in lines_of(proposal.way) for spot in line]).reshape(-1, 2)
                inner = replace(area, radius_m=area.radius_m - _OFF_M)
                wrong += int(touches(inner, spots[:, 0], spots[:, 1]).sum())
    return wrong
