"""The ASGI front of Django: conversion of requests to WSGI, and overload responses."""

from __future__ import annotations

import asyncio
import io
import threading

import pytest

from corredor.server.busy import BusyReply
from corredor.server.front import Front, find_client
from corredor.server.limits import Limits
from corredor.server.wsgi_call import make_environ
from tests.server.loop import run_alone

from .asgi import ask


def test_a_request_as_wsgi_wants_it():
    scope = ask("/a%C3%B1o", method="POST", query=b"x=%20", cookie="a=1", content_type="text/plain")
    scope["headers"] += [(b"cookie", b"b=2"), (b"x_forwarded_for", b"198.51.100.1"), (b"content-length", b"99")]
    environ = make_environ(scope, io.BytesIO(b"abc"), 3)

    assert environ["PATH_INFO"].encode("latin-1").decode() == "/año"
    assert (environ["QUERY_STRING"], environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]) == ("x=%20", "3", "text/plain")
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["REMOTE_ADDR"] == "203.0.113.9"
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE"} & environ.keys()


@pytest.mark.parametrize("target", ["http://localhost:8000/now/", "HTTPS://x/now/", "/now/"])
def test_a_target_that_names_the_whole_address_is_its_path(target):
    assert make_environ(ask(target), io.BytesIO(), 0)["PATH_INFO"] == "/now/"


class Site:
    """A WSGI application that answers when the test lets it."""

    def __init__(self) -> None:
        self.may_answer = threading.Event()
        self.asked: list[str] = []

    def __call__(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"])
        if environ["PATH_INFO"].startswith("/slow/"):
            assert self.may_answer.wait(30)
        start_response("200 OK", [("Content-Type", "text/html")])
        if environ["PATH_INFO"] == "/large/":
            return (b"x" * 200_000 for _ in range(10))
        return [b"page"]


class Visitor:
    """One request; ``leave`` hangs up."""

    def __init__(self, scope: dict) -> None:
        self.scope, self.sent = scope, []
        self._events = iter([{"type": "http.request", "body": b""}])
        self._left = asyncio.Event()

    async def visit(self, front: Front) -> int:
        async def receive() -> dict:
            for event in self._events:
                return event
            await self._left.wait()
            return {"type": "http.disconnect"}

        async def send(event: dict) -> None:
            self.sent.append(event)

        await front(self.scope, receive, send)
        return self.sent[0]["status"] if self.sent else 0

    def leave(self) -> None:
        self._left.set()


def make_front(site: Site, *, proxies: int = 0, threads: int = 2, **limits: int) -> Front:
    return Front(site, threads=threads, limits=Limits(**limits), busy=BusyReply(), proxies=proxies)


async def visit_while_held(front: Front, site: Site, held: list[Visitor], late: list[Visitor]) -> list[int]:
    """The statuses of ``late``, who come while ``held`` are being answered."""
    coming = [asyncio.ensure_future(one.visit(front)) for one in held]
    await asyncio.sleep(0.05)
    try:
        return [await asyncio.wait_for(one.visit(front), 30) for one in late]
    finally:
        site.may_answer.set()
        assert await asyncio.gather(*coming) == [200] * len(coming)
        front.close()


def test_one_visitor_has_so_many_requests_at_once():
    async def run() -> list[int]:
        site = Site()
        held = [Visitor(ask(f"/slow/{number}")) for number in range(2)]
        late = [Visitor(ask("/about/")), Visitor(ask("/about/") | {"client": ("203.0.113.10", 1)})]
        return await visit_while_held(make_front(site, threads=4, requests_per_client=2), site, held, late)

    assert run_alone(run()) == [503, 200]


def test_when_too_many_wait_for_a_thread_the_next_is_told_to_come_again_and_staff_are_not():
    async def run() -> tuple[list[int], Visitor]:
        site = Site()
        held = [Visitor(ask(f"/slow/{number}") | {"client": (f"203.0.113.{number}", 1)}) for number in range(4)]
        late = [Visitor(ask("/about/", accept="text/html")), Visitor(ask("/desk/")), Visitor(ask("/hooks/sms/twilio"))]
        return await visit_while_held(make_front(site, threads=2, queued=4), site, held, late), late[0]

    statuses, late = run_alone(run())
    assert statuses == [503, 200, 200]
    headers = dict(late.sent[0]["headers"])
    assert 1 <= int(headers[b"retry-after"]) <= 30
    page = late.sent[1]["body"].decode()
    assert "We are very busy right now" in page
    assert "Estamos muy ocupados en este momento" in page


def test_only_so_many_large_answers_are_held():
    async def run() -> list[int]:
        front = make_front(Site(), streams=1)
        taken = asyncio.Event()

        class Slow(Visitor):
            async def visit(self, front: Front) -> int:
                async def receive() -> dict:
                    for event in self._events:
                        return event
                    await self._left.wait()
                    return {"type": "http.disconnect"}

                async def send(event: dict) -> None:
                    self.sent.append(event)
                    if event.get("more_body"):
                        await taken.wait()

                await front(self.scope, receive, send)
                return self.sent[0]["status"]

        slow = asyncio.ensure_future(Slow(ask("/large/")).visit(front))
        await asyncio.sleep(0.1)
        statuses = [await Visitor(ask("/large/")).visit(front), await Visitor(ask("/about/")).visit(front)]
        taken.set()
        statuses += [await slow, await Visitor(ask("/large/")).visit(front)]
        front.close()
        return statuses

    assert run_alone(run()) == [503, 200, 200, 200]


def test_who_hangs_up_before_their_turn_costs_no_page():
    async def run() -> list[str]:
        site, front = Site(), None
        front = make_front(site, threads=1)
        held, gone = Visitor(ask("/slow/")), Visitor(ask("/about/"))
        coming = [asyncio.ensure_future(held.visit(front)), asyncio.ensure_future(gone.visit(front))]
        await asyncio.sleep(0.05)
        gone.leave()
        await asyncio.sleep(0.05)
        site.may_answer.set()
        assert await asyncio.gather(*coming) == [200, 0]
        front.close()
        return site.asked

    assert run_alone(run()) == ["/slow/"]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client"),
    [
        (0, None, "203.0.113.9"),
        (0, "198.51.100.1", "203.0.113.9"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "made.up, 198.51.100.1", "198.51.100.1"),
        (2, "192.0.2.7, 198.51.100.1", "192.0.2.7"),
        (1, None, ""),
        (1, "127.0.0.1", ""),
        (1, "nonsense", ""),
        (1, "2001:db8::5:1", "2001:db8::/64"),
    ],
)
def test_a_visitor_is_who_the_outermost_proxy_saw(proxies, forwarded, client):
    headers = {"x_forwarded_for": forwarded} if forwarded else {}
    assert find_client(ask(**headers), proxies=proxies) == client
