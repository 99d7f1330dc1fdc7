"""Identifiers that are a function of (seed, request, type, n): a hidden write shifts nobody else's (`docs/parts.md` 19)."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter


class SeededIds:
    """Stands for `hub.record.db.store.random_id`. Set `request` to the name of the request under way; `n` starts again."""

    def __init__(self, seed: str = "maillage") -> None:
        self.seed = seed
        self._request = ""
        self._given: Counter[str] = Counter()

    @property
    def request(self) -> str:
        return self._request

    @request.setter
    def request(self, name: str) -> None:
        self._request = name
        self._given.clear()

    def __call__(self, resource_type: str) -> str:
        self._given[resource_type] += 1
        told = "|".join([self.seed, self._request, resource_type, str(self._given[resource_type])])
        return base64.b32encode(hashlib.sha256(told.encode()).digest()).decode().lower()[:26]
