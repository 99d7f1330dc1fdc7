"""What the hub accepts as R4, and what of it the hub keeps. Pure: no record, no actor, no clock.

`check` refuses what R4 forbids and fhir.resources lets pass (`performance.md` §1); `admissible` then takes away or
refuses what the hub does not keep. `validate` says all that can be said of a resource, by our profiles too.
"""

from hub.conformance.admissible import admissible, bare
from hub.conformance.judging import Finding
from hub.conformance.profiles import profiles_of
from hub.conformance.types import TYPES
from hub.conformance.validation import validate
from hub.conformance.walk import check

__all__ = ["TYPES", "Finding", "admissible", "bare", "check", "profiles_of", "validate"]
