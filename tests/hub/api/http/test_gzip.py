"""gzip both ways, and bombs."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.api.http.gzip import accepts_gzip, compress, decompress
from hub.domain.errors import Malformed


@pytest.mark.parametrize("header", ["gzip", "deflate, gzip", "GZIP;q=0.5", "br;q=1.0, gzip; q=0.8, *;q=0.1", "x-gzip"])
def test_it_is_taken(header):
    assert accepts_gzip(header)


@pytest.mark.parametrize("header", ["", "identity", "*", "gzip;q=0", "br, gzip;q=0.000", "gzipped", "notgzip"])
def test_it_is_not_taken(header):
    assert not accepts_gzip(header)


@given(st.binary(max_size=500))
def test_what_is_packed_is_unpacked(body):
    assert decompress(compress(body), len(body)) == body
    assert compress(body) == compress(body)


def test_a_bomb_is_expanded_to_the_limit_and_no_further():
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 60_000
    with pytest.raises(Malformed, match="json-too-large"):
        decompress(bomb, 1_000_000)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        gzip.compress(b"x" * 100, mtime=0)[:-4],
        gzip.compress(b"x", mtime=0) + b"y",
        gzip.compress(b"x", mtime=0) + gzip.compress(b"y", mtime=0),
        zlib.compress(b"x"),
        gzip.compress(b"x" * 100, mtime=0)[:-8] + b"\0" * 8,
    ],
    ids=["nothing", "json", "cut", "more after it", "two members", "zlib", "wrong sum"],
)
def test_anything_but_one_whole_member_is_refused(body):
    with pytest.raises(Malformed, match="body-encoding"):
        decompress(body, 1000)
