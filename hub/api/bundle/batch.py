"""The batch interaction: https://hl7.org/fhir/R4/http.html#transaction. Each entry is its own request, answered as it
would be alone (`docs/leaks.md` L74; `docs/security.md` RS-4)."""

from __future__ import annotations

from hub.api.bundle.entries import BundleEntry
from hub.api.bundle.requests import EntryRouter
from hub.api.http.response import Answer
from hub.api.resources.bundles import write_responses
from hub.api.resources.operation_outcome import answer_error
from hub.domain.errors import HubError


def process_batch(router: EntryRouter, entries: list[BundleEntry]) -> Answer:
    """Answer each of `entries` on its own; one that fails does not affect the others."""
    return Answer(
        200, write_responses("batch", router.request.base_url, (_answer_entry(router, entry) for entry in entries))
    )


def _answer_entry(router: EntryRouter, entry: BundleEntry) -> Answer:
    try:
        return router.answer(entry)
    except HubError as error:
        return answer_error(error)
