"""Write the list of communes that pages complete, from the npm package that publishes INSEE's Code officiel géographique.

    python -m hub.desk.tools.communes

One line a commune: folded name, name, INSEE code, postal codes. The file is written anew for each year's package: change
`VERSION` and `SHA256`, run this program, read what changed. Needs npm.
"""

from __future__ import annotations

import gzip
import json
import sys
from typing import Any

from hub.desk.calls.communes import FILE
from hub.desk.tools.vendor import VendoredFile, VendoredPackage, compute_sha256, fetch
from hub.domain.normalization.folding import fold

VERSION = "6.0.0"
SHA256 = "6cafec09b4e127d08edc47f366b28261bee70cca323fbfcb957dd169fcad9284"
_PACKAGE = VendoredPackage(
    "@etalab/decoupage-administratif",
    VERSION,
    "MIT; data: Licence Ouverte 2.0",
    f"npm: @etalab/decoupage-administratif@{VERSION}",
    (VendoredFile(FILE, "data/communes.json", SHA256),),
)


def render_communes(communes: list[dict[str, Any]]) -> str:
    """Return the lines of today's communes that have a postal code, by folded name."""
    lines = [
        "\t".join((fold(commune["nom"]), commune["nom"], commune["code"], " ".join(commune["codesPostaux"])))
        for commune in communes
        if commune["type"] == "commune-actuelle" and commune.get("codesPostaux")
    ]
    return "\n".join(sorted(lines)) + "\n"


def main() -> int:
    """Write the list; 1 and the differing hash when the package is not the one that is named here."""
    content = fetch(_PACKAGE)[FILE]
    if compute_sha256(content) != SHA256:
        print(f"data/communes.json: {compute_sha256(content)}", file=sys.stderr)
        return 1
    FILE.write_bytes(gzip.compress(render_communes(json.loads(content)).encode(), mtime=0))
    print(f"{FILE.name}: {FILE.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
