"""People at the desk, each with a browser session, and rows for them to work on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from corredor.flows.report.receive import receive_report
from corredor.incidents.models import Incident
from corredor.intake.enums import Source
from corredor.intake.new_report import NewReport, ReportFields
from corredor.people.contact import Contact
from corredor.people.models import User
from tests.factories import PERSHING_KEDZIE, make_confirmed, make_incident
from tests.web.signing_in import pass_gate

HERE = f"{PERSHING_KEDZIE[0]},{PERSHING_KEDZIE[1]}"


class Seat:
    """One person's browser. ``get`` and ``do`` speak as htmx does; ``open`` as an address typed in."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.client = pass_gate(Client(), user)

    def open(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(path, headers=headers)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(path, headers={"HX-Request": "true", **headers})

    def do(self, path: str, **data: Any) -> HttpResponse:
        return self.client.post(path, data, headers={"HX-Request": "true"})


@pytest.fixture
def seats(desk: dict[str, User]) -> dict[str, Seat]:
    """Operator, verifier, writer and approver, signed in."""
    return {name: Seat(user) for name, user in desk.items()}


@pytest.fixture
def report() -> Callable[..., int]:
    """Takes a report in through the flow; returns its id."""

    def take(
        text: str = "agentes en la esquina",
        *,
        minutes_ago: float = 3,
        source: Source = Source.WEB,
        language: str = "es",
        contact: str = "",
        is_drill: bool = False,
        **fields: Any,
    ) -> int:
        at = timezone.now() - timedelta(minutes=minutes_ago)
        return receive_report(
            NewReport(
                source=source,
                language=language,
                raw=f"text={text}".encode(),
                fields=ReportFields(text=text, **fields),
                contact=Contact.parse_typed(contact),
                is_drill=is_drill,
            ),
            now=at,
        ).report_id

    return take


@pytest.fixture
def incident(desk: dict[str, User]) -> Incident:
    """An incident that is being checked, opened a few minutes ago, on nobody's hands."""
    return make_incident(desk["operator"], now=timezone.now() - timedelta(minutes=5))


@pytest.fixture
def confirmed(desk: dict[str, User]) -> Incident:
    """An incident that the verifier has confirmed as going on."""
    return make_confirmed(desk, now=timezone.now() - timedelta(minutes=5))
