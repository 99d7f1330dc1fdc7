"""What is refused before or behind the door, in each way that it can be."""

from __future__ import annotations

from tests.corpus.cast import Cast

_HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Authorization": "Bearer nonsense"},
    {"Authorization": "Bearer"},
    {"Authorization": "Basic Y2NhczpzZWNyZXQ="},
    {"Authorization": "bearer a b"},
)
_BODIES: tuple[tuple[bytes, str], ...] = (
    (b"", "application/fhir+json"),
    (b"{", "application/fhir+json"),
    (b"[]", "application/fhir+json"),
    (b'{"resourceType":"Goal","resourceType":"Goal"}', "application/fhir+json"),
    (b'{"resourceType":"Nothing"}', "application/fhir+json"),
    (b'{"resourceType":"Goal"}', "application/fhir+json"),
    (b'{"resourceType":"Goal","id":"a b"}', "application/fhir+json"),
    (b'{"resourceType":"Goal","description":NaN}', "application/fhir+json"),
    (b'{"resourceType":"Goal","description":"\xff"}', "application/fhir+json"),
    (b'{"resourceType":"Goal","note":' + b"[" * 200 + b"]" * 200 + b"}", "application/fhir+json"),
    (b"<Goal/>", "application/fhir+xml"),
    (b'<Goal xmlns="http://hl7.org/fhir">', "application/fhir+xml"),
    (b'<!DOCTYPE x [<!ENTITY e "x">]><Goal xmlns="http://hl7.org/fhir"/>', "application/fhir+xml"),
    (b"x", "text/plain"),
    (b"x", ""),
    (b"a=b", "application/x-www-form-urlencoded"),
    (b'{"resourceType":"Goal"}', "application/fhir+json; fhirVersion=3.0"),
    (b'{"resourceType":"Goal"}', "application/fhir+json; charset=latin-1"),
    (b" " * (5 * 1024 * 1024 + 1), "application/fhir+json"),
)


def play(cast: Cast) -> None:
    hub, desk = cast.hub, cast.gestionnaire
    for headers in _HEADERS:
        for method, path in (
            ("GET", "/fhir/Task"),
            ("GET", f"/fhir/{cast.jeanne}"),
            ("POST", "/fhir/Task"),
            ("GET", "/fhir/Nothing"),
        ):
            hub.ask(method, path, None, headers, who="")
        hub.ask("POST", "/fhir", b"{}", {"Content-Type": "application/fhir+json", **headers}, who="")
    for body, content_type in _BODIES:
        for path in ("Goal", "Task"):
            desk.ask("POST", path, body, **{"content-type": content_type})
        desk.ask("PUT", cast.jeanne, body, **{"content-type": content_type, "if_match": 'W/"x"'})
    for method in ("DELETE", "OPTIONS", "TRACE", "LINK"):
        for path in (cast.jeanne, "Task", "", f"Task/{'a' * 26}", "Nothing/x", f"{cast.jeanne}/_history", "$export"):
            desk.ask(method, path)
    for path in (
        "$nothing",
        "Patient/$nothing",
        f"{cast.jeanne}/$nothing",
        f"{cast.jeanne}/$graph",
        "ValueSet/$expand",
        "$meta",
    ):
        desk.get(path)
        desk.ask("POST", path, {"resourceType": "Parameters"})
    for path in (
        "Task/",
        f"{cast.jeanne}/",
        "Patient//x",
        "Patient/..%2f..%2fetc",
        "Patient/" + "a" * 65,
        "Pa%20tient/x",
        "%F0%9F%8C%B2",
    ):
        desk.get(path)
    for role in ("pilote", "admin_sys"):
        for path in ("Task", "Patient", cast.jeanne, f"{cast.jeanne}/$everything", "Organization", "$export"):
            cast.by[role].get(path)
    for headers in ({"accept": "text/html"}, {"accept": "application/fhir+json; fhirVersion=3.0"}, {"accept": ""}):
        desk.get("Task?_count=1", **headers)
        desk.get(f"Patient/{'a' * 26}", **headers)
    cast.hub.run("partner", "suspend", "hosp_ass")
    cast.hosp_ass.get("Task")
    cast.hosp_ass.sign_in(scope="system/*.r")
    cast.hub.run("partner", "resume", "hosp_ass")
    cast.hosp_ass.sign_in(scope="system/*.r")
