"""Operators of a drill: place, ask, join or open, following the product's own suggestions.

The script never gives the desk a place: a pin is the product's first suggestion if confident, else the first one after
the sender's answer. Which event a report belongs to is a human judgement, so the script decides it; whether the
product's suggestion agreed is counted.
"""

from __future__ import annotations

from corredor.flows.incident.join_split import join_report
from corredor.flows.incident.open import open_incident
from corredor.flows.incident.set_aside import set_aside_report, take_back_report
from corredor.flows.incident.suggest import suggest_incidents
from corredor.flows.locate import PlaceSuggestion, find_places_for_report
from corredor.flows.report.receive import ask_sender
from corredor.intake.enums import ReportState
from corredor.intake.models import Report
from corredor.kit.languages import in_language, wording
from corredor.people.models import User
from corredor.review import actions as review
from corredor.review.enums import Joining, Pinning

from .arrival import answer
from .play import Arrived, Play
from .scenario import Point

SURE = 0.7  # minimum confidence at which an operator takes a suggestion without asking
LIKELY = 0.3  # minimum score at which a suggested incident is compared with the report
_NO_POINTS = ("AREA", "STREET", "OUTSIDE")


def take(play: Play, arrived: Arrived) -> bool:
    """Take a report from the queue. Return True when the sender was asked and may answer."""
    script, report_id, by = arrived.script, arrived.row.report_id, _operator(play, arrived)
    report = Report.objects.get(pk=report_id)
    if report.state == ReportState.HELD:
        if script.flood:
            play.tally["held"] += 1
            return False
        play.tally["held_wrongly"] += 1
        take_back_report(report_id=report_id, by=by, now=play.now)
    if script.flood or script.set_aside:
        reason = script.set_aside or "part of a flood of equal texts"
        set_aside_report(report_id=report_id, reason=reason, by=by, now=play.now)
        play.tally["set_aside"] += 1
        return False
    suggestions = find_places_for_report(report_id=report_id, now=play.now)
    best = None if script.doubted else pick(suggestions)
    if best is None:
        return _ask(play, arrived, suggestions, by)
    _settle(play, arrived, best, Pinning.SUGGESTED, by)
    return False


def process_answer(play: Play, arrived: Arrived) -> None:
    """Process the sender's answer: geocode again and settle the report."""
    text = arrived.script.answers[0]
    holder = answer(play, arrived, text)
    if holder != arrived.row.report_id:
        play.tally["answers_taken_for_reports"] += 1
    best = pick(find_places_for_report(report_id=arrived.row.report_id, now=play.now))
    _settle(play, arrived, best, Pinning.ANSWERED if best else Pinning.NONE, _operator(play, arrived))
    if holder != arrived.row.report_id and arrived.script.incident in play.incidents:
        join_report(
            report_id=holder,
            incident_id=play.incidents[arrived.script.incident],
            by=_operator(play, arrived),
            reason="SAME_SENDER",
            now=play.now,
        )


def pick(suggestions: list[PlaceSuggestion]) -> PlaceSuggestion | None:
    """Return the first suggestion if it is a point with enough confidence."""
    first = suggestions[0] if suggestions else None
    if first is None or first.lat is None or first.kind in _NO_POINTS or first.outside:
        return None
    return first if first.confidence >= SURE else None


def _ask(play: Play, arrived: Arrived, suggestions: list[PlaceSuggestion], by: User) -> bool:
    language = arrived.script.language
    ready = in_language(suggestions[0].questions, language) if suggestions else ""
    own = wording("drill", language)
    text = own["ask_again"] if arrived.script.doubted else ready or own["ask"]
    ask_sender(report_id=arrived.row.report_id, text=text, by=by, now=play.now)
    play.tally["questions_asked"] += 1
    play.tally["questions_by_product"] += bool(ready) and not arrived.script.doubted
    if arrived.script.answers:
        return True
    _settle(play, arrived, None, Pinning.NONE, by)
    return False


def _settle(play: Play, arrived: Arrived, best: PlaceSuggestion | None, how: Pinning, by: User) -> None:
    """Record the pin, then join the report to its event or open one."""
    point: Point | None = None
    if best is not None and best.lat is not None and best.lon is not None:
        point = (best.lat, best.lon)
    review.save_pin(row=arrived.row, point=point, by=how, confidence=best.confidence if best else None)
    key = arrived.script.incident
    if key in play.incidents:
        _join(play, arrived, by)
    elif point is not None:
        incident = open_incident(report_id=arrived.row.report_id, lat=point[0], lon=point[1], by=by, now=play.now)
        play.incidents[key] = incident.pk
        review.save_incident(run=play.run, incident_id=incident.pk, key=key)
        review.save_joining(row=arrived.row, by=Joining.OPENED)
    else:
        play.tally["left_waiting"] += 1


def _join(play: Play, arrived: Arrived, by: User) -> None:
    true_id = play.incidents[arrived.script.incident]
    suggested = suggest_incidents(report_id=arrived.row.report_id, now=play.now)
    first = suggested[0] if suggested and suggested[0].score >= LIKELY else None
    if first is not None and first.incident_id != true_id:
        play.tally["wrong_suggestions"] += 1
    how = Joining.SUGGESTION if first is not None and first.incident_id == true_id else Joining.HAND
    join_report(report_id=arrived.row.report_id, incident_id=true_id, by=by, reason=how.value, now=play.now)
    review.save_joining(row=arrived.row, by=how)


def _operator(play: Play, arrived: Arrived) -> User:
    truth = play.scenario.incidents.get(arrived.script.incident)
    return play.desk[truth.desk if truth else play.scenario.people[0].id]
