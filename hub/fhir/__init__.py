"""The border of FHIR: exact JSON, and the shape of each R4 type. It alone imports fhir.resources (a contract of `make sure`)."""

from hub.fhir.exact_json import DEPTH, DIGITS, SIZE, dumps, loads, reread
from hub.fhir.r4 import MODELLED, RESOURCES
from hub.fhir.structure import Element, Structure, get_structure, warm

__all__ = [
    "DEPTH",
    "DIGITS",
    "MODELLED",
    "RESOURCES",
    "SIZE",
    "Element",
    "Structure",
    "dumps",
    "get_structure",
    "loads",
    "reread",
    "warm",
]
