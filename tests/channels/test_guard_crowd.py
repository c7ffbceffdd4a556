"""Origins whose name servers never answer do not delay other origins."""

from __future__ import annotations

import socket
import threading

import pytest

from corredor.channels.outgoing import guard as guard_module
from corredor.channels.outgoing.guard import AddressGuard
from corredor.channels.outgoing.request import Origin

PUBLIC = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))]


@pytest.fixture
def names(monkeypatch):
    """Names under slow.example are not answered until the test ends; all others at once. A set of those asked."""
    over, asked = threading.Event(), []

    def resolve(host, port, **_):
        asked.append(host)
        if host.endswith("slow.example"):
            over.wait(30)
        return PUBLIC

    monkeypatch.setattr(guard_module.socket, "getaddrinfo", resolve)
    yield asked
    over.set()


def origin(host):
    return Origin("https", host, 443)


def test_makers_of_browsers_are_found_beside_a_crowd_of_strangers(names):
    guard = AddressGuard()
    for number in range(40):
        guard.look_up(origin(f"n{number}.slow.example"))

    assert guard.look_up(origin("fcm.googleapis.com")).result(5)[0].address == ("8.8.8.8", 443)


def test_who_has_answered_before_is_served_from_its_last_answer(names, monkeypatch):
    guard = AddressGuard()
    friend = origin("push.example.org")
    first = guard.look_up(friend).result(5)
    assert guard.look_up(friend).result(5) == first
    for number in range(40):
        guard.look_up(origin(f"n{number}.slow.example"))
    monkeypatch.setattr(guard_module, "_KEPT_S", 0.0)

    assert guard.look_up(friend).result(5) == first


def test_a_crowd_of_strangers_does_not_make_it_forget_friends(names):
    guard = AddressGuard()
    friend = origin("push.example.org")
    guard.look_up(friend).result(5)
    guard.look_up(friend)
    for number in range(guard_module._KEPT_ORIGINS + 10):
        guard.look_up(origin(f"n{number}.example"))

    before = len(names)
    assert guard.look_up(friend).done()
    assert names[before:].count(friend.host) <= 1
