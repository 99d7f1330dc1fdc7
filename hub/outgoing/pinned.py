"""A connection to a fixed IP address with a fixed deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

Option = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class PinnedBackend(httpcore.SyncBackend):
    """Connects to the checked IP `address` for any host; TLS still verifies the name of the host."""

    def __init__(self, address: str, deadline: float) -> None:
        self._address = address
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Option] | None = None,
    ) -> httpcore.NetworkStream:
        del host
        seconds = compute_seconds_left(self._deadline, timeout, httpcore.ConnectTimeout)
        stream = super().connect_tcp(self._address, port, seconds, local_address, socket_options)
        return _TimedStream(stream, self._deadline)


class _TimedStream(httpcore.NetworkStream):
    """A stream whose steps all end by the deadline.

    A read timeout alone does not stop a peer that sends one byte a second (`docs/security.md` N05).
    """

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, compute_seconds_left(self._deadline, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, compute_seconds_left(self._deadline, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = compute_seconds_left(self._deadline, timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, seconds), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def compute_seconds_left(deadline: float, timeout: float | None, error: type[Exception]) -> float:
    """The seconds that a step may take: `timeout`, or less if the deadline is earlier. Raises `error` after the deadline."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise error
    return seconds if timeout is None else min(seconds, timeout)
