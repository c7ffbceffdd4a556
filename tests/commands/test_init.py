"""`corredor init` creates a working installation, once, with secrets readable by the owner only."""

import re
import shutil
import sqlite3
import stat

import pytest

from .installation import Installation


@pytest.fixture(scope="module")
def installed(set_up, tmp_path_factory):
    """A copy of an installation set up by --defaults, with what was printed."""
    fresh, said = set_up
    home = tmp_path_factory.mktemp("copy") / "home"
    shutil.copytree(fresh.home, home)
    return Installation(home), said


def test_three_people_so_that_two_can_send(installed):
    _, said = installed
    people = {person["username"]: person for person in said["made"]}
    assert list(people) == ["steward", "desk-1", "desk-2"]
    assert people["steward"]["roles"] == ["STEWARD"]
    for name in ("desk-1", "desk-2"):
        assert {"OPERATOR", "VERIFIER", "APPROVER"} <= set(people[name]["roles"])
    assert len({person["password"] for person in people.values()}) == 3
    assert len({person["totp_secret"] for person in people.values()}) == 3
    secret = people["steward"]["totp_secret"]
    assert people["steward"]["totp_uri"] == f"otpauth://totp/steward?secret={secret}&issuer=Corredor"


def test_a_second_time_nothing_is_made_and_nothing_shown(installed):
    installation, said = installed
    again = installation.run("init", "--defaults")
    assert again.returncode == 0
    assert "nothing was changed" in again.stdout
    assert said["made"][0]["password"] not in again.stdout


def test_keys_are_the_owners_alone_and_secrets_are_not_in_the_database(installed):
    installation, said = installed
    keys = installation.home / "keys"
    assert {path.name for path in keys.iterdir()} == {
        "address.key",
        "code.key",
        "lookup.key",
        "session.key",
        "signing.key",
        "vapid.pem",
    }
    for path in (keys, *keys.iterdir()):
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), path.name
    stored = (installation.home / "corredor.sqlite3").read_bytes()
    for person in said["made"]:
        assert person["password"].encode() not in stored
        assert person["totp_secret"].encode() not in stored


def test_the_people_can_sign_in_with_what_was_printed(installed):
    """Checked inside the installation, through Django's own test client and the real pages."""
    installation, said = installed
    person = said["made"][1]
    script = f"""
from django.test import Client
from corredor.people.models import User
from corredor.people.second_factor import read_totp
client = Client(headers={{"host": "localhost"}})
print(client.post("/staff/login/", {{"login": {person["username"]!r}, "password": {person["password"]!r}}})["Location"])
print(client.post("/staff/login/code/", {{"code": read_totp(User.objects.get(username="desk-1"))}})["Location"])
print(client.get("/desk/").status_code)
"""
    answer = installation.run("manage", "shell", "-v", "0", "-c", script)
    assert answer.stdout.split() == ["/staff/login/code/", "/desk/", "200"], answer.stderr


def test_the_code_is_shown_on_a_server_for_trying_out_only(installed):
    installation, _ = installed
    assert re.fullmatch(r"\d{6}\n", installation.run("init", "--code", "desk-1").stdout)
    elsewhere = installation.run("init", "--code", "desk-1", CORREDOR_URL="https://red.example")
    assert (elsewhere.returncode, elsewhere.stdout) == (1, "")
    assert installation.run("init", "--code", "nobody").returncode == 1


def test_a_steward_can_be_made_when_none_can_sign_in(installed):
    installation, _ = installed
    (made,) = installation.ask("init", "--steward", "otra")["made"]
    assert made["roles"] == ["STEWARD"]
    refused = installation.run("init", "--steward", "OTRA")
    assert refused.returncode == 1
    assert "has this name" in refused.stderr


def test_changing_the_key_keeps_everything_readable(installed):
    installation, _ = installed
    keys = installation.home / "keys"
    before = (keys / "address.key").read_text()

    def sealed():
        database = sqlite3.connect(installation.home / "corredor.sqlite3")
        return set(database.execute("SELECT data FROM mfa_authenticator WHERE type = 'totp'").fetchall())

    was = sealed()
    said = installation.ask("keys", "change")
    assert said["secrets"] >= 3
    assert (keys / "address.key").read_text() != before
    assert (keys / "address.key.1").read_text() == before
    assert not sealed() & was
    assert installation.run("init", "--code", "desk-1").returncode == 0
    levels = {finding["code"]: finding["level"] for finding in installation.ask("check")["findings"]}
    assert levels["OLD_KEYS"] == "LOOK"
    assert installation.ask("keys", "forget")["forgotten"] == 1
    assert not list(keys.glob("address.key.*"))
    assert installation.run("init", "--code", "desk-1").returncode == 0
    assert stat.S_IMODE((keys / "address.key").stat().st_mode) == 0o600


def test_the_guided_way_asks_little_and_prints_once(tmp_path):
    installation = Installation(tmp_path)
    answer = installation.run("init", typed="Red del barrio\n(312) 555-0142\nlucia\nLucía\nes\n")
    assert answer.returncode == 0, answer.stderr
    password = re.search(r"lucia\s+(\S+)\s+([A-Z2-7]{32})\s", answer.stdout)
    assert password
    assert "\x1b" not in answer.stdout, "no picture where there is no terminal"
    assert "verifier" not in answer.stdout, "who founds a network has not been trained by it"
    rows = sqlite3.connect(tmp_path / "corredor.sqlite3").execute("SELECT name, hotline FROM people_network")
    assert rows.fetchall() == [("Red del barrio", "(312) 555-0142")]


def test_without_anybody_to_answer_it_says_so(tmp_path):
    answer = Installation(tmp_path).run("init")
    assert answer.returncode == 1
    assert "--defaults" in answer.stderr
    assert "Traceback" not in answer.stderr
