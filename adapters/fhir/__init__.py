"""FHIR R4: `ADAPTER` reads a Bundle or a ServiceRequest and answers with an OperationOutcome.

Resources are plain dictionaries here; no FHIR model is used.
"""

from adapters.fhir.adapter import FhirAdapter

ADAPTER = FhirAdapter()

__all__ = ["ADAPTER"]
