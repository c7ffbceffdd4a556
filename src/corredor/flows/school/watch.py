"""Watch: a confirmed incident or a danger near a school's corridors becomes a proposal, and a person decides.

Runs right after the commit of what was confirmed, in a transaction of its own: a fault of the planner must not undo a
verification, and none may pass in silence: then the proposal is to hold. The sweep looks once more.
Reads incidents, corridors. Writes corridors, delivery (notices to leads).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import close_old_connections, transaction

from corredor.corridors import day_actions, queries
from corredor.corridors.enums import DismissalState, ProposalKind, ProposalState
from corredor.corridors.models import Dismissal, Plan, Proposal
from corredor.corridors.words import word
from corredor.flows.after_commit import after_change
from corredor.kit.languages import CODES
from corredor.people.queries import get_network
from corredor.places.walking import get_walking_map, list_doors

from .dangers import Near, list_near, name_dangers
from .planning.solve import Proposed, propose_way
from .tell import tell_leads_of_proposal

log = logging.getLogger(__name__)

LOOK_AHEAD = timedelta(hours=2)  # before the bell: then children may have to wait inside
ANSWER_WITHIN_S = 0.3  # all schools together; who comes later gets what was prepared, and no long search


def watch_after_commit(*, is_drill: bool, now: datetime) -> None:
    """Have every school's corridors looked at once what was just written is safe."""
    transaction.on_commit(partial(look_at_corridors, is_drill=is_drill, now=now))


def warm_up() -> None:
    """Read the walking network of this process's city once, if any school has a plan; nothing else is done."""
    close_old_connections()
    try:
        if Plan.objects.filter(chosen_at__isnull=False, retired_at=None).exists():
            city = get_network().city
            get_walking_map(city)
            list_doors(city)
    except Exception:
        log.exception("the walking network could not be read; the first proposal will try again")
    finally:
        close_old_connections()


def look_at_corridors(*, is_drill: bool, now: datetime) -> int:
    """Compare every day that is under way, or soon to be, with all dangers. Returns how many proposals were made."""
    began = time.perf_counter()
    made = 0
    for day in queries.list_watched_days(is_drill=is_drill, bell_before=now + LOOK_AHEAD):
        try:
            made += _look(day, began, now=now)
        except Exception:
            log.exception("a school's corridors could not be looked at")
    return made


@transaction.atomic
def _look(day: Dismissal, began: float, *, now: datetime) -> bool:
    day = queries.get_day_for_update(day_id=day.pk)
    near = list_near(day)
    answers_to = name_dangers(near)
    if _is_answered(day, answers_to):
        return False
    if not near:
        return _look_at_clear(day, began, now=now)
    proposed = _or_reopen(day, _propose(day, near, began))
    if proposed is None:
        _let_fall(day)  # proposed for dangers that lay otherwise, such as gas before the wind turned
        return False
    _keep(day, proposed, near[0], answers_to, _say_why(proposed, near[0]), began, now=now)
    return True


def _or_reopen(day: Dismissal, proposed: Proposed | None) -> Proposed | None:
    """Where the usual way is free again, opening is proposed although something else is still near."""
    last = queries.get_last_taken(day=day)
    is_free = proposed is None or proposed.kind == ProposalKind.KEEP_BACK
    was_because = last is not None and last.kind not in (ProposalKind.REOPEN, ProposalKind.KEEP_BACK)
    if not (is_free and was_because and day.state in (DismissalState.HELD, DismissalState.DIVERTED)):
        return proposed
    return Proposed(ProposalKind.REOPEN, children=proposed.children if proposed else None)


def _look_at_clear(day: Dismissal, began: float, *, now: datetime) -> bool:
    """Nothing is near any more: what was proposed because of it falls away, and a way that was closed may open."""
    waiting = _let_fall(day)
    last = queries.get_last_taken(day=day)
    was_because = last is not None and last.kind != ProposalKind.REOPEN
    if waiting is not None or last is None or not was_because or not _is_kept(day, last):
        return False
    reason = {language: word("reason", "clear", language) for language in CODES}
    _keep(day, Proposed(ProposalKind.REOPEN), None, "", reason, began, now=now)
    return True


def _let_fall(day: Dismissal) -> Proposal | None:
    """What was proposed because of a danger no longer fits; to open again still may, and is returned if it waits."""
    waiting = queries.get_proposal(day=day)
    if waiting is None or waiting.kind == ProposalKind.REOPEN:
        return waiting
    day_actions.supersede_proposals(day=day)
    return None


def _is_kept(day: Dismissal, last: Proposal) -> bool:
    """Whether somebody still waits, or walks elsewhere, because of what was proposed."""
    some = last.kind == ProposalKind.KEEP_BACK and day.state in (DismissalState.PLANNED, DismissalState.OPEN)
    return some or day.state in (DismissalState.HELD, DismissalState.DIVERTED)


def _propose(day: Dismissal, near: Sequence[Near], began: float) -> Proposed | None:
    """What the planner says; None where it says that nothing is touched. A planner that fails says: hold."""
    try:
        return propose_way(day, [one.danger for one in near], lambda: time.perf_counter() - began > ANSWER_WITHIN_S)
    except Exception:
        log.exception("the planner failed; the proposal is to hold")
        return Proposed(ProposalKind.HOLD, why="no_plan")


def _keep(
    day: Dismissal,
    proposed: Proposed,
    because: Near | None,
    answers_to: str,
    reason: dict[str, str],
    began: float,
    *,
    now: datetime,
) -> None:
    proposal = day_actions.propose(
        day=day,
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


def _is_answered(day: Dismissal, answers_to: str) -> bool:
    """Whether just these dangers have been proposed for, decided or not; an overtaken answer is none."""
    if not answers_to:
        return False
    last = day.proposals.exclude(state=ProposalState.SUPERSEDED).order_by("-pk").first()
    return last is not None and last.answers_to == answers_to


def _say_why(proposed: Proposed, because: Near) -> dict[str, str]:
    """ "Tear gas or another danger 240 m away. There is no safe way out of the gate to the north and west." """
    words = {}
    for language in CODES:
        kind = "hazard" if because.danger.is_hazard else "incident"
        if proposed.kind == ProposalKind.REOPEN:
            words[language] = word("reason", "free", language)
            continue
        parts = [word("reason", kind, language).format(metres=max(10, round(because.metres, -1)))]
        if because.danger.wind_to:
            wind = say_directions([because.danger.wind_to], language)
            parts.append(word("reason", "wind", language).format(direction=wind))
        if proposed.why == "gate":
            parts.append(word("reason", "gate", language))
        elif proposed.why == "no_plan":
            parts.append(word("reason", "no_plan", language))
        if proposed.directions:
            parts.append(f"{word('reason', 'no_way', language)} {say_directions(proposed.directions, language)}.")
        words[language] = " ".join(parts)
    return words


def say_directions(directions: Sequence[str], language: str) -> str:
    """ "to the north and west": the closed directions in words, at most three."""
    names = [word("direction", one, language) for one in directions[:3]]
    *first, last = names
    joined = f" {word('direction', 'and', language)} ".join([", ".join(first), last]) if first else last
    return f"{word('direction', 'to', language)} {joined}"
