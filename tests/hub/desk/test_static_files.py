"""The static files: small, complete, from here alone, and kept by the browser until they change."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient

from hub.desk.assets import compute_digest, read_assets
from hub.desk.static_files import build_asset_url
from tests.hub.desk.gallery import create_gallery

BUDGET = 60 * 1024


@pytest.fixture
def client() -> FlaskClient:
    return create_gallery().test_client()


def test_sheets_and_scripts_of_a_first_page_are_at_most_60_kb_with_gzip(client: FlaskClient) -> None:
    page = client.get("/galerie/file").text
    addresses = re.findall(r'(?:<script src|rel="stylesheet" href)="([^"]+)"', page)
    assert len(addresses) == 3
    answers = [client.get(address, headers={"Accept-Encoding": "gzip"}) for address in addresses]
    assert {answer.headers["Content-Encoding"] for answer in answers} == {"gzip"}
    assert sum(len(answer.data) for answer in answers) <= BUDGET


@pytest.mark.parametrize("name", sorted(read_assets()))
def test_a_file_is_served_for_a_year_under_its_address(client: FlaskClient, name: str) -> None:
    plain = client.get(build_asset_url(name))
    assert plain.data == read_assets()[name].content
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.content_type in {"text/css; charset=utf-8", "text/javascript; charset=utf-8", "font/woff2"}
    packed = client.get(build_asset_url(name), headers={"Accept-Encoding": "gzip, br"})
    content = gzip.decompress(packed.data) if "Content-Encoding" in packed.headers else packed.data
    assert content == plain.data


@pytest.mark.parametrize("path", ["/static/0000000000000000/desk.css", f"/static/{compute_digest()}/desk.map"])
def test_no_other_address_has_a_file(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_page_cannot_ask_for_a_file_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        build_asset_url("desk.map")


def test_the_sheet_asks_for_files_of_ours_alone() -> None:
    sheet = read_assets()["desk.css"].content.decode()
    addresses = re.findall(r"url\(\"?([^\")]+)", sheet)
    assert {address for address in addresses if not address.startswith("data:")} == {
        name for name in read_assets() if name.endswith(".woff2")
    }
    assert "@import" not in sheet
    assert "sourceMappingURL" not in sheet
