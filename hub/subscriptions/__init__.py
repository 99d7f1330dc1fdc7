"""Sending notifications to subscribers: Bundle, signature, delivery, and the jobs of the worker. `hub.record` checks rights."""
