"""A push message handed to real service workers in Chromium, and the notifications they show."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import corredor
from corredor.channels.push.provider import WebPushProvider
from tests.channels.message import WORDS, make_message
from tests.servers.chromium import ServiceWorkerPush, open_page
from tests.servers.deadline import wait_until

pytestmark = pytest.mark.chromium

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>push</title>
<script>navigator.serviceWorker.register("/sw.js");</script><p>Waiting.</p></html>"""
TINY_WORKER = """
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));
self.addEventListener("push", event => {
  const said = event.data.json();
  event.waitUntil(self.registration.showNotification(said.title, {body: said.body, tag: said.tag}));
});
"""
REAL_WORKER = Path(corredor.__file__).parent / "static" / "sw.js"


class Site(BaseHTTPRequestHandler):
    worker = TINY_WORKER

    def do_GET(self) -> None:
        files = {"/": (PAGE, "text/html"), "/sw.js": (self.worker, "text/javascript")}
        text, kind = files.get(self.path, ("", "text/plain"))
        body = text.encode()
        self.send_response(200 if text else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def serve(worker: str) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("WorkerSite", (Site,), {"worker": worker}))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def tiny_site() -> Iterator[str]:
    yield from serve(TINY_WORKER)


@pytest.fixture
def real_site() -> Iterator[str]:
    yield from serve(REAL_WORKER.read_text(encoding="utf-8"))


def test_a_tiny_worker_shows_what_it_is_handed(chromium, tiny_site):
    page = open_page(chromium, tiny_site)
    push = ServiceWorkerPush(page)
    assert push.list_shown() == []
    push.deliver(json.dumps({"title": "Confirmado", "body": "Pershing y Kedzie", "tag": "a"}))
    (shown,) = push.shown(1)
    assert (shown["title"], shown["body"], shown["tag"]) == ("Confirmado", "Pershing y Kedzie", "a")
    page.context.close()


def test_from_the_channel_to_the_notification_and_its_correction(chromium, real_site, push_service, vapid_key):
    """Encrypted by us, decrypted by another's code, shown by the project's own worker; a correction replaces."""
    page = open_page(chromium, real_site, locale="es-US")
    push = ServiceWorkerPush(page)
    channel = WebPushProvider.from_mapping(push_service.settings(vapid_key))
    browser = push_service.subscribe()

    list(channel.send_many([make_message(1, browser.address)]))
    push.deliver(json.dumps(browser.received[0].payload))
    (shown,) = push.shown(1)
    assert shown["title"] == WORDS["title"]
    assert shown["body"] == WORDS["standard"]
    assert shown["lang"] == "es"
    assert shown["tag"] == "i-7kq"
    assert shown["data"]["link"] == WORDS["link"]

    list(channel.send_many([make_message(2, browser.address, title="Corregido: no es control migratorio")]))
    push.deliver(json.dumps(browser.received[1].payload))
    wait_until(
        lambda: [n["title"] for n in push.list_shown()] == ["Corregido: no es control migratorio"],
        "the correction to replace the alert",
    )
    channel.close()
    page.context.close()
