"""Public pages are rendered once a second for all visitors; personal responses are never shared."""

from __future__ import annotations

import asyncio

import pytest

from corredor.server.page_cache import PageCache, find_key, is_public
from corredor.server.wsgi_call import Reply
from tests.server.loop import run_alone

from .asgi import ask

PUBLIC = [(b"cache-control", b"public, max-age=10"), (b"vary", b"Accept-Language, Cookie")]


def reply(*headers: tuple[bytes, bytes], status=200, is_whole=True) -> Reply:
    return Reply(status, [*headers], b"page", is_whole)


class Maker:
    def __init__(self, made: Reply | None, *, leaves_first: bool = False) -> None:
        self.made, self.count, self.leaves_first = made, 0, leaves_first

    async def __call__(self) -> Reply | None:
        self.count += 1
        leaves = self.leaves_first and self.count == 1
        await asyncio.sleep(0.01)
        return None if leaves else self.made


async def ask_at_once(cache: PageCache, make: Maker, scopes: list[dict]) -> list[Reply | None]:
    return await asyncio.gather(*(cache.get(scope, make) for scope in scopes))


def test_a_crowd_costs_one_page():
    make = Maker(reply(*PUBLIC))
    found = run_alone(ask_at_once(PageCache(), make, [ask("/now/") for _ in range(100)]))
    assert found == [make.made] * 100
    assert make.count == 1


def test_when_the_first_hangs_up_the_second_has_it_made():
    make = Maker(reply(*PUBLIC), leaves_first=True)
    found = run_alone(ask_at_once(PageCache(), make, [ask("/now/") for _ in range(100)]))
    assert found == [None] + [make.made] * 99
    assert make.count == 2


def test_it_is_not_kept_longer_than_it_may():
    async def run() -> int:
        cache, make = PageCache(kept_s=0.0), Maker(reply(*PUBLIC))
        await cache.get(ask("/now/"), make)
        await cache.get(ask("/now/"), make)
        return make.count

    assert run_alone(run()) == 2


@pytest.mark.parametrize(
    "made",
    [
        reply((b"cache-control", b"private")),
        reply(),
        reply(*PUBLIC, (b"set-cookie", b"a=1")),
        reply((b"cache-control", b"public, max-age=10"), (b"vary", b"X-Other")),
        reply(*PUBLIC, status=404),
        reply(*PUBLIC, is_whole=False),
    ],
)
def test_what_is_not_public_is_made_for_each(made):
    assert not is_public(made)
    make = Maker(made)
    run_alone(ask_at_once(PageCache(), make, [ask("/desk/") for _ in range(5)]))
    assert make.count == 5


@pytest.mark.parametrize(
    "scope",
    [
        ask(method="POST"),
        ask(method="HEAD"),
        ask(cookie="sessionid=1"),
        ask(cookie="lang=es; sessionid=1"),
        ask(cookie="csrftoken=1"),
        ask(authorization="x"),
        ask(range="bytes=0-1"),
        ask(if_none_match='"a"'),
        ask() | {"headers": [(b"host", b"x"), (b"host", b"y")]},
    ],
)
def test_who_is_known_or_asks_oddly_has_a_page_of_their_own(scope):
    assert find_key(scope) is None


def test_language_and_address_tell_pages_apart():
    scopes = [
        ask("/now/"),
        ask("/now/", query=b"lang=es"),
        ask("/now/", accept_language="es"),
        ask("/now/", cookie="lang=es"),
        ask("/now/", hx_request="true"),
        ask("/now/") | {"headers": [(b"host", b"elsewhere.example")]},
        ask("/"),
    ]
    keys = [find_key(scope) for scope in scopes]
    assert None not in keys
    assert len(set(keys)) == len(keys)
