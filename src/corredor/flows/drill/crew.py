"""Create the people of a drill: its desk and its recipients."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from corredor.flows.subscribe.confirm import confirm_by_address
from corredor.flows.subscribe.sign_up import start_subscription
from corredor.people.contact import Contact
from corredor.people.drill_people import save_drill_person
from corredor.people.enums import AddressKind
from corredor.people.models import User
from corredor.places.pack import get_pack
from corredor.subscriptions.actions import Preferences

from .scenario import Group, Person, Recipients, Scenario, ScenarioWrong, pick_language

_TRAINED_FOR = timedelta(days=365)


def make_desk(scenario: Scenario, *, first_day: date, now: datetime) -> dict[str, User]:
    """Return the desk's accounts by scenario id; expired training ends the day before the drill."""
    return {person.id: _make_person(person, first_day, now) for person in scenario.people}


def make_recipients(scenario: Scenario, *, now: datetime) -> Iterator[str]:
    """Subscribe all recipients through the real flow; yield each unsubscribe token."""
    recipients = scenario.recipients
    rng = random.Random(recipients.seed)  # noqa: S311 -- the same people at every run, not security relevant
    number = 0
    for group in recipients.groups:
        areas, circle = _where(scenario, group)
        for _ in range(group.count):
            number += 1
            preferences = _preferences(rng, group, recipients, areas, circle)
            yield _subscribe(f"drill:recipient-{number:04d}", preferences, now=now)


def _make_person(person: Person, first_day: date, now: datetime) -> User:
    ends = first_day - timedelta(days=1) if person.training_expired else first_day + _TRAINED_FOR
    return save_drill_person(
        name=person.id,
        alias=person.alias,
        language=person.language,
        roles=person.roles,
        passed_on=ends - _TRAINED_FOR,
        expires_on=ends,
        now=now,
    )


def _where(scenario: Scenario, group: Group) -> tuple[tuple[str, ...], tuple[float, float, int] | None]:
    if group.circle:
        lat, lon = scenario.places[group.circle]
        return (), (lat, lon, group.radius_m)
    return (_find_area(scenario, group.area),), None


def _find_area(scenario: Scenario, name: str) -> str:
    areas, wanted = get_pack(scenario.city).areas, name.casefold()
    for row in range(len(areas)):
        if wanted in (other.casefold() for other in (areas.name[row], *areas.aliases[row])):
            return f"{areas.kind[row]}:{areas.code[row]}"
    raise ScenarioWrong(f"{scenario.name}: recipients.group: no area of {scenario.city} is called {name}")


def _preferences(
    rng: random.Random,
    group: Group,
    recipients: Recipients,
    areas: tuple[str, ...],
    circle: tuple[float, float, int] | None,
) -> Preferences:
    language = pick_language(group.languages, rng.random())
    wants_rumour = rng.random() < recipients.wants_rumour
    start = end = None
    draw = rng.random()
    for quiet in recipients.quiet:
        if 0 <= draw < quiet.share:
            start, end = quiet.start, quiet.end
        draw -= quiet.share
    return Preferences(
        language=language,
        areas=areas,
        circle=circle,
        wants_rumour=wants_rumour,
        quiet_from=start,
        quiet_until=end,
    )


def _subscribe(address: str, preferences: Preferences, *, now: datetime) -> str:
    contact = Contact.parse(AddressKind.DRILL, address)
    started = start_subscription(preferences=preferences, contact=contact, now=now)
    confirm_by_address(contact, now=now)
    return started.unsubscribe_token
