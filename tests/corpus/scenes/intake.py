"""The doors of the sources: every message of the adapters' tests, good and bad, then duplicates and refusals."""

from __future__ import annotations

from pathlib import Path

from tests.corpus.cast import ROOT, Cast

_GOLDEN = ROOT / "tests" / "adapters"
# Folder of an adapter → source, client, media type.
_SOURCES = {
    "hl7v2": ("chu-hl7", "hosp_clinicien", "application/hl7-v2"),
    "fhir": ("cabinet-fhir", "medecin_traitant", "application/fhir+json"),
    "social": ("ccas-csv", "ccas", "text/csv"),
}


def play(cast: Cast) -> None:
    for adapter, (source, role, media_type) in _SOURCES.items():
        client = cast.by[role]
        messages = sorted((_GOLDEN / adapter).glob("golden/*/in.*"))
        for path in messages:
            _send(cast, adapter, path, "")
        for path in messages[::6]:
            _send(cast, adapter, path, "-again")
        last = messages[-1].read_bytes()
        for headers in ({"content-type": "image/png"}, {"content-type": media_type, "content-encoding": "gzip"}):
            client.ask("POST", f"/intake/{source}", last, **headers)
        client.ask("POST", f"/intake/{source}", b"", **{"content-type": media_type})
        client.ask("POST", f"/intake/{source}", b"\xff\x00\xfe nothing", **{"content-type": media_type})
        client.ask("POST", f"/intake/{source}", b"x" * (5 * 1024 * 1024 + 1), **{"content-type": media_type})
        client.ask("PUT", f"/intake/{source}", last, **{"content-type": media_type})
        cast.ssiad.ask("POST", f"/intake/{source}", last, **{"content-type": media_type})
        cast.ssiad.get(f"/intake/{source}")
        cast.m2m_orienteur.get(f"/intake/{source}")
        cast.hub.ask("POST", f"/intake/{source}", last, {"Content-Type": media_type}, who="")
    cast.m2m_orienteur.get("/intake/none")
    cast.gestionnaire.get(f"Task?owner={cast.gestionnaire.party}&_count=100&_include=Task:patient&_include=Task:focus")
    cast.gestionnaire.get("Encounter?_count=100")
    cast.gestionnaire.get("Communication?_count=100")
    cast.gestionnaire.get("Patient?_sort=family,birthdate&_count=100")


def _send(cast: Cast, adapter: str, path: Path, suffix: str) -> None:
    source, role, media_type = _SOURCES[adapter]
    label = f"{adapter}-{path.parent.name}{suffix}"
    # A charset that the sender announces, as most do.
    headers = {"content-type": f"{media_type}; charset=utf-8" if suffix else media_type}
    cast.by[role].ask("POST", f"/intake/{source}", path.read_bytes(), label=label, **headers)
