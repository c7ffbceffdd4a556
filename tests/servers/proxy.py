"""Caddy and nginx configured as in docs/operate.md, except for the certificate and the port."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from .deadline import wait_until
from .process import running
from .visitor import find_free_port

_DOCS = Path(__file__).parents[2] / "docs" / "operate.md"
_NGINX = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
worker_rlimit_nofile 20000;
events {{ worker_connections 8192; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{site}
}}
"""


def read_documented(start: str) -> str:
    """The block of docs/operate.md that follows the line which begins so."""
    text = _DOCS.read_text()
    _, found, rest = text.partition(start)
    assert found, f"docs/operate.md no longer says {start!r}"
    lines = rest.partition("\n\n")[2].splitlines()
    block = []
    for line in lines:
        if line and not line.startswith("    "):
            break
        block.append(line[4:])
    return "\n".join(block)


def replace_once(text: str, old: str, new: str) -> str:
    assert old in text, f"docs/operate.md no longer has {old!r}"
    return text.replace(old, new, 1)


@contextlib.contextmanager
def caddy(folder: Path, *, server_port: int) -> Iterator[int]:
    """The port at which Caddy passes requests on to ``server_port``."""
    port = find_free_port()
    config = read_documented("Caddy gets its certificate by itself.")
    config = replace_once(config, "alerts.example.org {", f"http://127.0.0.1:{port}, http://localhost:{port} {{")
    config = replace_once(config, "127.0.0.1:8000", f"127.0.0.1:{server_port}")
    config = replace_once(config, "{\n", "{\n    admin off\n")
    (folder / "Caddyfile").write_text(config)
    program = shutil.which("caddy")
    assert program, "Caddy is not installed: apt-get install caddy"
    command = [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    environment = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with running(command, log=folder / "caddy.log", environment=environment) as process:
        wait_until(lambda: process.poll() is not None or _is_open(port), "Caddy", limit_s=30)
        assert process.poll() is None, (folder / "caddy.log").read_text()
        yield port


@contextlib.contextmanager
def nginx(folder: Path, *, server_port: int) -> Iterator[int]:
    """The port at which nginx passes requests on to ``server_port``."""
    port = find_free_port()
    site = read_documented("nginx, with a certificate from your own place:")
    site = replace_once(site, "listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    site = replace_once(site, "listen 80;", f"listen 127.0.0.1:{find_free_port()};")
    site = replace_once(site, "server_name alerts.example.org;", "server_name localhost;")
    site = replace_once(site, "127.0.0.1:8000", f"127.0.0.1:{server_port}")
    site = re.sub(r".*ssl_certificate.*\n", "", site)
    site = replace_once(site, "limit_conn visitors 100;", "limit_conn visitors 5000;")  # all come from here
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, site=site))
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    assert program, "nginx is not installed: apt-get install nginx-light"
    command = [program, "-c", str(folder / "nginx.conf"), "-e", str(folder / "start.log"), "-g", "user root;"]
    with running(command, log=folder / "nginx.log") as process:
        wait_until(lambda: process.poll() is not None or _is_open(port), "nginx", limit_s=30)
        assert process.poll() is None, (folder / "nginx.log").read_text()
        yield port


def _is_open(port: int) -> bool:
    with socket.socket() as visit:
        return visit.connect_ex(("127.0.0.1", port)) == 0
