"""The adapter of tables: a CSV file in, JSON with the result of each row out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.adapter import Adapter, ReceivedMessage, Reply, Result, Row, Source, get_error_status
from adapters.social.answer import render_results
from adapters.social.columns import COLUMNS
from adapters.social.rows import read
from adapters.social.settings import SETTINGS, check_settings, load_settings
from hub.domain.errors import HubError, Problem


class TableAdapter(Adapter):
    """CSV tables of social services, one row a person (`docs/domain.md` §5.6)."""

    media_types = ("text/csv",)
    identifiers_place = "Patient.identifier"
    holds_rows = True
    settings = SETTINGS

    def check_settings(self, settings: Mapping[str, Any]) -> Iterable[Problem]:
        """Yield what is wrong between the columns and the required ones."""
        return check_settings(settings)

    def describe(self, source: Source) -> dict[str, Any]:
        """Return the columns by the sender's own headers, those required, the words for urgency, and one row."""
        settings = load_settings(source)
        return {
            "columns": [
                {"name": header, "meaning": key, "required": key in settings.required}
                for key, header in settings.columns.items()
            ],
            "required": [header for key, header in settings.columns.items() if key in settings.required],
            "urgency": dict(settings.urgency),
            "example": {header: COLUMNS[key].example for key, header in settings.columns.items()},
        }

    def read(self, body: bytes, source: Source) -> list[Row]:
        """Read every row; see `adapters.social.rows.read`."""
        return read(body, source)

    def answer(self, message: ReceivedMessage, results: Sequence[Result]) -> Reply:
        """Write the result of each row."""
        return Reply(render_results(results), "application/json")

    def get_status(self, error: HubError | None) -> int:
        """Return 200 for a table of which a row was accepted, else the status of `error`."""
        return 200 if error is None else get_error_status(error)
