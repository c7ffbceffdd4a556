"""Network checks: channels, halt, text fallback budget, and enough trained staff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from corredor.channels.catalogue import list_channels as list_specs
from corredor.delivery.queries import is_halted
from corredor.delivery.queue.text_fallback import get_budget
from corredor.flows.network.set_up import list_channels
from corredor.people import queries
from corredor.people.enums import Role
from corredor.people.second_factor import has_factor
from corredor.subscriptions.enums import Channel

from .finding import Finding, bad, good, look

# Networks do without the others, so that they are off is no news.
_USUAL = tuple(spec.kind for spec in list_specs() if spec.is_usual)
_SOON = timedelta(days=30)
_FAILING_FOR = timedelta(minutes=2)
# Minimum number of people per role so that a report can become an alert. Two approvers, because an author may not
# approve.
_LEAST: dict[Role, int] = {Role.STEWARD: 1, Role.OPERATOR: 1, Role.VERIFIER: 1, Role.APPROVER: 2}


def check_channels(now: datetime) -> Iterator[Finding]:
    """Check which channels are on, and whether those can send."""
    is_any_on = False
    for channel, choices in list_channels(now=now).items():
        current = next((choice for choice in choices if choice.is_current), None)
        label = Channel(channel).label
        if current is None:
            yield bad("CHANNEL", _("%(way)s: an unknown provider is chosen.") % {"way": label})
        elif current.name in ("null", "console"):
            if channel in _USUAL:
                yield look("CHANNEL", _("%(way)s: off, nobody is reached this way.") % {"way": label})
        elif current.problem:
            words = _("%(way)s: on, but cannot work: %(problem)s")
            yield bad("CHANNEL", words % {"way": label, "problem": current.problem})
        elif current.health and current.health.failing_since and current.health.failing_since < now - _FAILING_FOR:
            is_any_on = True
            words = _("%(way)s: since %(since)s %(name)s has answered nothing but faults (%(code)s).")
            since = date_format(timezone.localtime(current.health.failing_since), "TIME_FORMAT")
            named = {"way": label, "name": current.name, "code": current.health.fault_code, "since": since}
            yield bad("CHANNEL", words % named)
        else:
            is_any_on = True
            yield good("CHANNEL", _("%(way)s: on (%(name)s).") % {"way": label, "name": current.name})
    if not is_any_on:
        yield look("CHANNELS", _("No channel is on: alerts are made and counted, and reach nobody."))


def check_fallback(now: datetime) -> Iterator[Finding]:
    """Check whether text fallback has used up its budget."""
    budget = get_budget(now=now)
    if budget.is_used_up:
        words = _("Texts in place of pushes have used up their budget: %(used)d of %(allowed)d parts in 24 hours.")
        yield look("FALLBACK", words % {"used": budget.used, "allowed": budget.allowed})


def check_halt(now: datetime) -> Iterator[Finding]:
    """Check for a halt, which stops everything until somebody ends it."""
    if is_halted():
        yield look("HALT", _("Sending is stopped for everything: nothing leaves until somebody lets it go on."))


def check_crew(now: datetime) -> Iterator[Finding]:
    """Check for enough trained people per role."""
    holders = queries.count_role_holders(today=queries.local_today(now))
    short = [(role, least) for role, least in _LEAST.items() if holders[role] < least]
    for role, least in short:
        words = _("%(role)s: %(count)d with current training, at least %(least)d are needed.")
        say = bad if role == Role.STEWARD else look
        yield say("CREW", words % {"role": role.label, "count": holders[role], "least": least})
    if not short:
        yield good("CREW", _("There are enough trained people for every step."))


def check_trainings(now: datetime) -> Iterator[Finding]:
    """Check for roles whose training has expired or expires soon."""
    for user, standing in queries.list_expiring(today=queries.local_today(now), within=_SOON):
        names = {"alias": user.alias, "role": standing.role.label}
        if standing.training is None:
            yield look("TRAINING", _("%(alias)s holds %(role)s without any training on record.") % names)
        elif standing.is_trained:
            words = _("%(alias)s: training for %(role)s runs out in %(days)d days.")
            yield look("TRAINING", words % (names | {"days": standing.days_left}))
        else:
            yield look("TRAINING", _("%(alias)s: training for %(role)s has run out.") % names)


def check_factors(now: datetime) -> Iterator[Finding]:
    """Check for people without a second factor, who cannot get in."""
    people = queries.list_people(today=queries.local_today(now))
    without = [p.user.alias for p in people if p.user.is_active and not has_factor(p.user)]
    if without:
        words = _("No second step is set up yet: %(aliases)s. They see no page until then.")
        yield look("FACTOR", words % {"aliases": ", ".join(without)})
