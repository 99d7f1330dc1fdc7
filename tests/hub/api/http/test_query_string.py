import pytest

from hub.api.http.query_string import MAX_PARAMETERS, parse_pairs
from hub.domain.errors import Invalid


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        (b"", []),
        (b"a=1&b=2&a=3", [("a", "1"), ("b", "2"), ("a", "3")]),
        (b"a=&b", [("a", ""), ("b", "")]),
        (b"name=Zo%C3%A9+x%2By", [("name", "Zoé x+y")]),
        ("name=Zoé".encode(), [("name", "Zoé")]),
        (b"a=1;b=2", [("a", "1;b=2")]),
    ],
)
def test_pairs_are_kept_in_their_order(text, pairs):
    assert parse_pairs(text) == pairs


@pytest.mark.parametrize("text", [b"a=%ff", b"a=\xff", b"a=%00", b"%00=a", b"&".join([b"a=1"] * (MAX_PARAMETERS + 1))])
def test_what_cannot_be_read_is_invalid(text):
    with pytest.raises(Invalid, match="parameter-malformed"):
        parse_pairs(text)
