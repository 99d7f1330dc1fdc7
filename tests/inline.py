"""An executor that does at once what it is given: for records in memory, whose one connection no two threads may use."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


class InlineExecutor(Executor):
    """Runs each call in the thread that submits it."""

    def submit(self, call: Callable[..., Any], /, *values: Any, **named: Any) -> Future[Any]:
        """Run `call` and return its future, which is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(call(*values, **named))
        except Exception as error:
            future.set_exception(error)
        return future
