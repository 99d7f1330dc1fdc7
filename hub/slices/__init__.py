"""A resource as parts, and parts as a slice. Pure functions; the record stores what they make."""

from hub.slices.contained import rename_ids
from hub.slices.join import join
from hub.slices.parts.core_elements import embed_core, extract_core
from hub.slices.parts.fragments import decode, encode, render, split_body
from hub.slices.parts.order import hash_order
from hub.slices.parts.part import Part, Place, Target, Targets, get_reference_rid, get_rid, hash63
from hub.slices.placement.fingerprint import get_fingerprint
from hub.slices.placement.labels import Labels, get_named_section
from hub.slices.placement.labels_page import load_labels
from hub.slices.placement.private import find_private_holder, is_message, set_private_holder
from hub.slices.placement.references import find_patient, list_references
from hub.slices.placement.targets import build_default_target
from hub.slices.split import build_target, split

__all__ = [
    "Labels",
    "Part",
    "Place",
    "Target",
    "Targets",
    "build_default_target",
    "build_target",
    "decode",
    "embed_core",
    "encode",
    "extract_core",
    "find_patient",
    "find_private_holder",
    "get_fingerprint",
    "get_named_section",
    "get_reference_rid",
    "get_rid",
    "hash63",
    "hash_order",
    "is_message",
    "join",
    "list_references",
    "load_labels",
    "rename_ids",
    "render",
    "set_private_holder",
    "split",
    "split_body",
]
