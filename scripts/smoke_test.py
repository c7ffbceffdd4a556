"""Install a copy of this tree with one Python and try it: home page, desk sign-in, drill.

    scripts/smoke_test.py python3.13

Standard library only: it runs before anything is installed. Exit 1 with one line that names the failed step.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
START_SECONDS = 120
DRILL = "chicago-october"


class SmokeError(Exception):
    """A step failed; the message names it."""


def main(python: str) -> int:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="corredor-smoke-") as folder:
        tree = Path(folder) / "tree"
        try:
            version = _run(Path(folder), python, "-V").strip()
            _copy_tracked(tree)
            _run(tree, "make", "install", f"PYTHON={python}")
            _try_program(tree, Path(folder))
        except SmokeError as error:
            print(f"Smoke test with {python}: {error}", file=sys.stderr)
            return 1
    print(f"Smoke test with {version}: home page, desk sign-in, drill ({time.monotonic() - started:.0f} s)")
    return 0


def _copy_tracked(to: Path) -> None:
    """Copy the tracked files with their current content, without anything built for another Python."""
    for name in filter(None, _run(ROOT, "git", "ls-files", "-z").split("\0")):
        if (ROOT / name).is_file():  # skip files deleted since
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


def _try_program(tree: Path, folder: Path) -> None:
    port = _free_port()
    url = f"http://localhost:{port}"
    environment = {"CORREDOR_HOME": str(folder / "home"), "CORREDOR_URL": url}
    corredor = str(tree / ".venv/bin/corredor")
    made = json.loads(_run(tree, corredor, "init", "--defaults", "--json", **environment))["made"]
    desk = next(person for person in made if person["username"] == "desk-1")
    with _run_server(tree, corredor, port, environment):
        _check_home(url)
        code = _run(tree, corredor, "init", "--code", desk["username"], **environment).strip()
        _check_sign_in(url, desk, code)
    _run(tree, corredor, "drill", "run", DRILL, "--speed", "max", "--json", CORREDOR_HOME=str(folder / "drill"))


@contextmanager
def _run_server(tree: Path, corredor: str, port: int, environment: dict[str, str]) -> Iterator[None]:
    server = subprocess.Popen(
        [corredor, "serve", "--bind", f"127.0.0.1:{port}"], cwd=tree, env=_environment(environment)
    )
    try:
        _wait_for(server, port)
        yield
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        if server.poll() is not None:
            raise SmokeError(f"corredor serve ended with {server.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SmokeError(f"corredor serve did not answer within {START_SECONDS} s")


def _check_home(url: str) -> None:
    for language in ("en", "es"):
        page = _open(urllib.request.build_opener(), f"{url}/?lang={language}")[1]
        if f'lang="{language}"' not in page:
            raise SmokeError(f"the home page does not speak {language}")


def _check_sign_in(url: str, person: dict[str, str], code: str) -> None:
    """Sign in with password and TOTP code, and check for the desk's queue."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    at, page = _open(opener, f"{url}/desk/")
    at, page = _submit(opener, at, page, {"login": person["username"], "password": person["password"]})
    at, page = _submit(opener, at, page, {"code": code})
    if urllib.parse.urlsplit(at).path != "/desk/" or 'id="queue-title"' not in page:
        raise SmokeError(f"sign-in ended at {at}, not at the desk")


def _submit(opener: urllib.request.OpenerDirector, at: str, page: str, typed: dict[str, str]) -> tuple[str, str]:
    token = re.search(r'name="csrfmiddlewaretoken"\s+value="([^"]+)"', page)
    if not token:
        raise SmokeError(f"no form at {at}")
    data = urllib.parse.urlencode(typed | {"csrfmiddlewaretoken": token[1]}).encode()
    return _open(opener, urllib.request.Request(at, data, {"Referer": at}))  # noqa: S310  (the server just started)


def _open(opener: urllib.request.OpenerDirector, request: str | urllib.request.Request) -> tuple[str, str]:
    try:
        with opener.open(request, timeout=60) as response:
            return response.url, response.read().decode()
    except urllib.error.HTTPError as error:
        raise SmokeError(f"{error.url} answered {error.code}") from error


def _run(folder: Path, *words: str, **environment: str) -> str:
    done = subprocess.run(words, cwd=folder, env=_environment(environment), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SmokeError(f"{' '.join(words)} ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def _environment(extra: dict[str, str]) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("CORREDOR", "MAKE", "VIRTUAL"))}
    return inherited | extra


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
