"""Limits on the number of SQL statements of a flow."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corredor.alerts.enums import AlertKind
from corredor.flows.alert.approve import approve_alert
from corredor.flows.alert.compose import write_alert
from tests.factories import NOW, make_neighbours
from tests.flows.steps import check, open_at

pytestmark = pytest.mark.django_db
_CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def test_an_approval_needs_25_statements_at_most(desk):
    make_neighbours(5)
    incident, _ = open_at(desk)
    check(desk, incident)
    alert = write_alert(incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=desk["writer"], now=NOW)
    with CaptureQueriesContext(connection) as sent:
        approved = approve_alert(alert_id=alert.pk, by=desk["approver"], now=NOW)
    statements = [q["sql"] for q in sent.captured_queries if not q["sql"].startswith(_CONTROL)]

    assert approved.deliveries == 5
    # PostgreSQL locks the account by a statement of its own; on SQLite the transaction does.
    most = 25 + connection.features.has_select_for_update
    assert len(statements) <= most, "\n".join(statements)
