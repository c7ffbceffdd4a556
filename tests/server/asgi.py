"""Requests as an ASGI server gives them."""

from __future__ import annotations


def ask(path="/live.json", method="GET", query=b"", **headers: str) -> dict:
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(b"host", b"x"), *given],
        "http_version": "1.1",
        "scheme": "http",
        "client": ("203.0.113.9", 1),
        "server": ("127.0.0.1", 8000),
    }
