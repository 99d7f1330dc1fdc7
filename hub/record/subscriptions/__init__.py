"""Subscriptions inside the record: registered here, authorized as the subscriber at each notice (`docs/leaks.md` B6)."""
