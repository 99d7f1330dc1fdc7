"""Patches: what changes a resource in part, as a function of the resource. Pure, and read before any record is opened.

https://hl7.org/fhir/R4/http.html#patch. A patch is applied to what its author sees and to nothing else: an operation on
what is hidden is an operation on what is absent (`docs/leaks.md` L63, L64). XML Patch is not offered. Each form is bounded,
and fails with a place and never a value.
"""

from hub.api.patches.fhirpath import parse_fhirpath_patch
from hub.api.patches.json_patch import parse_json_patch
from hub.api.patches.merge import parse_merge_patch

__all__ = ["parse_fhirpath_patch", "parse_json_patch", "parse_merge_patch"]
