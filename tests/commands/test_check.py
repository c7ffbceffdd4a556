"""`corredor check` reports each deliberate fault with its remedy; `corredor exposure` counts correctly."""

import json
import shutil
import sqlite3

import pytest

from .installation import Installation


@pytest.fixture
def installation(set_up, tmp_path):
    """A copy of a fresh installation that may be broken."""
    shutil.copytree(set_up[0].home, tmp_path / "home")
    return Installation(tmp_path / "home")


def _write(installation, *statements):
    database = sqlite3.connect(installation.home / "corredor.sqlite3")
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


def _look(installation, **environment):
    """All findings by code: the worst level, and the words."""
    answer = installation.run("check", "--json", **environment)
    said = json.loads(answer.stdout)
    assert answer.returncode == (1 if said["worst"] == "BAD" else 0)
    found = {}
    for finding in said["findings"]:
        level, words = found.get(finding["code"], ("GOOD", ""))
        worst = max(level, finding["level"], key=("GOOD", "LOOK", "BAD").index)
        found[finding["code"]] = worst, f"{words} {finding['words']}".strip()
    return found


def _find(installation, code, **environment):
    return _look(installation, **environment)[code]


def test_a_fresh_installation_needs_no_mending(installation):
    answer = installation.run("check")
    assert answer.returncode == 0, answer.stdout
    assert "MEND" not in answer.stdout
    assert "No channel is on" in answer.stdout


def test_a_missing_guard_is_named(installation):
    _write(installation, "DROP TRIGGER only_approved_alerts_are_delivered")
    level, words = _find(installation, "DATABASE")
    assert level == "BAD"
    assert "only_approved_alerts_are_delivered" in words
    assert "corredor init" in words
    assert installation.run("init").returncode == 0
    assert _find(installation, "DATABASE")[0] == "GOOD"


def test_an_older_database_is_named(installation):
    _write(installation, "DELETE FROM django_migrations WHERE app = 'review'")
    assert _find(installation, "DATABASE")[0] == "BAD"


def test_a_changed_timeline_is_found(installation):
    _write(
        installation,
        "DROP TRIGGER timeline_is_never_rewritten",
        "UPDATE incidents_timeline SET kind = 'staff.nothing' WHERE seq = 2",
    )
    assert installation.run("init").returncode == 0  # puts the guard back, and cannot hide what was done
    level, words = _find(installation, "CHAIN")
    assert level == "BAD"
    assert "2" in words


def test_a_timeline_cut_at_its_end_is_found(installation):
    _write(
        installation,
        "DROP TRIGGER timeline_is_never_cut",
        "DELETE FROM incidents_timeline WHERE seq = (SELECT MAX(seq) FROM incidents_timeline)",
    )
    assert installation.run("init").returncode == 0
    assert _find(installation, "CHAIN")[0] == "BAD"


def test_keys_that_others_can_read_are_found(installation):
    (installation.home / "keys" / "address.key").chmod(0o644)
    level, words = _find(installation, "KEYS")
    assert level == "BAD"
    assert "address.key" in words


def test_settings_that_expose_people_are_found(installation):
    found = _look(installation, CORREDOR_DEBUG="1", CORREDOR_URL="http://red.example", CORREDOR_HOSTS="*")
    assert [found[code][0] for code in ("DEBUG", "HTTPS", "HOSTS")] == ["BAD", "BAD", "BAD"]
    found = _look(installation, CORREDOR_URL="https://red.example")
    assert (found["HTTPS"][0], found["HOSTS"][0]) == ("GOOD", "BAD")
    found = _look(installation, CORREDOR_URL="https://red.example", CORREDOR_HOSTS="red.example")
    assert "HOSTS" not in found


def test_a_channel_that_is_on_but_cannot_work_is_found(installation):
    _write(installation, "INSERT INTO delivery_route (channel, provider) VALUES ('EMAIL', 'email')")
    assert "SMTP_HOST is missing." in _find(installation, "CHANNEL")[1]
    assert installation.run("check", SMTP_HOST="mail.example", SMTP_FROM="red@example.org").returncode == 0


def test_too_few_people_are_found(installation):
    _write(installation, "UPDATE people_user SET is_active = 0 WHERE username = 'desk-2'")
    level, words = _find(installation, "CREW")
    assert (level, "at least 2" in words) == ("LOOK", True)
    _write(installation, "UPDATE people_training SET expires_on = '2021-01-01', passed_on = '2020-01-01'")
    assert _find(installation, "CREW")[0] == "BAD", "nobody left who can look after people"
    assert "has run out" in _find(installation, "TRAINING")[1]


def test_a_database_that_is_not_there(installation):
    for path in installation.home.glob("corredor.sqlite3*"):
        path.unlink()
    (installation.home / "corredor.sqlite3").mkdir()
    level, _ = _find(installation, "DATABASE")
    assert level == "BAD"


def test_what_other_accounts_of_the_computer_can_read(installation):
    assert _find(installation, "FILES")[0] == "GOOD"
    (installation.home / "corredor.sqlite3").chmod(0o644)
    level, words = _find(installation, "FILES")
    assert level == "BAD"
    assert "corredor.sqlite3" in words


def test_a_missing_city_pack(installation):
    assert _find(installation, "PACK", CORREDOR_CITY="atlantis")[0] == "BAD"


def test_exposure_counts_what_is_there(installation):
    counts = lambda: {kept["code"]: kept["count"] for kept in installation.ask("exposure")["kept"]}  # noqa: E731
    before = counts()
    assert (before["staff"], before["factors"], before["phones"], before["reports"]) == (3, 3, 0, 0)
    script = """
from django.utils import timezone
from corredor.people.contact import Contact
from corredor.intake.new_report import NewReport, ReportFields
from corredor.flows.report.receive import receive_report
from corredor.intake.enums import Source
for kind, text in (("PHONE", "312 555 0142"), ("EMAIL", "ana@example.org"), ("DRILL", "phone-1")):
    contact = Contact.parse(kind, text)
    fields = ReportFields(text="agentes")
    new = NewReport(
        source=Source.WEB, language="es", raw=b"{}", fields=fields, contact=contact, is_drill=contact.is_drill
    )
    receive_report(new, now=timezone.now())
"""
    answer = installation.run("manage", "shell", "-v", "0", "-c", script)
    assert answer.returncode == 0, answer.stderr
    after = counts()
    assert (after["reports"], after["phones"], after["mailboxes"]) == (2, 1, 1), "drills are not counted"
    said = installation.run("exposure").stdout
    assert "IP addresses" in said
    assert "312" not in said
