"""Processes killed by `corredor bench kills`: the program's own, restarted as systemd would."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from corredor.bench.parts.own_servers import OwnPostgres, OwnRabbitMQ, free_port


class Program:
    """`corredor ...` in a child process, restarted whenever it has ended."""

    def __init__(self, words: Sequence[str], *, log: Path) -> None:
        self._command = [sys.executable, "-m", "corredor.commands.main", *words]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def keep_up(self) -> None:
        """Start it if it is not running."""
        if self._process is None or self._process.poll() is not None:
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(  # noqa: S603 -- this program
                    self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
                )

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """Send SIGKILL to it alone; its children must notice without help."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(20)

    def stop(self) -> None:
        """Terminate, or kill after a timeout."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(25)
                return
            self._process.kill()


class Cast:
    """All processes of the bench. ``kill`` takes the name of a part."""

    PARTS = {"worker": 11, "pool": 2, "web": 4, "backend": 1, "database": 1, "broker": 1}  # weights out of twenty kills

    def __init__(self, *, postgres: OwnPostgres, broker: OwnRabbitMQ, folder: Path, pools: int, seed: int) -> None:
        self._postgres, self._broker = postgres, broker
        self._chance = random.Random(seed)  # noqa: S311 -- the same plan each time, no secret
        self.web_port = free_port()
        worker = ["worker", "--channels", "PUSH", "--concurrency", "2"]
        self._pools = [Program(worker, log=folder / f"worker-{number}.log") for number in range(pools)]
        self._web = Program(["serve", "--bind", f"127.0.0.1:{self.web_port}"], log=folder / "web.log")

    def plan(self, kills: int) -> list[str]:
        """Return a random order of parts to kill, each as often as its weight."""
        whole = [part for part, share in self.PARTS.items() for _ in range(share)]
        first = [part for part in self.PARTS for _ in range(kills // len(whole) * self.PARTS[part])]
        rest = [*self.PARTS, *self._chance.sample(whole, len(whole))][: kills - len(first)]
        plan = first + rest
        self._chance.shuffle(plan)
        return plan

    def keep_up(self) -> None:
        """Restart what has ended, servers too, without waiting for them."""
        for server in (self._postgres, self._broker):
            if not server.is_running():
                server.begin()
        for program in (*self._pools, self._web):
            program.keep_up()

    def kill(self, part: str) -> bool:
        """Send SIGKILL to one random process of this part; return False if none is running."""
        if part == "worker":
            return self._kill_one([pid for pool in self._pools for pid in list_children(pool.pid)])
        if part == "pool":
            self._chance.choice(self._pools).kill()
        elif part == "web":
            return self._kill_one([self._web.pid, *list_children(self._web.pid)])
        elif part == "backend":
            return self._postgres.answers() and self._kill_one(self._postgres.list_backends())
        elif part == "database":
            self._postgres.kill()
        else:
            self._broker.kill()
        return True

    def stop(self) -> None:
        """Stop everything."""
        for program in (self._web, *self._pools):
            program.stop()

    def _kill_one(self, pids: Sequence[int]) -> bool:
        if not pids:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._chance.choice(pids), signal.SIGKILL)
            return True
        return False


def list_children(pid: int) -> list[int]:
    """Return the live child processes of a process."""
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
