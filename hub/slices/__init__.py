"""A resource as parts, and parts as a slice. Pure functions; the record stores what they make."""

from hub.slices.fragments import apart, decode, encode, render
from hub.slices.join import join
from hub.slices.labels import Labels, labels
from hub.slices.order import order
from hub.slices.parts import Part, Place, Target, Targets, hash63, rid_of, rid_of_reference
from hub.slices.references import person_of, references
from hub.slices.rules import DIRECTORY_TYPES, RULES, TYPES
from hub.slices.spine import folded, unfolded
from hub.slices.split import split, target_of
from hub.slices.targets import default_target

__all__ = [
    "DIRECTORY_TYPES",
    "RULES",
    "TYPES",
    "Labels",
    "Part",
    "Place",
    "Target",
    "Targets",
    "apart",
    "decode",
    "default_target",
    "encode",
    "folded",
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
    "unfolded",
]
