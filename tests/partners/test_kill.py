"""The process that calls partners is killed during a call, again and again: no call is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from corredor.flows.partner import set_up as partner_set_up
from corredor.flows.publish.snapshot import publish
from corredor.partners.enums import HookState
from corredor.partners.models import Hook
from corredor.partners.queue import LEASE
from corredor.people.enums import Role
from tests.factories import NOW, make_confirmed, make_desk, make_user
from tests.servers.partner import PartnerServer

NEWS = 12
KILLS = 4


def test_every_call_is_made_however_often_the_caller_is_killed(open_db, certificate):
    with PartnerServer(certificate) as server:
        steward, desk = make_user("Estela", Role.STEWARD), make_desk()
        partner_set_up.add_partner(
            name="Red de Cicero", url=f"{server.origin}/hook", may_report=False, by=steward, now=NOW
        )
        for minute in range(NEWS):
            make_confirmed(desk, now=NOW - timedelta(minutes=minute))
        publish(now=NOW)
        now, killed = NOW, 0
        for turn in range(KILLS + 1):
            now += LEASE + timedelta(seconds=1)
            killed += call_in_a_process(server, now=now, dies_at=2 if turn < KILLS else None)
        ids = Counter(headers["webhook-id"] for headers, _ in server.calls)
    assert killed == KILLS
    assert set(Hook.objects.values_list("state", flat=True)) == {HookState.SENT}
    assert set(ids) == set(Hook.objects.values_list("message_id", flat=True))
    doubled = sum(ids.values()) - len(ids)
    assert doubled <= 2 * KILLS, "with its own id, and only what was on the wire or answered but not yet noted"


def call_in_a_process(server: PartnerServer, *, now, dies_at: int | None) -> bool:
    """Run a caller; with ``dies_at`` it is killed while the server holds its so-many-eth call. True if it was."""
    environment = os.environ | {
        "CORREDOR_TEST_HOME": str(settings.HOME),
        "CORREDOR_TEST_DATABASE_NAME": str(connection.settings_dict["NAME"]),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PARTNER_ALLOWED_PRIVATE_ORIGINS": server.origin,
        "PARTNER_CA_FILE": server.ca_file,
    }
    calls_before = len(server.calls)
    caller = subprocess.Popen(
        [sys.executable, "-m", "tests.partners.caller", now.isoformat()],
        env=environment,
        cwd=Path(__file__).parents[2],
    )

    def kill() -> None:
        if dies_at is not None and len(server.calls) - calls_before == dies_at:
            caller.send_signal(signal.SIGKILL)
            caller.wait(30)

    server.on_call = kill
    return caller.wait(60) == -signal.SIGKILL
