"""Expected errors of commands print one sentence and exit with code 2: never a traceback.

Every command runs on SQLite, on PostgreSQL, on PostgreSQL with a broker, and with each invalid setting.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from corredor.commands.main import COMMANDS
from tests.servers.postgres import postgres_database
from tests.servers.rabbitmq import rabbitmq_broker

from .installation import ROOT, Installation

# What each command is asked here, and whether it reads the settings.
NEEDS_SETTINGS = {
    "init": ["init", "--defaults"],
    "serve": ["serve", "--bind", "127.0.0.1:0"],
    "worker": ["worker"],
    "halt": ["halt", "--end"],
    "sweep": ["sweep"],
    "keys": ["keys", "signature"],
    "check": ["check"],
    "exposure": ["exposure"],
    "manage": ["manage", "check"],
    "drill": ["drill", "list"],
}
NEEDS_NONE = {
    "locate": ["locate", "39 y kedzie"],
    "corridor": ["corridor", "plan", "--help"],
    "city": ["city", "info", "chicago"],
    "bench": ["bench", "list"],
}
LASTING = ("serve", "worker")  # until told to stop; tests/commands/test_serve.py and tests/delivery/with_broker
WRONG = {
    "another database": {"DATABASE_URL": "mysql://x"},
    "no port": {"DATABASE_URL": "postgresql://corredor@localhost:port/x"},
    "no URL": {"DATABASE_URL": "postgresql://[x"},
    "nobody answers": {"DATABASE_URL": "postgresql://corredor@127.0.0.1:1/x"},
    "a broker on SQLite": {"BROKER_URL": "amqp://guest@127.0.0.1"},
    "another broker": {"DATABASE_URL": "postgresql://corredor@127.0.0.1:1/x", "BROKER_URL": "redis://x"},
    "no number": {"SMTP_PORT": "five hundred"},
    "no yes and no no": {"CORREDOR_DEBUG": "perhaps"},
    "no amount": {"SEND_PRICES": "sms_twilio=-1"},
    "none of the choices": {"SMS_NUMBER_KIND": "pigeon"},
    "no such file": {"SMTP_PASSWORD_FILE": "/nowhere/password"},
}


def run_each(installation: Installation, wordings: list[list[str]], **environment: str) -> list[tuple[int, str]]:
    """The exit code of each command, and what it said on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.commands.every_command"],
        env=installation.environment | environment,
        input=json.dumps(wordings),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return [(code, said) for code, said in json.loads(done.stdout)]


@pytest.fixture
def installation(tmp_path):
    return Installation(tmp_path / "home")


def test_every_command_is_asked_something():
    assert set(NEEDS_SETTINGS) | set(NEEDS_NONE) == set(COMMANDS)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_setting_that_cannot_be_used_is_a_sentence(installation, wrong):
    environment = WRONG[wrong]
    asked = {name: words for name, words in NEEDS_SETTINGS.items()}
    if wrong == "nobody answers":
        # three open no database, and `check` says it among its findings
        del asked["manage"], asked["drill"], asked["keys"], asked["check"]
    for (code, said), words in zip(
        run_each(installation, [*asked.values()], **environment), asked.values(), strict=True
    ):
        assert code == 2, (words, said)
        assert next(iter(environment)) in said or "BROKER_URL" in said, words
        assert "Traceback" not in said
        assert 1 <= len(said.strip().splitlines()) <= 4, said


@pytest.mark.parametrize("words", NEEDS_NONE.values(), ids=NEEDS_NONE)
def test_a_command_that_needs_no_settings_does_not_mind_wrong_ones(installation, words):
    done = installation.run(*words, DATABASE_URL="mysql://x")

    assert (done.returncode, done.stderr) == (0, "")


def test_several_wrong_settings_are_said_at_once_and_once(installation):
    done = installation.run("manage", "check", SMTP_PORT="x", DATABASE_URL="mysql://x", SMS_NUMBER_KIND="pigeon")

    assert done.returncode == 2
    names = re.findall(r"(?m)^  (\w+):", done.stderr)
    assert sorted(names) == ["DATABASE_URL", "SMS_NUMBER_KIND", "SMTP_PORT"]


@pytest.mark.parametrize("words", [["sweep"], ["halt", "--end"], ["exposure"], ["serve"], ["worker"]])
def test_before_it_is_set_up_that_is_said(installation, words):
    done = installation.run(*words)

    assert done.returncode == 1
    assert "corredor init" in done.stderr
    assert "Traceback" not in done.stderr


def use_everything(installation: Installation, **environment: str) -> None:
    """Set up, then run every command that ends by itself."""
    ending = {name: words for name, words in (NEEDS_SETTINGS | NEEDS_NONE).items() if name not in LASTING}
    answers = run_each(installation, [words for name, words in ending.items() if name != "corridor"], **environment)
    for (code, said), name in zip(answers, [name for name in ending if name != "corridor"], strict=True):
        # a server without channels has things to mend, and `check` says so
        assert code == 0 or (name == "check" and code == 1 and not said), (name, code, said)


def test_every_command_on_sqlite(installation):
    use_everything(installation)


@pytest.mark.postgres
def test_every_command_on_postgresql(installation):
    with postgres_database() as url:
        use_everything(installation, DATABASE_URL=url)


@pytest.mark.postgres
@pytest.mark.rabbitmq
def test_every_command_on_postgresql_with_a_broker(installation):
    with postgres_database() as url, rabbitmq_broker() as broker:
        use_everything(installation, DATABASE_URL=url, BROKER_URL=broker)


@pytest.mark.parametrize("named", ["", "_FILE"])
def test_a_drill_of_its_own_leaves_the_live_database_and_its_broker_alone(installation, tmp_path, named):
    """It would fail on either of these addresses; an unknown drill ends it after Django has read the settings."""
    live = {"DATABASE_URL": "postgresql://corredor@127.0.0.1:1/live", "BROKER_URL": "amqp://guest@127.0.0.1:1"}
    if named:
        for name, url in list(live.items()):
            (tmp_path / name).write_text(url)
            live[f"{name}_FILE"] = str(tmp_path / name)
            del live[name]
    code = (
        "import os\n"
        "from corredor.commands import drill\n"
        "with drill._own_database(wanted=True):\n"
        "    drill.set_up_django()\n"
        "    from django.conf import settings\n"
        "    print(settings.DATABASES['default']['ENGINE'], settings.BROKER_URL or 'no broker')\n"
        "print(sorted(name for name in os.environ if name.startswith(('DATABASE_', 'BROKER_'))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=installation.environment | live,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.splitlines() == ["django.db.backends.sqlite3 no broker", str(sorted(live))], done.stderr

    answer = installation.run("drill", "run", "nowhere", **live)
    assert answer.returncode == 2
    assert "There is no drill called nowhere" in answer.stderr


NO_DEVELOPMENT_PACKAGES = """
import re, sys
from importlib.metadata import packages_distributions


def pinned(name):
    text = open(ROOT + "/requirements/" + name).read()
    return {one.lower().replace("-", "_").replace(".", "_") for one in re.findall(r"(?m)^([A-Za-z0-9_.-]+)==", text)}


dev = pinned("dev.txt") - pinned("base.txt")
missing = {
    module
    for module, packages in packages_distributions().items()
    if {one.lower().replace("-", "_").replace(".", "_") for one in packages} <= dev
}


class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in missing:
            raise ModuleNotFoundError("No module named " + name, name=name)


sys.meta_path.insert(0, Missing())
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bench", "encode"], "pywebpush is not installed; it comes with requirements/dev.txt"),
        (["bench", "corridors"], "networkx is not installed; it comes with requirements/dev.txt"),
        (["bench", "network"], "needs the raw map data; name its folder with --data"),
    ],
)
def test_a_bench_without_the_development_packages_says_so(installation, tmp_path, words, said):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(f"ROOT = {str(ROOT)!r}\n{NO_DEVELOPMENT_PACKAGES}")
    path = os.pathsep.join([str(folder), installation.environment["PYTHONPATH"]])

    done = installation.run(*words, PYTHONPATH=path)
    assert done.returncode == 2
    assert done.stderr == f"Not measured: {said}\n".replace("Not measured: needs", "Not measured: this needs")
    assert Path(folder / "sitecustomize.py").exists()
