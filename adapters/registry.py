"""The adapters by the name that a source gives (`adapter = "…"` in `config/sources.toml`): one line for each."""

from __future__ import annotations

from adapters import fhir, hl7v2, social
from adapters.adapter import Adapter

ADAPTERS: dict[str, Adapter] = {
    "hl7v2": hl7v2.ADAPTER,
    "fhir": fhir.ADAPTER,
    "csv": social.ADAPTER,
}
