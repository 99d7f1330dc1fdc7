"""FHIR's XML from the hub's JSON and back: https://hl7.org/fhir/R4/xml.html.

The order of elements is that of `hub.fhir.structure`, which a test compares with the StructureDefinitions. XML does not say
whether a value is a number, a boolean or a text, or whether it is in an array: that comes from there too.
"""

from hub.fhir.xml.reading import to_json
from hub.fhir.xml.writing import from_json

__all__ = ["from_json", "to_json"]
