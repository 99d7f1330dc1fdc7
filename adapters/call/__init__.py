"""The desk's own form: `ADAPTER` reads what an agent wrote down of a call, a visit or a letter as a demand."""

from adapters.call.adapter import CallAdapter

ADAPTER = CallAdapter()

__all__ = ["ADAPTER"]
