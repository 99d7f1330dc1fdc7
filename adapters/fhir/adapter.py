"""The adapter of FHIR R4: a Bundle or a ServiceRequest in, an OperationOutcome out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.adapter import Adapter, ReceivedMessage, Reply, Result, Source
from adapters.fhir.answer import render_outcome
from adapters.fhir.referral import read
from hub.domain.referral.message import Referral

_JSON = "application/fhir+json"
_DESCRIPTION: dict[str, Any] = {
    "messages": ["Bundle", "ServiceRequest"],
    "required": ["ServiceRequest.status", "ServiceRequest.intent", "ServiceRequest.subject", "Patient"],
    "example": {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "identifier": [{"type": {"coding": [{"code": "PLAC"}]}, "value": "D-0001"}],
        "subject": {"reference": "#p"},
        "contained": [{"resourceType": "Patient", "id": "p", "name": [{"family": "EXEMPLE", "given": ["Alix"]}]}],
    },
}


class FhirAdapter(Adapter):
    """FHIR R4 JSON: what is read is in `docs/domain.md` §5.5. An accepted demand is 201 with the address of its Task."""

    media_types = (_JSON,)
    identifiers_place = "Patient.identifier"

    def describe(self, source: Source) -> dict[str, Any]:
        """Return the resource types taken, the required elements, and a ServiceRequest."""
        return _DESCRIPTION

    def read(self, body: bytes, source: Source) -> Referral:
        """Read one demand; see `adapters.fhir.referral.read`."""
        return read(body)

    def answer(self, message: ReceivedMessage, results: Sequence[Result]) -> Reply:
        """Write an OperationOutcome: the reference of the Task, or one issue for each problem."""
        [result] = results
        return Reply(render_outcome(result.problems or result.task, warnings=result.warnings), _JSON)
