"""The gunicorn worker of the hub: `gthread`, with an event loop that waits for slow clients in place of its threads.

`gthread` gives a connection to a thread at its first byte, and no option of gunicorn ends the wait for the others: one
half-sent header holds a thread for ever (`docs/security.md` D01). Here the loop collects a request until it is whole, within
a deadline, and only then a thread takes it; what a client does not fetch of its answer goes back to the loop. A slow client
costs a connection, not a thread.
"""

from __future__ import annotations

import errno
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any, NamedTuple

from gunicorn.workers.gthread import TConn, ThreadWorker

from hub.http.arrival import Arrival
from hub.http.outlet import Outlet

# Seconds for the head of a request; for its body, after the head; for a client to fetch what it asked for.
HEAD_SECONDS, BODY_SECONDS, ANSWER_SECONDS = 10.0, 60.0, 60.0
# After its last answer a connection is read for so long, else the kernel may reset it before the answer is read.
_LINGER_SECONDS, _LINGER_CONNECTIONS = 2.0, 100
# Bytes of requests that one worker collects at a time.
_MAX_COLLECTED = 128 * 1024 * 1024
_READ_BYTES = 64 * 1024
# Where the parser asks for more than was collected, the kernel ends its wait: seconds and microseconds.
_KERNEL_WAIT = struct.pack("ll", int(HEAD_SECONDS), 0)

_REASONS = {
    408: "Request Timeout",
    413: "Content Too Large",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A client's connection. `arrival`: the request that is being collected. `outlet`: what it has not fetched yet."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _KERNEL_WAIT)
        self.arrival = Arrival(0)
        self.outlet = Outlet(sock)
        self.linger: Callable[[Connection], None] | None = None

    def close(self, graceful: bool = False) -> None:
        """Close; `graceful` after an answer that the client may still be reading."""
        if graceful and self.linger:
            self.linger(self)
        else:
            super().close()


class _Watch(NamedTuple):
    """Until when, on the monotonic clock, the loop waits for a connection, and what it does then."""

    deadline: float
    expire: Callable[[Connection], None]


class BufferingWorker(ThreadWorker):  # type: ignore[misc]
    """`body_limit`: bytes of a body that are waited for; the application refuses what is longer. Set by `config/gunicorn.py`."""

    body_limit = 2 * 1024 * 1024

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        super().check_config(cfg, log)
        if cfg.is_ssl:
            raise RuntimeError("TLS ends at the proxy before the hub: this worker reads plain HTTP")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._watched: dict[Connection, _Watch] = {}
        self._collected = 0
        self._next_sweep = 0.0

    def accept(self, server_socket: socket.socket) -> None:
        """Take a new connection of `server_socket`."""
        try:
            sock, client = server_socket.accept()
        except OSError as fault:
            if fault.errno in (errno.EAGAIN, errno.ECONNABORTED):
                return
            raise
        self.nr_conns += 1
        connection = Connection(self.cfg, sock, client, server_socket.getsockname())
        connection.linger = self._linger
        self.enqueue_req(connection)

    def enqueue_req(self, conn: Connection) -> None:
        """Collect the next request of `conn`, then give it to a thread."""
        conn.arrival = Arrival(self.body_limit)
        ahead = conn.parser.unreader.take_buffered() if conn.parser else b""
        if self._feed(conn, ahead) if ahead else self._receive(conn):
            seconds = BODY_SECONDS if conn.arrival.has_head else HEAD_SECONDS
            self._watch(conn, EVENT_READ, self._receive, seconds, self._expire)

    def handle(self, conn: Connection) -> Any:
        """Answer the collected request of `conn`; runs in a thread."""
        conn.init()
        conn.parser.unreader.unread(bytes(conn.arrival.data))
        conn.arrival.data.clear()
        return super().handle(conn)

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """Answer `req`, whose client was told by the loop to go on if it asked."""
        req._expected_100_continue = False
        sock, conn.sock = conn.sock, conn.outlet
        try:
            keep = super().handle_request(req, conn)
        finally:
            conn.sock = sock
        return keep and not conn.arrival.is_cut

    def finish_request(self, conn: Connection, fs: Any) -> None:
        """Keep or close `conn` as its thread says, once the client has fetched the answer."""
        if not conn.outlet.rest:
            super().finish_request(conn, fs)
            return
        try:
            self._watch(conn, EVENT_WRITE, partial(self._send_rest, fs=fs), ANSWER_SECONDS, self._drop)
        except (OSError, ValueError):
            # The thread has closed it: an answer that failed half-way.
            self.nr_conns -= 1

    def murder_pending(self) -> None:
        """End the waits that are over. The loop calls this at each turn."""
        super().murder_pending()
        now = time.monotonic()
        if now < self._next_sweep:
            return
        self._next_sweep = now + 1
        for connection, watch in list(self._watched.items()):
            is_idle = watch.expire == self._expire and not connection.arrival.data
            if watch.deadline <= now or (is_idle and not self.alive):
                watch.expire(connection)

    def _receive(self, conn: Connection) -> bool:
        """Take what has come of a request. Whether more of it is waited for."""
        try:
            piece = conn.sock.recv(_READ_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return True
        except OSError:
            piece = b""
        if piece:
            return self._feed(conn, piece)
        self._drop(conn)
        return False

    def _feed(self, conn: Connection, piece: bytes) -> bool:
        """Add `piece` to the request of `conn`. Whether more of it is waited for."""
        arrival = conn.arrival
        had_head = arrival.has_head
        arrival.feed(piece)
        self._collected += len(piece)
        if arrival.is_whole:
            self._unwatch(conn)
            conn.data_ready = True
            super().enqueue_req(conn)
            return False
        if refusal := arrival.refusal or (503 if self._collected > _MAX_COLLECTED else 0):
            self._refuse(conn, refusal)
            return False
        if arrival.has_head and not had_head:
            if conn in self._watched:
                self._watched[conn] = _Watch(time.monotonic() + BODY_SECONDS, self._expire)
            if arrival.expects_continue:
                with suppress(OSError):
                    conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n", socket.MSG_DONTWAIT)
        return True

    def _expire(self, conn: Connection) -> None:
        if conn.arrival.data:
            self._refuse(conn, 408)
        else:
            self._drop(conn)

    def _refuse(self, conn: Connection, status: int) -> None:
        answer = f"HTTP/1.1 {status} {_REASONS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        with suppress(OSError):
            conn.sock.send(answer.encode(), socket.MSG_DONTWAIT)
        self._unwatch(conn)
        conn.arrival.data.clear()
        self.nr_conns -= 1
        conn.close(graceful=True)

    def _drop(self, conn: Connection) -> None:
        self._unwatch(conn)
        self.nr_conns -= 1
        conn.close()

    def _send_rest(self, conn: Connection, fs: Any) -> None:
        try:
            conn.outlet.send_rest()
        except OSError:
            self._drop(conn)
            return
        if not conn.outlet.rest:
            self._unwatch(conn)
            super().finish_request(conn, fs)

    def _linger(self, conn: Connection) -> None:
        conn.linger = None
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            conn.close()
            return
        if sum(watch.expire == self._end_linger for watch in self._watched.values()) >= _LINGER_CONNECTIONS:
            conn.close()
            return
        self._watch(conn, EVENT_READ, self._discard, _LINGER_SECONDS, self._end_linger)

    def _discard(self, conn: Connection) -> None:
        try:
            has_ended = not conn.sock.recv(_READ_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            has_ended = True
        if has_ended:
            self._end_linger(conn)

    def _end_linger(self, conn: Connection) -> None:
        self._unwatch(conn)
        conn.close()

    def _watch(
        self,
        conn: Connection,
        event: int,
        act: Callable[[Connection], object],
        seconds: float,
        expire: Callable[[Connection], None],
    ) -> None:
        """Call `act` at each `event` of `conn`, and `expire` when `seconds` are over."""
        self.poller.register(conn.sock, event, lambda _sock: act(conn))
        self._watched[conn] = _Watch(time.monotonic() + seconds, expire)

    def _unwatch(self, conn: Connection) -> None:
        """End what `_watch` began, if it did. What was collected belongs to the thread now, or to nobody."""
        self._collected -= len(conn.arrival.data)
        if self._watched.pop(conn, None):
            self.poller.unregister(conn.sock)
