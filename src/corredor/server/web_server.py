"""Gunicorn, set up for one machine: one process, many threads, published files from memory, senders inside it."""

from __future__ import annotations

import logging
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger


class QuietLog(Logger):
    """Gunicorn's log without the lines that hold a visitor's address or path; web/faults.py says what went wrong."""

    def setup(self, cfg: Any) -> None:
        """Put the filter on the log of errors; there is no log of visits."""
        super().setup(cfg)
        self.error_log.addFilter(says_nothing_of_visitors)


def says_nothing_of_visitors(line: logging.LogRecord) -> bool:
    """A log filter: drops lines about unreadable requests and takes paths out of the others."""
    if str(line.msg).startswith("Error handling request"):
        line.msg, line.args = "Error handling a request", ()
    return not str(line.msg).startswith("Invalid request from ip")


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
            "worker_class": "corredor.server.front_worker.FrontWorker",
            "worker_tmp_dir": None,
            "timeout": 60,
            "graceful_timeout": 15,
            "keepalive": 15,
            "logger_class": QuietLog,
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
        from django.db import connection

        from corredor.flows.run.background import Background

        if connection.vendor == "sqlite":
            # One stays open: when the last one is closed, SQLite copies its whole log into the database.
            connection.ensure_connection()
        self._background = Background(sends=self._send)
        self._background.start()

    def _end(self, server: Any, worker: Any) -> None:
        if self._background is not None:
            self._background.stop()
