"""`Task/<id>/$file`: who holds an intake Task files what came with it into a section (`docs/parts.md` 27).

GET lists what waits, with a proposal and its reason, and the receipts. POST files `row` into `section`, or takes that back with
`undo`. Filing is not writing: the caller needs no right in the section.
"""

from __future__ import annotations

from typing import Any

from fhir_profiles.codes import BASE
from hub.api.http.paths import make_reference
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.api.http.route import Endpoint, Operation
from hub.api.resources.parameters import read_parameters
from hub.domain.errors import Invalid
from hub.fhir import dumps
from hub.record.db.clock import instant
from hub.record.repository.filing import FilingMixin, Receipt, UnfiledRow

_NAMES = ("row", "section", "undo")


def file(request: ApiRequest) -> Answer:
    """Answer with the rows and receipts of a Task (GET), the receipt of a filing, or the rows after an undo (POST)."""
    record = FilingMixin(request.service.store, request.actor, request.base_url)
    task = make_reference("Task", request.params["resource_id"])
    parameters = _parse(request)
    if request.method == "POST":
        if "row" not in parameters:
            raise Invalid("parameter-value", where="row")
        if parameters.get("undo") != "true":
            return Answer(
                200, _write([_build_receipt(record.file(task, parameters["row"], parameters.get("section", "")))])
            )
        record.undo_filing(task, parameters["row"])
    rows, receipts = record.list_filing(task)
    return Answer(200, _write([*map(_build_row, rows), *map(_build_receipt, receipts)]))


def _parse(request: ApiRequest) -> dict[str, str]:
    """Return the parameters of the operation. Raises Invalid for one that it does not have or that is given twice."""
    values: dict[str, str] = {}
    for name, value in read_parameters(request):
        if name not in _NAMES:
            raise Invalid("parameter-unknown", where=name[:64])
        if name in values:
            raise Invalid("parameter-twice", where=name)
        values[name] = value
    return values


def _build_row(row: UnfiledRow) -> dict[str, Any]:
    reason = f"term: {row.term}" if row.term else "type"
    return {
        "name": "unfiled",
        "part": [
            {"name": "row", "valueReference": {"reference": row.name}},
            {"name": "section", "valueCode": row.section},
            {"name": "reason", "valueString": reason},
        ],
    }


def _build_receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "name": "filed",
        "part": [
            {"name": "row", "valueReference": {"reference": receipt.name}},
            {"name": "section", "valueCode": receipt.section},
            {"name": "who", "valueReference": {"reference": receipt.party}},
            {"name": "role", "valueCode": receipt.role},
            {"name": "when", "valueInstant": instant(receipt.at)},
        ],
    }


def _write(parameters: list[dict[str, Any]]) -> bytes:
    return dumps({"resourceType": "Parameters"} | ({"parameter": parameters} if parameters else {}))


OPERATION = Operation("file", f"{BASE}OperationDefinition/task-file", "Task", on_instance=Endpoint(file))
