"""Subscriptions inside the record: taken at the door, told by the worker, judged each time as the subscriber (`leaks.md` B6)."""
