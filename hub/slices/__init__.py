"""A resource as parts, and parts as a slice. Pure functions; the record stores what they make."""

from hub.slices.join import join
from hub.slices.parts.core_elements import embed_core, extract_core
from hub.slices.parts.fragments import apart, decode, encode, render
from hub.slices.parts.order import order
from hub.slices.parts.part import Part, Place, Target, Targets, hash63, rid_of, rid_of_reference
from hub.slices.placement.labels import Labels
from hub.slices.placement.labels_page import labels
from hub.slices.placement.references import person_of, references
from hub.slices.placement.targets import default_target
from hub.slices.split import split, target_of

__all__ = [
    "Labels",
    "Part",
    "Place",
    "Target",
    "Targets",
    "apart",
    "decode",
    "default_target",
    "embed_core",
    "encode",
    "extract_core",
    "hash63",
    "join",
    "labels",
    "order",
    "person_of",
    "references",
    "render",
    "rid_of",
    "rid_of_reference",
    "split",
    "target_of",
]
