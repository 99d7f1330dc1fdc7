"""Telling subscribers: the message, its signature, one attempt, and the worker that goes on. Rights are judged in the record."""
