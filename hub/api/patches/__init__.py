"""The formats of patches, each parsed into a function from a resource to the changed resource. Pure.

https://hl7.org/fhir/R4/http.html#patch. A patch is applied to what its author sees and to nothing else: for it, what is hidden is
absent (`docs/leaks.md` L63, L64). XML Patch is not offered. Each format is bounded, and its errors have a place and no value.
"""

from hub.api.patches.fhirpath import parse_fhirpath_patch
from hub.api.patches.json_patch import parse_json_patch
from hub.api.patches.merge import parse_merge_patch

__all__ = ["parse_fhirpath_patch", "parse_json_patch", "parse_merge_patch"]
