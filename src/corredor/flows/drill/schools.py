"""Schools of a drill: created through the real flows, then opened, held, diverted and closed by the script.

Each verb calls the flow behind a lead's button, a post's page or an SMS.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from corredor.corridors import queries
from corredor.corridors.enums import CountAt
from corredor.corridors.models import Message, Proposal, School
from corredor.flows.report.receive_sms import receive_sms
from corredor.flows.school import day as school_day
from corredor.flows.school import plan as school_plan
from corredor.flows.school import post as school_post
from corredor.flows.school import roster as school_roster
from corredor.flows.school import set_up as school_set_up
from corredor.flows.school import tell
from corredor.flows.school.follow import follow
from corredor.flows.school.watch import check_corridors
from corredor.flows.subscribe.confirm import confirm_by_address
from corredor.kit.languages import FIRST, SOURCE
from corredor.people.contact import Contact
from corredor.people.enums import AddressKind
from corredor.people.models import User
from corredor.people.queries import local_today
from corredor.volunteers.models import Member

from .play import Play
from .scenario import ScriptedSchool, pick_language

Values = Mapping[str, Any]


def make_schools(play: Play) -> None:
    """Create every school of the scenario: page, leads, bells, plan, volunteers at posts, following parents."""
    for script in play.scenario.schools:
        school = _make_school(play, script)
        play.schools[script.id] = school.slug
        _make_people(play, script, school)
        _make_parents(play, script, school)


@contextmanager
def timing_proposals(play: Play) -> Iterator[None]:
    """Measure in real seconds how long a step took to create proposals.

    Checks corridors once more at the end, as the sweep does every minute for real schools: a drill has its own clock.
    """
    before, began = _count_proposals(), time.perf_counter()
    yield
    check_corridors(is_drill=True, now=play.now)
    made = _count_proposals() - before
    play.to_proposal_s += [time.perf_counter() - began] * made


def _count_proposals() -> int:
    return Proposal.objects.filter(is_drill=True).count()


def _make_school(play: Play, script: ScriptedSchool) -> School:
    steward, leads = play.desk[script.steward], [play.desk[lead] for lead in script.leads]
    school = school_set_up.set_up_school(key=script.key, is_drill=True, by=steward, now=play.now)
    slug = school.slug
    for lead in leads:
        school_set_up.name_lead(slug=slug, user_id=lead.pk, by=steward, now=play.now)
        phone = f"drill-lead-{lead.username}"
        school_roster.set_lead_phone(slug=slug, phone=phone, is_drill=True, by=lead, now=play.now)
    school_set_up.set_bells(slug=slug, bells=dict.fromkeys(range(5), script.bell), by=leads[0], now=play.now)
    plan = school_plan.make_plan(slug=slug, posts=script.posts, by=leads[0], now=play.now)
    school_plan.choose_plan(plan_id=plan.pk, by=leads[0], now=play.now)
    return school


def _make_people(play: Play, script: ScriptedSchool, school: School) -> None:
    lead = play.desk[script.leads[0]]
    for row in range(script.posts):
        asked = school_roster.ask_to_help(
            slug=school.slug,
            alias=f"Vecina {row + 1}",
            language=FIRST if row % 3 else SOURCE,
            phone=_phone(script.id, row),
            now=play.now,
        )
        school_roster.accept_volunteer(member_id=asked.member_id, vest=row + 1, by=lead, now=play.now)
        school_roster.put_at_post(
            member_id=asked.member_id,
            number=row + 1,
            weekdays=range(5),
            agreed=True,
            by=lead,
            now=play.now,
        )


def _make_parents(play: Play, script: ScriptedSchool, school: School) -> None:
    rng = random.Random(f"{play.scenario.recipients.seed}:{script.id}")  # noqa: S311 -- made-up people, not secrets
    for row in range(script.parents):
        language = pick_language(script.languages, rng.random())
        contact = Contact.parse(AddressKind.DRILL, f"parent-{script.id}-{row}")
        follow(slug=school.slug, language=language, contact=contact, now=play.now)
        confirm_by_address(contact, now=play.now)


def open_school(play: Play, values: Values) -> None:
    """Open the corridor, as the lead."""
    dismissal = _day(play, values)
    school_day.open_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=_by(play, values), now=play.now)


def hold_school(play: Play, values: Values) -> None:
    """Hold the children at school, as the lead."""
    dismissal = _day(play, values)
    school_day.hold_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=_by(play, values), now=play.now)


def close_school(play: Play, values: Values) -> None:
    """Close the day, as the lead; refused while children are missing."""
    dismissal = _day(play, values)
    school_day.close_dismissal(dismissal_id=dismissal.pk, version=dismissal.version, by=_by(play, values), now=play.now)


def ready_posts(play: Play, values: Values) -> None:
    """Report all posts ready: odd ones by SMS, the others on their page."""
    dismissal = _day(play, values)
    for row, attendance in enumerate(queries.list_attendances(dismissal=dismissal)):
        if row % 2:
            _text(play, values["school"], attendance.member, "LISTO" if row % 3 else "READY")
        else:
            school_post.report_clear(member=attendance.member, now=play.now)


def count_children(play: Play, values: Values) -> None:
    """Count children at the gate as the lead, or home from a post by SMS."""
    if values["where"] == "gate":
        dismissal = _day(play, values)
        by = _by(play, values)
        school_day.count_as_lead(
            dismissal_id=dismissal.pk, at=CountAt.GATE, children=values["children"], by=by, now=play.now
        )
        return
    attendance = _day(play, values).attendances.get(post__number=values["post"])
    _text(play, values["school"], attendance.member, f"CASA {values['children']}")


def decide(play: Play, values: Values) -> None:
    """Accept the proposal if its kind is expected; else record a failure."""
    dismissal = _day(play, values)
    proposal = queries.get_proposal(dismissal=dismissal)
    if proposal is None or proposal.kind not in values["expects"]:
        found = proposal.kind if proposal else "nothing"
        play.failures.append(f"{values['school']}: {found} was proposed, {values['expects']} expected")
        return
    school_day.decide(proposal_id=proposal.pk, take=True, version=dismissal.version, by=_by(play, values), now=play.now)


def tell_parents(play: Play, values: Values) -> None:
    """Send the waiting message to parents, as the second person."""
    message = Message.objects.filter(dismissal=_day(play, values), state="WAITING").last()
    if message is None:
        play.failures.append(f"{values['school']}: no message to parents waits")
        return
    told = tell.send_to_parents(message_id=message.pk, by=_by(play, values), now=play.now)
    play.tally["parents_told"] += told


def settle(play: Play, values: Values) -> None:
    """Settle all alarms: everybody is accounted for."""
    for alarm in queries.list_alarms(dismissal=_day(play, values)):
        school_day.settle_alarm(alarm_id=alarm.pk, by=_by(play, values), now=play.now)


VERBS: Mapping[str, Callable[[Play, Values], None]] = MappingProxyType(
    {
        "open_school": open_school,
        "hold_school": hold_school,
        "close_school": close_school,
        "ready_posts": ready_posts,
        "count_children": count_children,
        "decide": decide,
        "tell_parents": tell_parents,
        "settle": settle,
    }
)


def _day(play: Play, values: Values) -> Any:
    slug = play.schools[values["school"]]
    lead = next(
        play.desk[person]
        for script in play.scenario.schools
        if script.id == values["school"]
        for person in script.leads
    )
    found = queries.find_dismissal(school=queries.get_school(slug=slug), on=local_today(play.now))
    return found or school_day.plan_dismissal(slug=slug, by=lead, now=play.now)


def _by(play: Play, values: Values) -> User:
    return play.desk[values["by"]]


def _text(play: Play, school: str, member: Member, words: str) -> None:
    play.tally["school_texts"] += 1
    receive_sms(
        sender=Contact.parse(AddressKind.DRILL, _phone(school, (member.vest or 1) - 1)),
        text=words,
        raw=words.encode(),
        provider_reference=f"school-{play.tally['school_texts']}",
        now=play.now,
    )


def _phone(school: str, row: int) -> str:
    return f"post-{school}-{row}"
