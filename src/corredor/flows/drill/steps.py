"""Steps of a drill's script: each verb calls the flow behind the desk's button."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from corredor.alerts.enums import AlertKind
from corredor.flows.alert import compose
from corredor.flows.alert.approve import approve_alert
from corredor.flows.incident import close, follow, verify
from corredor.flows.incident.claim import claim_incident, release_incident
from corredor.flows.subscribe.leave import leave
from corredor.incidents.enums import Agency, HazardKind, Method, Outcome, WindTo
from corredor.people.models import User
from corredor.people.queries import get_network

from . import schools
from .play import Play
from .refusal import REFUSALS, NotOpened
from .scenario import ScriptedStep
from .schools import timing_proposals

Values = Mapping[str, Any]


def run_step(play: Play, step: ScriptedStep) -> bool:
    """Run one step. Return True when an alert was written that waits for approval.

    An expected refusal counts as success; any other error, or a missing refusal, is recorded as a failure.
    """
    try:
        with timing_proposals(play):
            written = bool(_VERBS[step.do](play, step.values))
    except REFUSALS as error:
        if type(error).__name__ == step.refused:
            play.tally["refused_as_expected"] += 1
        else:
            play.failures.append(f"{step.key} ({step.do}): {type(error).__name__} {error}")
        return False
    if step.refused:
        play.tally["wrongly_allowed"] += 1
        play.failures.append(f"{step.key} ({step.do}): {step.refused} was expected")
    return written


def approve(play: Play, step: ScriptedStep) -> None:
    """Approve an alert that a step has written, as the second person."""
    values = step.values
    expected = str(values.get("approval_refused", ""))
    try:
        _approve(play, {"incident": values["incident"], "by": values["approve_by"]})
    except REFUSALS as error:
        if type(error).__name__ == expected:
            play.tally["refused_as_expected"] += 1
        else:
            play.failures.append(f"{step.key} (approve): {type(error).__name__} {error}")
        return
    if expected:
        play.tally["wrongly_allowed"] += 1
        play.failures.append(f"{step.key} (approve): {expected} was expected")


def _claim(play: Play, values: Values) -> None:
    claim_incident(incident_id=_incident(play, values), by=_by(play, values), now=play.now)


def _release(play: Play, values: Values) -> None:
    release_incident(incident_id=_incident(play, values), by=_by(play, values), now=play.now)


def _verify(play: Play, values: Values) -> None:
    low, high = values.get("size", (None, None))
    verify.verify_incident(
        incident_id=_incident(play, values),
        outcome=Outcome(values["outcome"]),
        agency=Agency(values["agency"]),
        method=Method(values["method"]),
        seen_at=_seen_at(play, values),
        size_low=low,
        size_high=high,
        note=values.get("note", ""),
        by=_by(play, values),
        now=play.now,
    )


def _write(play: Play, values: Values) -> bool:
    message: dict[str, Any] = {
        "incident_id": _incident(play, values),
        "kind": AlertKind(values["kind"]),
        "radius_m": values.get("radius_m") or get_network().alert_radius_m,
        "advice": values.get("advice", ()),
        "what": values.get("what", {}),
        "by": _by(play, values),
        "now": play.now,
    }
    draft = compose.draft_alert(**message)  # as the preview does before anything is stored
    play.tally["redactions"] += len(draft.redactions)
    play.tally["draft_problems"] += len(draft.problems)
    play.waiting_alert[values["incident"]] = compose.write_alert(**message).pk
    return "approve_by" in values


def _approve(play: Play, values: Values) -> None:
    if values["incident"] not in play.waiting_alert:
        raise NotOpened(values["incident"])
    alert_id = play.waiting_alert[values["incident"]]
    pressed = time.perf_counter()
    approve_alert(alert_id=alert_id, by=_by(play, values), now=play.now)
    if play.sender.send_due():
        play.to_first_send_s.append(time.perf_counter() - pressed)
        play.deliver()
        play.to_last_send_s.append(time.perf_counter() - pressed)


def _move(play: Play, values: Values) -> None:
    lat, lon = play.scenario.places[values["place"]]
    follow.move_incident(lat=lat, lon=lon, **_sighting(play, values))


def _return(play: Play, values: Values) -> None:
    lat, lon = play.scenario.places[values["place"]] if "place" in values else (None, None)
    follow.return_incident(lat=lat, lon=lon, **_sighting(play, values))


def _sighting(play: Play, values: Values) -> dict[str, Any]:
    """Return the arguments that every new sighting of an incident needs."""
    return {
        "incident_id": _incident(play, values),
        "seen_at": _seen_at(play, values),
        "by": _by(play, values),
        "now": play.now,
    }


def _see(play: Play, values: Values) -> None:
    follow.note_seen_again(**_sighting(play, values))


def _note_hazard(play: Play, values: Values) -> None:
    lat, lon = play.scenario.places[values["place"]]
    hazard = follow.note_hazard(
        incident_id=_incident(play, values),
        kind=HazardKind.IRRITANT,
        lat=lat,
        lon=lon,
        radius_m=values["radius_m"],
        wind_to=WindTo(values.get("wind", "")),
        by=_by(play, values),
        now=play.now,
    )
    play.hazards[values["id"]] = hazard.pk


def _clear_hazard(play: Play, values: Values) -> None:
    follow.clear_hazard(hazard_id=play.hazards[values["id"]], by=_by(play, values), now=play.now)


def _close(play: Play, values: Values) -> None:
    close.close_incident(incident_id=_incident(play, values), by=_by(play, values), now=play.now)


def _leave(play: Play, values: Values) -> None:
    for _ in range(values["count"]):
        leave(token=play.unsubscribe_tokens.pop(0), now=play.now)
        play.tally["left"] += 1


def _note(play: Play, values: Values) -> None:
    """Do nothing: the step only carries text."""


def _incident(play: Play, values: Values) -> int:
    try:
        return play.incidents[values["incident"]]
    except KeyError as error:
        raise NotOpened(values["incident"]) from error


def _by(play: Play, values: Values) -> User:
    return play.desk[values["by"]]


def _seen_at(play: Play, values: Values) -> datetime:
    return play.now - timedelta(minutes=values.get("seen_ago_min", 0))


_VERBS: Mapping[str, Callable[[Play, Values], bool | None]] = MappingProxyType(
    {
        "claim": _claim,
        "release": _release,
        "verify": _verify,
        "alert": _write,
        "approve": _approve,
        "move": _move,
        "return": _return,
        "seen": _see,
        "hazard": _note_hazard,
        "clear_hazard": _clear_hazard,
        "close": _close,
        "leave": _leave,
        "note": _note,
        **schools.VERBS,
    }
)
