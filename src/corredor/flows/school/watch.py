"""Watch: a confirmed incident or hazard near a school's corridors becomes a proposal; a person decides.

Runs after the commit of the verification, in its own transaction: a planner error must not undo a verification. On an
error the proposal is to hold. The sweep checks again every minute. Reads incidents, corridors. Writes corridors,
delivery (texts to leads).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import close_old_connections, transaction

from corredor.corridors import dismissal_actions, queries
from corredor.corridors.enums import DismissalState, ProposalKind, ProposalState
from corredor.corridors.models import Dismissal, Plan, Proposal
from corredor.corridors.words import word
from corredor.flows.after_commit import after_change
from corredor.kit.languages import CODES
from corredor.people.queries import get_network
from corredor.places.walking import get_walking_map, list_safe_places

from .dangers import Near, list_near, name_dangers
from .planning.solve import Proposed, propose_way
from .tell import tell_leads_of_proposal

log = logging.getLogger(__name__)

LOOK_AHEAD = timedelta(hours=2)  # before the bell: children may have to wait inside
PLANNING_BUDGET_S = 0.3  # time budget for all schools together; after it only prepared ways are used


def watch_after_commit(*, is_drill: bool, now: datetime) -> None:
    """Check every school's corridors after the running transaction commits."""
    transaction.on_commit(partial(check_corridors, is_drill=is_drill, now=now))


def warm_up() -> None:
    """Load the walking network of this process's city ahead, if any school has a plan."""
    close_old_connections()
    try:
        if Plan.objects.filter(chosen_at__isnull=False, retired_at=None).exists():
            city = get_network().city
            get_walking_map(city)
            list_safe_places(city)
    except Exception:
        log.exception("the walking network could not be read; the first proposal will try again")
    finally:
        close_old_connections()


def check_corridors(*, is_drill: bool, now: datetime) -> int:
    """Check all current and imminent dismissals against all dangers. Return the number of proposals made."""
    began = time.perf_counter()
    made = 0
    for dismissal in queries.list_watched_dismissals(is_drill=is_drill, bell_before=now + LOOK_AHEAD):
        try:
            made += _check_dismissal(dismissal, began, now=now)
        except Exception:
            log.exception("a school's corridors could not be looked at")
    return made


@transaction.atomic
def _check_dismissal(dismissal: Dismissal, began: float, *, now: datetime) -> bool:
    dismissal = queries.get_dismissal_for_update(dismissal_id=dismissal.pk)
    near = list_near(dismissal)
    answers_to = name_dangers(near)
    if _is_answered(dismissal, answers_to):
        return False
    if not near:
        return _handle_no_danger(dismissal, began, now=now)
    proposed = _or_reopen(dismissal, _propose(dismissal, near, began))
    if proposed is None:
        _supersede_waiting(dismissal)  # proposed for an earlier state, such as gas before the wind turned
        return False
    _save_proposal(dismissal, proposed, near[0], answers_to, _render_reason(proposed, near[0]), began, now=now)
    return True


def _or_reopen(dismissal: Dismissal, proposed: Proposed | None) -> Proposed | None:
    """Propose to reopen where the usual way is free again, although another danger is nearby."""
    last = queries.get_last_taken(dismissal=dismissal)
    is_free = proposed is None or proposed.kind == ProposalKind.KEEP_BACK
    was_closed = last is not None and last.kind not in (ProposalKind.REOPEN, ProposalKind.KEEP_BACK)
    if not (is_free and was_closed and dismissal.state in (DismissalState.HELD, DismissalState.DIVERTED)):
        return proposed
    return Proposed(ProposalKind.REOPEN, children=proposed.children if proposed else None)


def _handle_no_danger(dismissal: Dismissal, began: float, *, now: datetime) -> bool:
    """Handle the absence of dangers: drop proposals made for them, and propose to reopen a closed way."""
    waiting = _supersede_waiting(dismissal)
    last = queries.get_last_taken(dismissal=dismissal)
    was_closed = last is not None and last.kind != ProposalKind.REOPEN
    if waiting is not None or last is None or not was_closed or not _is_still_affected(dismissal, last):
        return False
    reason = {language: word("reason", "clear", language) for language in CODES}
    _save_proposal(dismissal, Proposed(ProposalKind.REOPEN), None, "", reason, began, now=now)
    return True


def _supersede_waiting(dismissal: Dismissal) -> Proposal | None:
    """Supersede the waiting proposal; one to reopen still fits and is returned."""
    waiting = queries.get_proposal(dismissal=dismissal)
    if waiting is None or waiting.kind == ProposalKind.REOPEN:
        return waiting
    dismissal_actions.supersede_proposals(dismissal=dismissal)
    return None


def _is_still_affected(dismissal: Dismissal, last: Proposal) -> bool:
    """Return whether children still wait or walk elsewhere because of the accepted proposal."""
    some = last.kind == ProposalKind.KEEP_BACK and dismissal.state in (DismissalState.PLANNED, DismissalState.OPEN)
    return some or dismissal.state in (DismissalState.HELD, DismissalState.DIVERTED)


def _propose(dismissal: Dismissal, near: Sequence[Near], began: float) -> Proposed | None:
    """Return the planner's proposal; None if nothing is affected. If the planner fails: hold."""
    try:
        return propose_way(
            dismissal, [one.danger for one in near], lambda: time.perf_counter() - began > PLANNING_BUDGET_S
        )
    except Exception:
        log.exception("the planner failed; the proposal is to hold")
        return Proposed(ProposalKind.HOLD, why="no_plan")


def _save_proposal(
    dismissal: Dismissal,
    proposed: Proposed,
    because: Near | None,
    answers_to: str,
    reason: dict[str, str],
    began: float,
    *,
    now: datetime,
) -> None:
    proposal = dismissal_actions.propose(
        dismissal=dismissal,
        kind=proposed.kind,
        incident=because.incident if because else None,
        hazard=because.hazard if because else None,
        reason=reason,
        way=proposed.way,
        moves=proposed.moves,
        safe_place=proposed.safe_place,
        minutes=proposed.minutes,
        children=proposed.children,
        answers_to=answers_to,
        took_ms=round((time.perf_counter() - began) * 1000),
        now=now,
    )
    tell_leads_of_proposal(proposal, now=now)
    after_change(now=now)


def _is_answered(dismissal: Dismissal, answers_to: str) -> bool:
    """Return whether a proposal for exactly these dangers exists, decided or not; superseded ones do not count."""
    if not answers_to:
        return False
    last = dismissal.proposals.exclude(state=ProposalState.SUPERSEDED).order_by("-pk").first()
    return last is not None and last.answers_to == answers_to


def _render_reason(proposed: Proposed, because: Near) -> dict[str, str]:
    """Return e.g. "Tear gas or another danger 240 m away. There is no safe way out to the north and west." """
    words = {}
    for language in CODES:
        kind = "hazard" if because.danger.is_hazard else "incident"
        if proposed.kind == ProposalKind.REOPEN:
            words[language] = word("reason", "free", language)
            continue
        parts = [word("reason", kind, language).format(metres=max(10, round(because.metres, -1)))]
        if because.danger.wind_to:
            wind = render_directions([because.danger.wind_to], language)
            parts.append(word("reason", "wind", language).format(direction=wind))
        if proposed.why == "gate":
            parts.append(word("reason", "gate", language))
        elif proposed.why == "no_plan":
            parts.append(word("reason", "no_plan", language))
        if proposed.directions:
            parts.append(f"{word('reason', 'no_way', language)} {render_directions(proposed.directions, language)}.")
        words[language] = " ".join(parts)
    return words


def render_directions(directions: Sequence[str], language: str) -> str:
    """Return e.g. "to the north and west": the closed directions in words, at most three."""
    names = [word("direction", one, language) for one in directions[:3]]
    *first, last = names
    joined = f" {word('direction', 'and', language)} ".join([", ".join(first), last]) if first else last
    return f"{word('direction', 'to', language)} {joined}"
