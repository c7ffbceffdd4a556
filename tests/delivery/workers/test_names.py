"""A worker's name tells whether its process is alive, even if the process id was reused."""

from __future__ import annotations

import subprocess
import sys

from corredor.delivery.workers import names
from corredor.delivery.workers.names import is_dead, new_worker_name, process_name, process_of


def ask_another_process(*words: str) -> str:
    code = f"from corredor.delivery.workers.names import process_name; {'; '.join(words) or 'print(process_name())'}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_every_sender_has_a_name_of_its_own_that_fits_the_column():
    names = {new_worker_name() for _ in range(200)}

    assert len(names) == 200
    assert {process_of(name) for name in names} == {process_name()}
    assert max(map(len, names)) <= 40


def test_a_process_that_ended_is_dead_and_a_living_one_is_not():
    ended = ask_another_process()

    assert is_dead(f"{ended}/abc")
    assert not is_dead(new_worker_name())


def test_a_new_process_with_an_old_number_is_not_mistaken():
    machine, pid, start = process_name().split("/")

    assert is_dead(f"{machine}/{pid}/{int(start) - 1}/abc")


def test_of_a_machine_with_the_same_host_name_nothing_is_claimed(monkeypatch):
    """A copy of this machine: same host name, another start of its kernel. Its workers' numbers mean nothing here."""
    monkeypatch.setattr(names.Path, "read_text", lambda *_, **__: "another boot")
    names._machine.cache_clear()
    copied = names._machine()
    monkeypatch.undo()
    names._machine.cache_clear()

    assert copied != names._machine()
    assert not is_dead(f"{copied}/999999999/5/abc")


def test_names_that_mean_nothing_are_nobodys():
    for name in ("", "w", "a/b", "drill"):
        assert not is_dead(name)
