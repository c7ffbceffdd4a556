"""Limits on request bodies: size, time, minimum rate, and number at once."""

from __future__ import annotations

import asyncio

import pytest

from corredor.server.bodies import Bodies, Refused
from corredor.server.limits import Limits
from tests.server.loop import run_alone

from .asgi import ask

LARGEST = Limits().body_bytes


def receive_all(scope: dict, parts: list[bytes], last: dict | None = None) -> tuple[int, bytes]:
    events = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    given = iter([*events, last or {"type": "http.request", "body": b""}])

    async def receive() -> dict:
        return next(given)

    async def read() -> tuple[int, bytes]:
        async with Bodies(Limits()).read(scope, receive) as (body, size):
            return size, body.read()

    return run_alone(read())


def test_a_body_in_parts_is_read_whole():
    assert receive_all(ask(method="POST"), [b"ab", b"", b"c"]) == (3, b"abc")


@pytest.mark.parametrize(
    ("headers", "parts", "last", "status"),
    [
        ({"content_length": str(LARGEST + 1)}, [], None, 413),
        ({"content_length": "-5"}, [], None, 400),
        ({}, [b"x" * (LARGEST // 2 + 1)] * 2, None, 413),
        ({"content_length": "9"}, [b"abc"], {"type": "http.disconnect"}, 0),
    ],
)
def test_a_body_too_large_or_given_up_is_not_put_to_django(headers, parts, last, status):
    with pytest.raises(Refused) as refused:
        receive_all(ask(method="POST", **headers), parts, last)

    assert refused.value.status == status


class Upload:
    """A visitor whose parts come when the test says so."""

    def __init__(self) -> None:
        self.parts: asyncio.Queue[tuple[bytes, bool]] = asyncio.Queue()

    async def receive(self) -> dict:
        part, is_last = await self.parts.get()
        return {"type": "http.request", "body": part, "more_body": not is_last}

    def send(self, part: bytes, *, is_last: bool = False) -> None:
        self.parts.put_nowait((part, is_last))


async def read(bodies: Bodies, upload: Upload, *, client: str = "", until: asyncio.Event | None = None) -> int:
    try:
        async with bodies.read(ask(method="POST"), upload.receive, client=client) as (_, size):
            if until is not None:
                await until.wait()
            return size
    except Refused as refused:
        return -refused.status


def test_all_bodies_together_leave_room_on_the_disk():
    async def run() -> None:
        bodies, answered = Bodies(Limits(bodies_bytes=200)), asyncio.Event()
        first, second = Upload(), Upload()
        first.send(b"x" * 120, is_last=True)
        held = asyncio.ensure_future(read(bodies, first, until=answered))
        await asyncio.sleep(0)
        second.send(b"x" * 120, is_last=True)
        assert await read(bodies, second) == -503
        answered.set()
        assert await held == 120
        second.send(b"x" * 200, is_last=True)
        assert await read(bodies, second) == 200, "what was read is given back"

    run_alone(run())


@pytest.mark.parametrize(("client", "most"), [("", 3), ("203.0.113.9", 2)])
def test_so_many_uploads_at_once_and_no_more(client, most):
    async def run() -> None:
        bodies = Bodies(Limits(bodies=3, bodies_per_client=2))
        uploads = [Upload() for _ in range(most)]
        for upload in uploads:
            upload.send(b"begun")
        coming = [asyncio.ensure_future(read(bodies, upload, client=client)) for upload in uploads]
        await asyncio.sleep(0.01)
        late = Upload()
        late.send(b"begun")
        assert await read(bodies, late, client=client) == -503
        whole = Upload()
        whole.send(b"all of it", is_last=True)
        assert await read(bodies, whole, client=client) == 9, "what is here at once is no slow upload"
        for upload in uploads:
            upload.send(b"", is_last=True)
        assert await asyncio.gather(*coming) == [5] * most
        late.send(b"", is_last=True)
        late.send(b"", is_last=True)
        assert await read(bodies, late, client=client) >= 0, "their places are given back"

    run_alone(run())


@pytest.mark.parametrize(("each", "status"), [(b"x", -408), (b"x" * 100, 2000)])
def test_an_upload_below_the_least_speed_is_ended(each, status):
    limits = Limits(body_window_s=0.2, body_window_bytes=100)

    async def run() -> int:
        upload = Upload()
        coming = asyncio.ensure_future(read(Bodies(limits), upload))
        for number in range(20):
            upload.send(each, is_last=number == 19)
            await asyncio.sleep(0.03)
        return await coming

    assert run_alone(run()) == status


def test_an_upload_that_stops_is_ended():
    async def run() -> int:
        upload = Upload()
        upload.send(b"begun")
        return await read(Bodies(Limits(body_window_s=0.05)), upload)

    assert run_alone(run()) == -408
