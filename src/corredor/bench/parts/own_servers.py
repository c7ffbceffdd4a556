"""Temporary PostgreSQL and RabbitMQ servers on free ports and in temporary folders, for benches and tests.

They can be killed and restarted on the same data, as after a crash.
"""

from __future__ import annotations

import contextlib
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_POSTGRES = ("/usr/lib/postgresql/*/bin",)
_RABBITMQ = ("/usr/lib/rabbitmq/bin", "/usr/lib/rabbitmq/lib/*/sbin")
_ELSEWHERE = ("/usr/sbin", "/usr/bin")


class NotInstalled(Exception):
    """A program is missing; the text names its package."""


class DidNotStart(Exception):
    """A started server does not answer; the text is the end of its log."""


class OwnServer:
    """A server in its own process group. ``start`` waits until it answers."""

    name = ""
    starts_within_s = 120.0

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return its connection URL."""
        raise NotImplementedError

    def start(self) -> None:
        """Start, and wait for the first answer. Raise DidNotStart."""
        self.begin()
        self.wait_for_answer()

    def begin(self) -> None:
        """Start, without waiting."""
        self._process = self._begin(self._command(), environment=self._environment())

    def wait_for_answer(self) -> None:
        """Wait until it answers; restart it if it ends meanwhile, as a service manager would. Raise DidNotStart."""
        ends_at = time.monotonic() + self.starts_within_s
        while not self.answers():
            if time.monotonic() > ends_at:
                raise DidNotStart(f"{self.name}: {self._log.read_text(errors='replace')[-500:]}")
            if not self.is_running():
                self.begin()
            time.sleep(0.1)

    def stop(self) -> None:
        """Terminate, or kill after some seconds."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self._stop_signal())
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(20)
        self.kill()

    def kill(self) -> None:
        """Send SIGKILL to its whole process group."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(20)

    def is_running(self) -> bool:
        """Return whether its first process is alive."""
        return self._process is not None and self._process.poll() is None

    def answers(self) -> bool:
        """Return whether it accepts connections."""
        raise NotImplementedError

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _environment(self) -> Mapping[str, str]:
        return {}

    def _user(self) -> str | None:
        return None

    def _stop_signal(self) -> signal.Signals:
        return signal.SIGTERM

    def _begin(self, command: Sequence[str], *, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 -- programs found in the system's own folders
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
                start_new_session=True,
                user=self._user(),
                cwd=self.folder,
            )


class OwnPostgres(OwnServer):
    """PostgreSQL with an empty database. ``keeps`` syncs the disk at each commit, as in production."""

    name = "PostgreSQL"

    def __init__(self, folder: Path, *, keeps: bool = False) -> None:
        super().__init__(folder)
        self._program = find_program("postgres", package="postgresql", places=_POSTGRES)
        self._keeps = keeps
        user = self._user()
        if user:
            shutil.chown(folder, user)
        initdb = find_program("initdb", package="postgresql", places=_POSTGRES)
        command = [initdb, "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        made = self._begin(command, environment={})
        if made.wait(120):
            raise DidNotStart(f"initdb: {self._log.read_text(errors='replace')[-500:]}")

    @property
    def url(self) -> str:
        """Return the URL of its default database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def list_backends(self) -> list[int]:
        """Return the process ids of its current connections."""
        import psycopg

        with psycopg.connect(self.url, connect_timeout=2) as connection:
            rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
            return [int(pid) for (pid,) in rows if pid != connection.info.backend_pid]

    def answers(self) -> bool:
        """Return whether it accepts connections; False during recovery."""
        import psycopg

        with contextlib.suppress(psycopg.Error):
            psycopg.connect(self.url, connect_timeout=2).close()
            return True
        return False

    def kill(self) -> None:
        """Kill the first process; the others end within a moment, and only then may a new one start."""
        super().kill()
        self._wait_for_the_last()

    def _wait_for_the_last(self) -> None:
        ends_at = time.monotonic() + 20
        while time.monotonic() < ends_at and _holds_folder(self.folder / "data"):
            time.sleep(0.02)

    def _command(self) -> list[str]:
        settings = [f"unix_socket_directories={self.folder}", "listen_addresses=127.0.0.1", "max_connections=200"]
        if not self._keeps:
            settings.append("fsync=off")
        options = [word for setting in settings for word in ("-c", setting)]
        return [self._program, "-D", str(self.folder / "data"), "-p", str(self.port), *options]

    def _user(self) -> str | None:
        """Return an unprivileged account if we are root: PostgreSQL refuses to run as root."""
        if os.geteuid():
            return None
        return "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"

    def _stop_signal(self) -> signal.Signals:
        return signal.SIGINT  # fast shutdown, without waiting for clients


class OwnRabbitMQ(OwnServer):
    """RabbitMQ with AMQP only."""

    name = "RabbitMQ"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._program = find_program("rabbitmq-server", package="rabbitmq-server", places=_RABBITMQ)
        self._inner_port = free_port()
        (folder / "enabled_plugins").write_text("[].\n")
        (folder / "rabbitmq.conf").write_text(f"listeners.tcp.local = 127.0.0.1:{self.port}\nlog.console = true\n")

    @property
    def url(self) -> str:
        """Return the URL with RabbitMQ's default account, which is limited to this machine."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def answers(self) -> bool:
        """Return whether it accepts connections."""
        from kombu import Connection
        from kombu.exceptions import OperationalError

        try:
            with Connection(self.url, connect_timeout=2) as connection:
                connection.ensure_connection(max_retries=1, timeout=2)
            return True
        except (OSError, OperationalError):
            return False

    def _command(self) -> list[str]:
        return [self._program]

    def _environment(self) -> Mapping[str, str]:
        return {
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"corredor{self.port}@localhost",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_DIST_PORT": str(self._inner_port),
        }


def find_program(name: str, *, package: str, places: Sequence[str]) -> str:
    """Return the path of a program, the newest of several. Raise NotInstalled."""
    globbed = [path for place in places for path in sorted(glob.glob(f"{place}/{name}"), reverse=True)]
    found = next(iter(globbed), None) or shutil.which(name, path=os.pathsep.join(_ELSEWHERE)) or shutil.which(name)
    if not found:
        raise NotInstalled(f"{name} is not installed: apt-get install {package}")
    return found


def free_port() -> int:
    """Return a TCP port of this machine that is free at the moment."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_for(look: Callable[[], object], what: str, *, limit_s: float) -> None:
    """Wait until ``look`` returns a true value. Raise TimeoutError naming ``what``."""
    ends_at = time.monotonic() + limit_s
    while not look():
        if time.monotonic() > ends_at:
            raise TimeoutError(f"waited {limit_s:.0f} s in vain for {what}")
        time.sleep(0.02)


def _holds_folder(data: Path) -> bool:
    """Return whether a process still uses a database's folder."""
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if Path(os.readlink(entry)) == data:
                return True
    return False
