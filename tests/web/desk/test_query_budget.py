"""Limits on the SQL statements of a desk screen, which every open desk polls."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/desk/", "/desk/live/", "/desk/incidents/{slug}/"])
def test_a_screen_needs_20_statements_at_most(seats, incident, path):
    with CaptureQueriesContext(connection) as sent:
        assert seats["operator"].get(path.format(slug=incident.slug)).status_code == 200
    statements = [query["sql"] for query in sent.captured_queries]
    assert len(statements) <= 20, "\n".join(one[:160] for one in statements)
