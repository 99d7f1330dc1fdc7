"""Bodies that no honest sender writes (`docs/security.md` §5.5, I09, I10, I14, I18, D08: resources of 10 MB, 10 000 levels
deep…). Each is valid up to the one thing that its name says, so that this thing, and no earlier check, is what refuses it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Body = Callable[[], bytes]

MEGABYTE = 1 << 20
LEVELS = 10_000
# An action that the desk may ask for (tests.outside), but for what is wrong with it.
_TASK = (
    '{"resourceType":"Task","status":"draft","intent":"order","authoredOn":"2026-11-20T09:00:00+01:00",'
    '"code":{"coding":[{"system":"http://hl7.org/fhir/CodeSystem/task-code","code":"fulfill"}]},'
    '"for":{"reference":"Patient/jeanne"},"requester":{"reference":"Organization/dac"},'
    '"focus":{"reference":"ServiceRequest/v"},%s}'
)
_EXTENSION = '{"url":"x","valueCode":"x"}'
_XHTML = "http://www.w3.org/1999/xhtml"


def _task(members: str) -> bytes:
    return (_TASK % members).encode()


def _narrative(inner: str) -> bytes:
    div = f'<div xmlns="{_XHTML}">{inner}</div>'
    return _task(f'"text":{json.dumps({"status": "generated", "div": div})}')


def _many(item: str, count: int = 100_000) -> str:
    return ",".join([item] * count)


def _nested(levels: int) -> bytes:
    return _task('"extension":[{"url":"x",' * levels + '"valueCode":"x"' + "}]" * levels)


RIGHT = _task('"description":"x"')

# What is no JSON object that FHIR could be read from: refused by whoever reads JSON.
UNREADABLE: dict[str, Body] = {
    "ten megabytes": lambda: _task(f'"description":"{"x" * (10 * MEGABYTE)}"'),
    "objects 10 000 deep": lambda: b'{"a":' * LEVELS + b"1" + b"}" * LEVELS,
    "arrays 10 000 deep": lambda: b'{"a":' + b"[" * LEVELS + b"]" * LEVELS + b"}",
    "arrays 400 000 deep, never closed": lambda: b'{"a":' + b"[" * 400_000,
    "extensions 400 deep": lambda: _nested(400),
    "a raw NUL": lambda: _task('"description":"a\0b"'),
    "a lone surrogate": lambda: _task(r'"description":"\ud800"'),
    "a lone surrogate in a key": lambda: _task(r'"\udfff":"x"'),
    "surrogates as UTF-8": lambda: _task('"description":"#"').replace(b"#", b"\xed\xa0\x80"),
    "an overlong NUL": lambda: _task('"description":"#"').replace(b"#", b"\xc0\x80"),
    "Latin-1": lambda: _task('"description":"é"').decode().encode("latin-1"),
    "1e999999": lambda: _task('"extension":[{"url":"x","valueDecimal":1e999999}]'),
    "-1e-999999": lambda: _task('"extension":[{"url":"x","valueDecimal":-1e-999999}]'),
    "a million digits": lambda: _task(f'"extension":[{{"url":"x","valueInteger":{"9" * 1_000_000}}}]'),
    "a million decimals": lambda: _task(f'"extension":[{{"url":"x","valueDecimal":0.{"1" * 1_000_000}}}]'),
    "NaN": lambda: _task('"extension":[{"url":"x","valueDecimal":NaN}]'),
    "Infinity": lambda: _task('"extension":[{"url":"x","valueDecimal":-Infinity}]'),
    "a key twice": lambda: _task('"status":"requested"'),
    "a key twice, once in escapes": lambda: _task(r'"\u0073tatus":"requested"'),
    "a key twice, deep inside": lambda: _task('"businessStatus":{"coding":[{"code":"x","code":"y"}]}'),
    "a byte order mark": lambda: b"\xef\xbb\xbf" + _task('"description":"x"'),
    "UTF-16": lambda: _task('"description":"x"').decode().encode("utf-16"),
    "UTF-32": lambda: _task('"description":"x"').decode().encode("utf-32"),
    "nothing": lambda: b"",
    "blanks": lambda: b" \t\r\n",
    "null": lambda: b"null",
    "a number": lambda: b"1",
    "a text": lambda: b'"Task"',
    "two objects": lambda: _task('"description":"x"') * 2,
    "half an object": lambda: _task('"description":"x"')[:-9],
    "a comma too many": lambda: b'{"resourceType":"Task",}',
    "comments": lambda: b'{"resourceType":"Task"/* x */}',
    "a multipart form": lambda: b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 10_000 + b"--x--",
    "gzip": lambda: b"\x1f\x8b\x08\x00" + b"\0" * 100,
    "random bytes": lambda: bytes(range(256)) * 100,
}

# JSON that can be read, and is no resource that may be kept.
INADMISSIBLE: dict[str, Body] = {
    "an escaped NUL": lambda: _task(r'"description":"a\u0000b"'),
    "an escaped NUL in a key": lambda: _task(r'"\u0000":"x"'),
    "an id of 65 characters": lambda: _task(f'"id":"{"a" * 65}"'),
    "an id of a megabyte": lambda: _task(f'"id":"{"a" * MEGABYTE}"'),
    "an id that is an object": lambda: _task('"id":{"a":[]}'),
    "a type that is a list": lambda: b'{"resourceType":["Task"]}',
    "a type that is an object": lambda: b'{"resourceType":{"Task":1}}',
    "a type that is not there": lambda: RIGHT.replace(b'"resourceType":"Task",', b""),
    "a type of a megabyte": lambda: b'{"resourceType":"%s"}' % (b"T" * MEGABYTE),
    "a type with a path": lambda: b'{"resourceType":"../../Task"}',
    "twenty thousand extensions": lambda: _task(f'"extension":[{_many(_EXTENSION, 20_000)}]'),
    "a hundred thousand empty objects": lambda: _task(f'"note":[{_many("{}")}]'),
    "a hundred thousand numbers": lambda: _task(f'"note":[{_many("1.5")}]'),
    "a hundred thousand keys": lambda: _task(",".join(f'"k{rank}":1' for rank in range(100_000))),
    "contained in contained": lambda: _task(
        '"contained":[{"resourceType":"Task","contained":[{"resourceType":"Task"}]}]'
    ),
    "a list in a list": lambda: _task('"note":[[[[1]]]]'),
    "__proto__": lambda: _task('"__proto__":{"status":"active"}'),
    "a key of nothing": lambda: _task('"":"x"'),
    "a day that never was": lambda: _task('"lastModified":"2026-02-30"'),
    "the year 10 000": lambda: _task('"executionPeriod":{"start":"10000-01-01T00:00:00Z"}'),
    "a reference with a path": lambda: _task('"owner":{"reference":"../../../etc/passwd"}'),
    "a reference of script": lambda: _task('"owner":{"reference":"javascript:alert(1)"}'),
    "a script in the narrative": lambda: _narrative("<script>alert(1)</script>"),
    "a handler in the narrative": lambda: _narrative('<p onclick="alert(1)">x</p>'),
    "an image of script in the narrative": lambda: _narrative('<img src="javascript:alert(1)"/>'),
    "a frame in the narrative": lambda: _narrative('<iframe src="https://a.example"/>'),
    "a drawing in the narrative": lambda: _narrative('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "a hundred thousand attributes in the narrative": lambda: _narrative(f"<b {_ATTRIBUTES}>x</b>"),
    "an entity in the narrative": lambda: _narrative("&xxe;"),
    "a narrative 10 000 deep": lambda: _narrative("<b>" * LEVELS + "x" + "</b>" * LEVELS),
    "a narrative that never ends": lambda: _narrative("<b>"),
}


def _bundle(kind: str, *entries: Any) -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": list(entries)}).encode()


def _entry(method: Any = "POST", url: Any = "Task", **others: Any) -> dict[str, Any]:
    resource = {"resourceType": "Task", "status": "draft", "intent": "order"}
    return {"resource": resource, "request": {"method": method, "url": url}, **others}


# Bundles in which something is wrong before their resources are looked at.
BUNDLES: dict[str, Body] = {
    "of no type": lambda: b'{"resourceType":"Bundle"}',
    "of a type that is a list": lambda: b'{"resourceType":"Bundle","type":["batch"]}',
    "of history": lambda: _bundle("history", _entry()),
    "entries that are an object": lambda: b'{"resourceType":"Bundle","type":"batch","entry":{"0":{}}}',
    "entries that are null": lambda: _bundle("transaction", None, None),
    "a hundred thousand entries": lambda: b'{"resourceType":"Bundle","type":"batch","entry":[%s]}' % _many("{}").encode(),
    "a method that is a list": lambda: _bundle("transaction", _entry(["POST"])),
    "a URL that is an object": lambda: _bundle("transaction", _entry(url={})),
    "a fullUrl that is a list": lambda: _bundle("transaction", _entry(fullUrl=["urn:uuid:x"])),
    "the same fullUrl twice": lambda: _bundle("transaction", _entry(fullUrl="urn:uuid:x"), _entry(fullUrl="urn:uuid:x")),
    "a fullUrl inside": lambda: _bundle("transaction", _entry(fullUrl="http://169.254.169.254/latest")),
    "a foreign URL": lambda: _bundle("transaction", _entry(url="http://169.254.169.254/Task")),
    "a URL with a path": lambda: _bundle("transaction", _entry("PUT", "Task/../Patient/x")),
    "a URL with NUL": lambda: _bundle("transaction", _entry("PUT", "Task/\0")),
    "an unknown method": lambda: _bundle("transaction", _entry("TRACE", "Task")),
    "a bundle in a bundle": lambda: _bundle("transaction", _entry(url="Bundle") | {"resource": {"resourceType": "Bundle"}}),
}  # fmt: skip

# XML for the doors that read it (`docs/security.md` I03, I04); for the others it is no JSON.
_FHIR = 'xmlns="http://hl7.org/fhir"'
_utf8 = str.encode
_LAUGHS = "".join(f'<!ENTITY l{rank + 1} "' + f"&l{rank};" * 10 + '">' for rank in range(9))
_ATTRIBUTES = " ".join(f"a{rank}='x'" for rank in range(100_000))
XML: dict[str, Body] = {
    "a document type": lambda: _utf8(f"<!DOCTYPE Task><Task {_FHIR}><status value='draft'/></Task>"),
    "an external entity": lambda: _utf8(
        f'<!DOCTYPE Task [<!ENTITY x SYSTEM "file:///etc/passwd">]><Task {_FHIR}><description value="&x;"/></Task>'
    ),
    "a parameter entity": lambda: _utf8(
        f'<!DOCTYPE Task [<!ENTITY % x SYSTEM "http://a.example/x">%x;]><Task {_FHIR}/>'
    ),
    "a billion laughs": lambda: _utf8(
        f'<!DOCTYPE Task [<!ENTITY l0 "ha">{_LAUGHS}]><Task {_FHIR}><description value="&l9;"/></Task>'
    ),
    "elements 10 000 deep": lambda: _utf8(f"<Task {_FHIR}>{'<a>' * LEVELS}{'</a>' * LEVELS}</Task>"),
    "a hundred thousand attributes": lambda: _utf8(f"<Task {_FHIR} {_ATTRIBUTES}/>"),
    "no namespace": lambda: b"<Task><status value='draft'/></Task>",
    "another namespace": lambda: b'<Task xmlns="urn:x"><status value="draft"/></Task>',
    "an element of XInclude": lambda: _utf8(
        f'<Task {_FHIR} xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="file:///etc/passwd"/></Task>'
    ),
    "a NUL of XML": lambda: _utf8(f"<Task {_FHIR}><description value='&#0;'/></Task>"),
    "UTF-16 of XML": lambda: f"<Task {_FHIR}><status value='draft'/></Task>".encode("utf-16"),
    "an unknown charset": lambda: _utf8(f"<?xml version='1.0' encoding='utf-7'?><Task {_FHIR}/>"),
    "ten megabytes of XML": lambda: _utf8(f"<Task {_FHIR}><description value='{'x' * 10 * MEGABYTE}'/></Task>"),
    "a tag that never ends": lambda: _utf8(f"<Task {_FHIR}><status value='draft'/>"),
    "a script of XML": lambda: _utf8(
        f'<Task {_FHIR}><text><status value="generated"/><div xmlns="{_XHTML}"><script>alert(1)</script></div></text></Task>'
    ),
}

# Patches, of both kinds (https://hl7.org/fhir/R4/http.html#patch).
_DEEP, _AAAB = "/a" * LEVELS, "a" * 40 + "b"


def _fhirpath_patch(path: Any, kind: Any = "replace") -> bytes:
    parts = [{"name": "type", "valueCode": kind}, {"name": "path", "valueString": path}]
    parameter = {"name": "operation", "part": [*parts, {"name": "value", "valueString": "x"}]}
    return json.dumps({"resourceType": "Parameters", "parameter": [parameter]}).encode()


PATCHES: dict[str, Body] = {
    "an object": lambda: b'{"op":"test"}',
    "operations that are numbers": lambda: b"[1,2]",
    "ten thousand operations": lambda: json.dumps([{"op": "test", "path": "/status", "value": "x"}] * LEVELS).encode(),
    "an operation that is a list": lambda: b'[{"op":["test"],"path":"/status"}]',
    "a path that is an object": lambda: b'[{"op":"remove","path":{}}]',
    "a path 10 000 deep": lambda: json.dumps([{"op": "add", "path": _DEEP, "value": 1}]).encode(),
    "a place far behind the end": lambda: b'[{"op":"add","path":"/note/99999999999999999999","value":{}}]',
    "a place before the start": lambda: b'[{"op":"add","path":"/note/-1","value":{}}]',
    "a copy of the whole into itself": lambda: json.dumps([{"op": "copy", "from": "", "path": "/code"}] * 60).encode(),
    "a move of the whole": lambda: b'[{"op":"move","from":"","path":"/code"}]',
    "the whole away": lambda: b'[{"op":"remove","path":""}]',
    "the whole for a number": lambda: b'[{"op":"replace","path":"","value":1}]',
    "a broken escape": lambda: b'[{"op":"test","path":"/~2","value":1}]',
    "another id": lambda: b'[{"op":"replace","path":"/id","value":"x"}]',
    "FHIRPath 10 000 deep": lambda: _fhirpath_patch("(" * LEVELS + "Task.status" + ")" * LEVELS),
    "FHIRPath of a megabyte": lambda: _fhirpath_patch("Task.status" + ".status" * 150_000),
    "FHIRPath that calls": lambda: _fhirpath_patch("Task.repeat(children()).descendants().trace('x')"),
    "FHIRPath of a costly pattern": lambda: _fhirpath_patch(f"Task.where('{_AAAB}'.matches('(a+)+$'))"),
    "FHIRPath that is a number": lambda: _fhirpath_patch(1),
    "FHIRPath of nothing": lambda: _fhirpath_patch(""),
    "FHIRPath of an unknown kind": lambda: _fhirpath_patch("Task.status", "explode"),
    "FHIRPath half": lambda: _fhirpath_patch("Task.where("),
    "parameters that are no list": lambda: b'{"resourceType":"Parameters","parameter":{"name":"operation"}}',
}  # fmt: skip
