"""Channels in words for stewards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from corredor.channels.catalogue import get_provider
from corredor.delivery.models import ProviderHealth
from corredor.delivery.queue.text_fallback import Budget
from corredor.flows.network.set_up import ProviderChoice
from corredor.subscriptions.enums import Channel


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One provider on the page."""

    name: str
    title: str
    words: str
    problem: str
    is_current: bool
    is_second: bool
    may_be_second: bool
    health: str  # recent results, empty if unused
    is_failing: bool
    is_circuit_open: bool


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One channel on the page."""

    channel: str
    title: str
    choices: tuple[ChoiceView, ...]

    @property
    def current(self) -> ChoiceView | None:
        """The active provider."""
        return next((choice for choice in self.choices if choice.is_current), None)

    @property
    def is_on(self) -> bool:
        """Return True if messages of this channel reach people."""
        return self.current is not None and self.current.name not in ("null", "console")

    @property
    def failover(self) -> ChoiceView | None:
        """The failover provider."""
        return next((choice for choice in self.choices if choice.is_second), None)


def describe_channels(channels: Mapping[str, list[ProviderChoice]]) -> list[ChannelView]:
    """Return the channels. A failover is offered only where an active provider is set."""
    return [
        ChannelView(
            channel,
            str(Channel(channel).label),
            tuple(_describe(choice, is_on=_is_on(choices)) for choice in choices),
        )
        for channel, choices in channels.items()
    ]


def describe_budget(budget: Budget) -> str:
    """Return today's cost of text fallbacks."""
    words = gettext("%(used)d of %(allowed)d parts in the last 24 hours.")
    return words % {"used": budget.used, "allowed": budget.allowed}


def name_provider(name: str) -> str:
    """Return a provider's name on the page."""
    spec = get_provider(name)
    return gettext(spec.title) if spec and spec.title else name


def _is_on(choices: list[ProviderChoice]) -> bool:
    return any(choice.is_current and choice.name not in ("null", "console") for choice in choices)


def _describe(choice: ProviderChoice, *, is_on: bool) -> ChoiceView:
    spec, row = get_provider(choice.name), choice.health
    return ChoiceView(
        choice.name,
        name_provider(choice.name),
        gettext(spec.words) if spec and spec.words else "",
        choice.problem,
        choice.is_current,
        choice.is_second,
        is_on and choice.may_be_second and choice.name != "console",
        _say_health(row) if row else "",
        bool(row and row.failing_since),
        choice.is_circuit_open,
    )


def _say_health(row: ProviderHealth) -> str:
    if row.failing_since:
        words = gettext("Since %(since)s it has not taken a message. Last fault: %(code)s.")
        return words % {"since": _clock(row.failing_since), "code": row.fault_code}
    answers = ngettext("%(count)d answer", "%(count)d answers", row.answers) % {"count": row.answers}
    faults = ngettext("%(count)d fault", "%(count)d faults", row.faults) % {"count": row.faults}
    words = gettext("Since %(since)s: %(answers)s, %(faults)s.")
    return words % {"answers": answers, "faults": faults, "since": _clock(row.counted_from)}


def _clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "TIME_FORMAT")
