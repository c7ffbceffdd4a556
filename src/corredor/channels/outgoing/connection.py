"""One non-blocking connection to a pinned address: connect, TLS handshake, request, reply."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from selectors import EVENT_READ, EVENT_WRITE

from .guard import Endpoint
from .reply import BrokenReply, Fault, Reply, ReplyReader
from .request import Origin, Request

_READ_SIZE = 16 * 1024
_AGAIN = (BlockingIOError, ssl.SSLWantReadError)


class Broken(Exception):
    """The connection can no longer be used; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class Stage(Enum):
    CONNECTING = auto()
    HANDSHAKE = auto()
    IDLE = auto()
    BUSY = auto()


@dataclass(slots=True)
class Job:
    """A request in progress. ``is_second`` if a persistent connection turned out to be closed."""

    request: Request
    is_second: bool = False


class Connection:
    """A state machine driven by the poster's loop: call ``advance`` whenever the socket is ready for ``wants``."""

    __slots__ = (
        "_addresses",
        "_context",
        "_reader",
        "_unsent",
        "deadline",
        "is_reused",
        "job",
        "origin",
        "sock",
        "stage",
        "wants",
    )

    def __init__(
        self, origin: Origin, addresses: Sequence[Endpoint], context: ssl.SSLContext, *, deadline: float
    ) -> None:
        self.origin, self._context, self.deadline = origin, context, deadline
        self._addresses = list(addresses)
        self.job: Job | None = None
        self.is_reused = False
        self._unsent = memoryview(b"")
        self._reader = ReplyReader()
        self.stage, self.wants = Stage.CONNECTING, EVENT_WRITE
        self.sock = self._connect()

    def begin(self, job: Job, *, deadline: float) -> None:
        """Send ``job`` now if the connection is idle, else once it is connected."""
        self.job, self.deadline = job, deadline
        self._unsent, self._reader = memoryview(job.request.data), ReplyReader()
        if self.stage is Stage.IDLE:
            self.stage, self.is_reused = Stage.BUSY, True
            self._send()

    def advance(self) -> Reply | None:
        """Advance as far as the socket allows; return the reply when it is complete. Raise Broken."""
        if self.stage is Stage.CONNECTING:
            self._finish_connect()
        if self.stage is Stage.HANDSHAKE:
            self._shake_hands()
        if self.stage is Stage.BUSY and self._unsent:
            self._send()
        if self.stage is Stage.BUSY and not self._unsent:
            return self._receive()
        if self.stage is Stage.IDLE:
            self._handle_idle_data()
        return None

    def salvage(self) -> Reply | None:
        """Return a partial reply, if its status is known but the body never ends."""
        if self.job is None or not self._reader.status:
            return None
        return self._reply()

    @property
    def has_begun_reply(self) -> bool:
        return self._reader.has_begun

    def close(self) -> None:
        self.sock.close()

    def _connect(self) -> socket.socket:
        endpoint = self._addresses.pop(0)
        sock = socket.socket(endpoint.family, socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            code = sock.connect_ex(endpoint.address)
        except OSError:
            code = errno.ENETUNREACH
        if code not in (0, errno.EINPROGRESS):
            sock.close()
            return self._connect_next()
        return sock

    def _connect_next(self) -> socket.socket:
        if not self._addresses:
            raise Broken(Fault.CANNOT_CONNECT)
        return self._connect()

    def try_next_address(self) -> bool:
        """After a failed connect, open a socket to the next checked address; False if none is left."""
        self.sock.close()
        if not self._addresses:
            return False
        self.sock = self._connect()
        return True

    def _finish_connect(self) -> None:
        if self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise Broken(Fault.CANNOT_CONNECT)
        self.stage = Stage.HANDSHAKE
        if self.origin.is_tls:
            try:
                self.sock = self._context.wrap_socket(
                    self.sock, server_hostname=self.origin.host, do_handshake_on_connect=False
                )
            except (OSError, ValueError) as error:  # also a host name that is not valid in a certificate
                raise Broken(Fault.TLS_FAILED) from error

    def _shake_hands(self) -> None:
        if isinstance(self.sock, ssl.SSLSocket):
            try:
                self.sock.do_handshake()
            except ssl.SSLWantReadError:
                self.wants = EVENT_READ
                return
            except ssl.SSLWantWriteError:
                self.wants = EVENT_WRITE
                return
            except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
                raise Broken(Fault.TLS_FAILED) from error
        self.stage, self.wants = (Stage.BUSY if self.job else Stage.IDLE), EVENT_READ

    def _send(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[self.sock.send(self._unsent) :]
        except (BlockingIOError, ssl.SSLWantWriteError):
            self.wants = EVENT_WRITE
            return
        except ssl.SSLWantReadError:
            self.wants = EVENT_READ
            return
        except OSError as error:
            raise Broken(Fault.CLOSED) from error
        self.wants = EVENT_READ

    def _receive(self) -> Reply | None:
        try:
            while True:
                data = self.sock.recv(_READ_SIZE)
                is_done = self._reader.feed(data) if data else self._reader.end()
                if is_done:
                    return self._reply()
                if not data:
                    raise Broken(Fault.CLOSED)
                if not (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()):
                    return None
        except _AGAIN:
            return None
        except BrokenReply as error:
            raise Broken(Fault.BROKEN_REPLY) from error
        except OSError as error:
            raise Broken(Fault.CLOSED) from error

    def _reply(self) -> Reply:
        assert self.job is not None
        reader = self._reader
        return Reply(self.job.request.key, reader.status, reader.headers, reader.body)

    @property
    def may_be_kept(self) -> bool:
        return self._reader.keep_alive

    def rest(self) -> None:
        """Return to idle, ready for the next request."""
        self.job, self.stage, self.wants = None, Stage.IDLE, EVENT_READ

    def _handle_idle_data(self) -> None:
        """Handle data on an idle connection: only TLS tickets are allowed; other data or EOF closes it."""
        try:
            self.sock.recv(1)
        except _AGAIN:
            return
        except OSError as error:
            raise Broken(Fault.CLOSED) from error
        raise Broken(Fault.CLOSED)
