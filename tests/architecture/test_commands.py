"""Every listed sub-command has help and is documented in docs/operate.md."""

from __future__ import annotations

import argparse
import importlib

import pytest

from corredor.commands.main import COMMANDS

from .repository import bare, read_table


@pytest.mark.parametrize("name", COMMANDS)
def test_a_listed_command_works(name, capsys):
    parser = argparse.ArgumentParser(prog="corredor")
    module = importlib.import_module(f"corredor.{COMMANDS[name][0]}")
    module.add_parser(parser.add_subparsers(dest="command", required=True))
    if name == "manage":  # hands every word on to Django, --help too
        assert parser.parse_args([name, "check"]).func
        return
    with pytest.raises(SystemExit) as left:
        parser.parse_args([name, "--help"])

    assert left.value.code == 0
    assert f"corredor {name}" in capsys.readouterr().out


def test_every_command_is_documented_and_nothing_else():
    written = [bare(row[0]).split(" ")[1] for row in read_table("operate.md", "## Commands")]

    assert sorted(set(written)) == sorted(COMMANDS)
