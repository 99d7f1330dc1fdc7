"""`/volets` is served as a page of the kit: its content, its policy, its sheets."""

from __future__ import annotations

import re

from hub.domain.roles import load_roles
from hub.domain.sections import load_sections
from tests.recipes.patched_hub import open_patched_hub

with open_patched_hub() as hub:
    page = hub.http.get("/volets")
    assert (page.status_code, page.mimetype) == (200, "text/html"), page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<h1" in page.text
    assert page.text.count('<th scope="row"') == sum(bool(section.column) for section in load_sections().all)
    assert page.text.count('<th scope="col"') == len(load_roles()) + 1
    assets = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    assert len(assets) == 4
    assert {hub.http.get(path).status_code for path in assets} == {200}
