"""What the hub accepts as R4, and what of it the hub keeps. Pure: no record, no actor, no clock.

`check` refuses what R4 forbids, with what fhir.resources lets pass (`docs/performance.md` §1). `make_admissible` then removes or
refuses what the hub does not keep. `validate` reports every finding about a resource, by our profiles too.
"""

from hub.conformance.admissible import make_admissible, strip_references
from hub.conformance.profiles.definitions import list_profiles
from hub.conformance.profiles.findings import Finding
from hub.conformance.r4.walk import check
from hub.conformance.validation import validate

__all__ = ["Finding", "check", "list_profiles", "make_admissible", "strip_references", "validate"]
