"""Where the API meets the application: the record as the caller may open it, and the FHIR base."""

from __future__ import annotations

from flask import current_app, g

from hub.record.repository.record import Record
from hub.settings.settings import Settings


def record() -> Record:
    """The record, opened for the actor of this request and for nobody else."""
    return Record(current_app.extensions["store"], g.actor, base())


def base() -> str:
    """The FHIR base: from the settings, never from the Host header, which is the caller's to choose."""
    return f"{settings().base_url}/fhir"


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
