"""Plan: what an alert will take before anybody approves it, and how it really went.

Reads alerts, subscriptions, delivery. Writes delivery (the plan that is kept). Called by the desk and by fan out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from django.conf import settings

from corredor.alerts.enums import SUPERSEDING, AlertKind
from corredor.alerts.models import Alert
from corredor.alerts.queries import get_texts
from corredor.channels.base import Message
from corredor.channels.sms.text import render_sms
from corredor.delivery.forecast import SendPlan, make_plan
from corredor.delivery.queries import get_sms_form

from .audience import Audience, count_audience, preview_alert


class Words(Protocol):
    """The words of an alert in one language, stored or as drafted."""

    @property
    def title(self) -> str: ...
    @property
    def short(self) -> str: ...
    @property
    def standard(self) -> str: ...
    @property
    def long(self) -> str: ...


def plan_alert(*, alert: Alert, now: datetime) -> SendPlan:
    """The plan of an alert that waits, as its approver sees it."""
    audience = preview_alert(alert_id=alert.pk, now=now)
    return plan_found(audience, alert=alert, texts=get_texts(alert_id=alert.pk), now=now)


def plan_found(audience: Audience, *, alert: Alert, texts: Mapping[str, Words], now: datetime) -> SendPlan:
    """The same where the audience has been counted already."""
    supersedes = alert.incident_id if alert.kind in SUPERSEDING else None
    return _plan(audience, texts, slug=alert.slug, supersedes=supersedes, now=now)


def plan_draft(
    *, incident_id: int, kind: AlertKind, radius_m: int, texts: Mapping[str, Words], now: datetime
) -> tuple[Audience, SendPlan]:
    """The same for one that is being written."""
    audience = count_audience(incident_id=incident_id, kind=kind, radius_m=radius_m, now=now)
    supersedes = incident_id if kind in SUPERSEDING else None
    return audience, _plan(audience, texts, slug="x" * 10, supersedes=supersedes, now=now)


def _plan(
    audience: Audience, texts: Mapping[str, Words], *, slug: str, supersedes: int | None, now: datetime
) -> SendPlan:
    return make_plan(
        people=audience.people,
        shares=audience.shares,
        segments_each=count_segments(texts, slug=slug),
        supersedes=supersedes,
        now=now,
    )


def count_segments(texts: Mapping[str, Words], *, slug: str) -> dict[str, int]:
    """How many parts a text message takes in each language, as the gateway in use will write it."""
    form = get_sms_form()
    link = f"{settings.BASE_URL}/a/{slug}"
    return {
        language: render_sms(_message(words, language, link), form=form)[1].segments
        for language, words in texts.items()
    }


def _message(words: Words, language: str, link: str) -> Message:
    return Message(
        delivery_id=0,
        address="",
        language=language,
        title=words.title,
        short=words.short,
        standard=words.standard,
        long=words.long,
        link=link,
    )
