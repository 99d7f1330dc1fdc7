"""FHIR's XML from the hub's JSON and back: https://hl7.org/fhir/R4/xml.html.

The order of elements is that of `hub.fhir.structure`, which a test holds against the StructureDefinitions. What XML does not say
itself, whether a value is a number, a boolean or a text and whether it stands in an array, is read from there too.
"""

from hub.fhir.xml.reading import to_json
from hub.fhir.xml.writing import from_json

__all__ = ["from_json", "to_json"]
