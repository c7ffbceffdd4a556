"""Gunicorn, set up for one machine: one process, many threads, senders started inside it."""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication


class WebServer(BaseApplication):
    """One worker process, because SQLite has one writer and the city pack is read into memory once."""

    def __init__(self, *, bind: str, threads: int, send: bool) -> None:
        self._bind, self._threads, self._send = bind, threads, send
        self._background: Any = None
        super().__init__()

    def load_config(self) -> None:
        """Settings of the server. No access log: it would hold who read what."""
        for key, value in {
            "bind": self._bind,
            "workers": 1,
            "threads": self._threads,
            "worker_class": "gthread",
            "worker_tmp_dir": None,
            "timeout": 60,
            "graceful_timeout": 15,
            "keepalive": 15,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "limit_request_line": 8190,
            "post_worker_init": self._begin,
            "worker_exit": self._end,
        }.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """The WSGI application."""
        from django.core.wsgi import get_wsgi_application

        return get_wsgi_application()

    def _begin(self, worker: Any) -> None:
        if self._send:
            from corredor.flows.background import Background

            self._background = Background()
            self._background.start()

    def _end(self, server: Any, worker: Any) -> None:
        if self._background is not None:
            self._background.stop()
