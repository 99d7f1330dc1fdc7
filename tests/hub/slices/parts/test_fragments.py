"""Stored bytes: numbers keep their digits, and what is not there leaves no trace."""

from __future__ import annotations

from decimal import Decimal

from hub.fhir import loads
from hub.slices import Part, Place, decode, encode, render, split_body

HERE = Place(1, 1)
HEAD = b'"resourceType":"Consent"'


def test_a_part_without_words_is_empty_bytes() -> None:
    assert encode(Part(HERE, True)) == (b"", b"")
    assert decode(b"", b"") == ({}, {}, {})


def test_digits_and_letters_survive() -> None:
    part = Part(HERE, True, {"a": Decimal("1.00"), "b": "é☃"}, {"note": [(3, {"x": Decimal("0.10")})]})
    body, ranked = encode(part)
    assert body == '"a":1.00,"b":"é☃"'.encode()
    assert ranked == b'{"note":[[3,{"x":0.10}]]}'
    assert decode(body, ranked) == ({}, part.members, part.ranked)
    assert render(HEAD, [(body, ranked)]) == HEAD.join([b"{", ',"a":1.00,"b":"é☃","note":[{"x":0.10}]}'.encode()])


def test_the_spine_that_several_bear_is_said_once() -> None:
    spine = {"status": "active", "text": "two\nlines"}
    one, other = Part(HERE, True, {"a": 1}, core=spine), Part(Place(2, 2), True, {}, {"b": [(0, "x")]}, spine)
    stored = [encode(one), encode(other)]
    assert [decode(*said) for said in stored] == [(spine, {"a": 1}, {}), (spine, {}, other.ranked)]
    assert [split_body(body)[1] for body, _ in stored] == [b'"a":1', b""]
    whole = b'{"resourceType":"Consent","status":"active","text":"two\\nlines","a":1,"b":["x"]}'
    assert render(HEAD, stored) == whole
    assert loads(render(HEAD, stored[1:])) == {"resourceType": "Consent", **spine, "b": ["x"]}


def test_hidden_parts_leave_no_gap() -> None:
    items = [(b"", b'{"note":[[%d,{"text":"%d"}]]}' % (rank, rank)) for rank in (0, 1, 2)]
    assert loads(render(HEAD, [items[2], items[0]]))["note"] == [{"text": "0"}, {"text": "2"}]
    assert render(HEAD, []) == b'{"resourceType":"Consent"}'


def test_provisions_render_inside_the_provision() -> None:
    root, nested = (
        (b"", b'{"provision":[[0,{"type":"permit"}]]}'),
        (b"", b'{"provision.provision":[[0,{"type":"deny"}]]}'),
    )
    empty = (b"", b'{"provision":[[0,{}]]}')
    assert loads(render(HEAD, [root, nested]))["provision"] == {"type": "permit", "provision": [{"type": "deny"}]}
    assert loads(render(HEAD, [nested]))["provision"] == {"provision": [{"type": "deny"}]}
    assert loads(render(HEAD, [root]))["provision"] == {"type": "permit"}
    assert loads(render(HEAD, [empty, nested]))["provision"] == {"provision": [{"type": "deny"}]}
