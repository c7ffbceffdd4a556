"""A database that accepts no writes: the steward can still sign in and sees what is wrong."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from corredor.people.models import StaffSession


def test_the_self_check_says_it_and_goes_on_by_itself(open_db, steward_client):
    StaffSession.objects.update(seen_at=timezone.now() - timedelta(hours=1))  # the gate would note it now
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
    page = steward_client.get("/staff/check/")

    assert page.status_code == 200
    assert "La base de datos es de solo lectura" in page.text or "The database is read-only" in page.text
    assert page.context["worst"] == "BAD"

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = OFF")
    page = steward_client.get("/staff/check/")
    found = {one.code: one.level for one in page.context["findings"]}
    assert found["WRITING"] == "GOOD"
