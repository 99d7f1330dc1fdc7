"""The FHIR door: an R4 Bundle or ServiceRequest in, an OperationOutcome out. Plain dictionaries, no FHIR model."""

from adapters.fhir.answer import answer
from adapters.fhir.referral import read

__all__ = ["answer", "read"]
