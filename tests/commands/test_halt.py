"""The kill switch on the command line, and rotation of the alerts' signing key."""

from __future__ import annotations

import json

import pytest

from corredor.commands.main import main
from corredor.delivery import halt_file
from corredor.delivery.models import Halt
from corredor.delivery.queries import get_halt, is_halted
from corredor.engines import signing

pytestmark = pytest.mark.django_db(transaction=True)


def test_halt_and_end(capsys, open_db):
    assert main(["halt", "stolen account", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["halted"] is True
    assert get_halt().reason == "stolen account"
    assert not halt_file.exists()  # it stands in the database now
    main(["halt", "again"])
    assert Halt.objects.count() == 1

    assert main(["halt", "--end"]) == 0
    assert "Sending goes on." in capsys.readouterr().out
    assert not is_halted()


def test_a_halt_that_finds_no_database_still_holds_on_this_machine(monkeypatch, open_db):
    def fail(**_: object) -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr("corredor.flows.alert.halt.halt_everything", fail)
    try:
        with pytest.raises(RuntimeError):
            main(["halt", "why"])
        assert is_halted()
    finally:
        halt_file.remove()


def test_a_new_key_signs_and_the_old_one_stays_known(capsys, settings, tmp_path):
    settings.KEY_ROOT = tmp_path
    (tmp_path / "signing.key").write_text(settings.SIGNING_KEY.hex())
    before = signing.key_id(signing.derive_public_key(settings.SIGNING_KEY))

    assert main(["keys", "signature", "--json"]) == 0
    name = json.loads(capsys.readouterr().out)["signing_key"]
    assert name == signing.key_id(signing.derive_public_key(settings.SIGNING_KEY)) != before
    assert (tmp_path / f"signing.retired.{before}").is_file()
