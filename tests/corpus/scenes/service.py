"""What is open to all: health, release, capability, definitions, documentation, discovery."""

from __future__ import annotations

from tests.corpus.cast import Cast
from tests.corpus.hub import METRICS_TOKEN

_OPEN = (
    *("/livez", "/readyz", "/version", "/fhir/metadata", "/fhir/metadata?_format=xml", "/fhir/metadata?_pretty=true"),
    *("/fhir/metadata?_summary=true", "/fhir/metadata?mode=terminology", "/fhir/openapi.json", "/fhir/docs"),
    *(
        "/fhir/docs?lang=en",
        "/fhir/docs/docs.css",
        "/fhir/docs/docs.js",
        "/fhir/docs/none",
        "/metrics",
        "/",
        "/nothing",
    ),
    *("/fhir/.well-known/smart-configuration", "/.well-known/oauth-authorization-server"),
    *("/.well-known/openid-configuration", "/oauth/jwks", "/fhir", "/fhir/", "//fhir", "/favicon.ico", "/robots.txt"),
)
_DEFINITIONS = (
    *("StructureDefinition", "CodeSystem", "ValueSet", "SearchParameter", "OperationDefinition", "Basic"),
    *("Basic?_count=1", "CodeSystem?url=https://maillage.example/fhir/CodeSystem/section", "SearchParameter?base=Task"),
    *("SearchParameter?code=owner&base=Task", "StructureDefinition?name=Goal", "StructureDefinition/goal"),
    *("CodeSystem/section", "CodeSystem/none", "OperationDefinition/care-plan-document", "SearchParameter/Task-owner"),
    *("ValueSet?_summary=count", "StructureDefinition?type=Task&_elements=url", "CodeSystem?nothing=1"),
    *("StructureDefinition?url:below=https://maillage.example", "CodeSystem/section/_history", "ValueSet?_format=xml"),
)


def play(cast: Cast) -> None:
    hub = cast.hub
    for path in _OPEN:
        hub.ask("GET", path, None, {}, who="")
    for path, headers in (
        ("/fhir/metadata", {"Accept": "application/fhir+xml"}),
        ("/fhir/metadata", {"Accept-Encoding": "gzip"}),
        ("/fhir/metadata", {"Accept": "text/html"}),
        ("/fhir/docs", {"Accept-Language": "en"}),
        ("/metrics", {"Authorization": f"Bearer {METRICS_TOKEN}"}),
        ("/readyz", {"X-Request-Id": "mine-1"}),
        ("/readyz", {"X-Request-Id": "not plain: é"}),
    ):
        hub.ask("GET", path, None, headers, who="")
    for method in ("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        for path in ("/livez", "/fhir/metadata", "/fhir/openapi.json", "/fhir/docs"):
            hub.ask(method, path, None, {}, who="")
    for path in _DEFINITIONS:
        cast.ccas.get(path)
    cast.ccas.form("CodeSystem/_search", "name=Section")
    cast.ccas.ask("HEAD", "StructureDefinition/goal")
    hub.ask("GET", "/fhir/CodeSystem", None, {}, who="")
