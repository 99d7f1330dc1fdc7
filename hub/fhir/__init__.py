"""Exact JSON, and the structure of each R4 type. Only this package imports fhir.resources (an import contract checks it)."""

from hub.fhir.exact_json import DEPTH, DIGITS, SIZE, dumps, loads, reread
from hub.fhir.r4 import MODELLED, RESOURCES
from hub.fhir.structure import Element, Structure, get_structure

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
]
