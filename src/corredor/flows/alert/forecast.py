"""Send forecast of an alert or draft, for its approver.

Reads alerts, subscriptions, delivery. Called by the desk and by ``approve``.
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
from corredor.delivery.queries import get_routes, sms_form_of

from .audience import Audience, count_audience, preview_alert


class Words(Protocol):
    """Text of an alert in one language, stored or drafted."""

    @property
    def title(self) -> str: ...
    @property
    def short(self) -> str: ...
    @property
    def standard(self) -> str: ...
    @property
    def long(self) -> str: ...


def plan_alert(*, alert: Alert, now: datetime) -> SendPlan:
    """Return the forecast of a written alert."""
    audience = preview_alert(alert_id=alert.pk, now=now)
    return plan_found(audience, alert=alert, texts=get_texts(alert), routes=get_routes(), now=now)


def plan_found(
    audience: Audience, *, alert: Alert, texts: Mapping[str, Words], routes: Mapping[str, str], now: datetime
) -> SendPlan:
    """The same, with the audience already counted."""
    supersedes = alert.incident_id if alert.kind in SUPERSEDING else None
    return _plan(audience, texts, slug=alert.slug, supersedes=supersedes, routes=routes, now=now)


def plan_draft(
    *, incident_id: int, kind: AlertKind, radius_m: int, texts: Mapping[str, Words], now: datetime
) -> tuple[Audience, SendPlan]:
    """Return audience and forecast of a draft."""
    audience = count_audience(incident_id=incident_id, kind=kind, radius_m=radius_m, now=now)
    supersedes = incident_id if kind in SUPERSEDING else None
    return audience, _plan(audience, texts, slug="x" * 10, supersedes=supersedes, routes=get_routes(), now=now)


def _plan(
    audience: Audience,
    texts: Mapping[str, Words],
    *,
    slug: str,
    supersedes: int | None,
    routes: Mapping[str, str],
    now: datetime,
) -> SendPlan:
    return make_plan(
        people=audience.people,
        shares=audience.shares,
        segments_each=count_segments(texts, slug=slug, form=sms_form_of(routes)),
        supersedes=supersedes,
        routes=routes,
        now=now,
    )


def count_segments(texts: Mapping[str, Words], *, slug: str, form: str) -> dict[str, int]:
    """Return SMS segments per language, in the text form of the provider in use."""
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
