"""Event queue of a drill, in the drill's time, and the texts that describe events."""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from django.utils.translation import gettext as _

from corredor.engines.redact import redact
from corredor.kit.languages import in_language, shorten

from .play import Arrived
from .scenario import Scenario, ScriptedReport, ScriptedStep

TAKEN_AFTER = timedelta(seconds=75)  # time a report waits in the queue
ANSWERED_AFTER = timedelta(minutes=2)
APPROVED_AFTER_S = 45
_LONGEST = 110


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """One event at a local time; ``does`` is called with the drill's clock set to it."""

    at: datetime
    order: int
    does: Callable[[], None] = field(compare=False)
    says: str = field(compare=False)


class EventQueue:
    """Priority queue of events by time; events of the same time in insertion order."""

    def __init__(self) -> None:
        self._heap: list[Event] = []
        self._order = count()

    def put(self, at: datetime, says: str, does: Callable[[], None]) -> None:
        """Add an event."""
        heapq.heappush(self._heap, Event(at, next(self._order), does, says))

    def __len__(self) -> int:
        return len(self._heap)

    def next(self) -> Event:
        """Remove and return the next event."""
        return heapq.heappop(self._heap)


def code_report(script: ScriptedReport) -> str:
    """Return the code of an incoming report, for ``tell``. Private words are redacted here."""
    text, _ = redact(script.says.strip() or "-", language=script.language)
    words = " ".join(text.replace("|", " ").split())[:_LONGEST]
    return f"REPORT|{script.by}|{words}"


def code_desk(arrived: Arrived) -> str:
    """Return the code of a report taken from the queue."""
    return f"DESK|{arrived.row.report_id}"


def code_answer(arrived: Arrived) -> str:
    """Return the code of a sender's answer."""
    return f"ANSWER|{arrived.row.report_id}"


def code_step(scenario: Scenario, step: ScriptedStep) -> str:
    """Return the code of a desk step."""
    names = {person.id: person.alias for person in scenario.people}
    who = names.get(step.values.get("by", ""), "")
    if step.do == "note":
        return f"NOTE|{json.dumps(shorten(step.values['says'], _LONGEST), ensure_ascii=False)}"
    what = step.values.get("kind") or step.values.get("outcome") or ""
    return f"{step.do.upper()}|{who}|{what}"


def code_approval(scenario: Scenario, step: ScriptedStep) -> str:
    """Return the code of an approval by a second person."""
    names = {person.id: person.alias for person in scenario.people}
    return f"APPROVE|{names[step.values['approve_by']]}|{step.values['kind']}"


def tell(says: str, language: str) -> str:
    """Render a code in the active language; ``language`` selects the script's own texts."""
    code, _sep, rest = says.partition("|")
    first, _sep, second = rest.partition("|")
    if code == "NOTE":
        return in_language(json.loads(rest), language)
    if code == "REPORT":
        return _doors()[first] % {"text": second}
    template = _sentences().get(code, "")
    return template % {"who": first, "number": f"R{first}", "what": second} if template else ""


def _doors() -> dict[str, str]:
    return {
        "web": _("By web form: “%(text)s”"),
        "sms": _("By text message: “%(text)s”"),
        "phone": _("By phone: “%(text)s”"),
    }


def _sentences() -> dict[str, str]:
    return {
        "BEGIN": _("Making the people of the drill"),
        "DESK": _("The desk places report %(number)s"),
        "ANSWER": _("The sender of report %(number)s answers the desk"),
        "CLAIM": _("%(who)s takes over the incident"),
        "RELEASE": _("%(who)s hands the incident back"),
        "VERIFY": _("%(who)s reports what is there"),
        "ALERT": _("%(who)s writes an alert"),
        "APPROVE": _("%(who)s reads the alert and decides"),
        "MOVE": _("%(who)s moves the pin: they are somewhere else now"),
        "RETURN": _("%(who)s notes that they came back"),
        "SEEN": _("%(who)s notes that it is still going on"),
        "HAZARD": _("%(who)s marks tear gas on the map"),
        "CLEAR_HAZARD": _("%(who)s clears the tear gas mark after a look"),
        "CLOSE": _("%(who)s closes the incident"),
        "OPEN_SCHOOL": _("%(who)s opens the corridor of a school"),
        "HOLD_SCHOOL": _("%(who)s holds the children at school"),
        "CLOSE_SCHOOL": _("%(who)s asks whether everybody is home"),
        "READY_POSTS": _("The posts of a school are ready"),
        "COUNT_CHILDREN": _("Children are counted"),
        "DECIDE": _("%(who)s decides on what is proposed"),
        "TELL_PARENTS": _("%(who)s sends the message to parents"),
        "SETTLE": _("%(who)s has found the children who were missing"),
        "LEAVE": _("Some recipients unsubscribe"),
        "END": _("The drill is over"),
    }
