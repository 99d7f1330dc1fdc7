"""The rates of all callers, in one file that the processes of a machine share (`docs/security.md` §5.3; `docs/decisions.md`).

A caller has one number: the time at which it will have used nothing (the theoretical arrival time of the generic cell rate
algorithm, ITU-T I.371 §6.2). The file has a fixed size, so an attacker with many addresses fills nothing: of the callers that
share a place, the one that has used least is forgotten.
"""

from __future__ import annotations

import fcntl
import math
import os
import secrets
import struct
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

_SALT_BYTES = 16
_SETS, _WAYS = 1024, 8
_SLOT = struct.Struct("16sd")
_SET_BYTES = _WAYS * _SLOT.size
_FILE_BYTES = _SALT_BYTES + _SETS * _SET_BYTES
# Entries of a transaction may be counted beyond the burst, by at most as many as HUB_LIMIT_BATCH allows.
_MOST_BEYOND = 5_000


class RateTable:
    """`rate`: requests a second of one caller. `burst`: how many it may send at once after it has sent none for a while."""

    def __init__(self, path: Path, rate: int, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1 / rate
        self._tolerance = (burst - 1) * self._interval + 1e-9
        # A time further ahead is of another clock: that of the machine before it was started again.
        self._furthest = self._tolerance + _MOST_BEYOND * self._interval
        self._clock = clock
        self._lock = threading.Lock()
        self._file = _open_table(path)
        salt = os.pread(self._file, _SALT_BYTES, 0)

        @lru_cache(maxsize=4_096)
        def find_place(caller: str) -> tuple[bytes, int]:
            digest = blake2b(caller.encode(), digest_size=16, key=salt).digest()
            return digest, _SALT_BYTES + int.from_bytes(digest[:4]) % _SETS * _SET_BYTES

        self._find_place = find_place

    def take(self, caller: str, *, is_refusable: bool = True) -> int:
        """Count one request of `caller`: 0, or the seconds to wait where it is refused and not counted.

        A request that is not refusable is counted and may leave the caller with less than nothing."""
        digest, place = self._find_place(caller)
        # The lock of the file is between processes, the other one between the threads of this one.
        with self._lock:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                return self._take(digest, place, is_refusable)
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def _take(self, digest: bytes, place: int, is_refusable: bool) -> int:
        now = self._clock()
        slots = os.pread(self._file, _SET_BYTES, place)
        start = slots.find(digest)
        used_until = _SLOT.unpack_from(slots, start)[1] if start >= 0 else 0.0
        if not now < used_until <= now + self._furthest:
            used_until = now
        if is_refusable and used_until - now > self._tolerance:
            return math.ceil(used_until - now - self._tolerance)
        if start < 0:
            start = min(range(0, _SET_BYTES, _SLOT.size), key=lambda start: _SLOT.unpack_from(slots, start)[1])
        # pwrite and no mapping: on a full disk it fails, where a mapping would end the process.
        os.pwrite(self._file, _SLOT.pack(digest, used_until + self._interval), place + start)
        return 0


def _open_table(path: Path) -> int:
    """Return the descriptor of the file `path`, which is made if it is missing. Processes that start together end with one
    file."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.posix_fallocate(handle, 0, _FILE_BYTES)
            os.pwrite(handle, secrets.token_bytes(_SALT_BYTES), 0)
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            os.close(handle)
            draft.unlink()
    return os.open(path, os.O_RDWR | os.O_CLOEXEC)
