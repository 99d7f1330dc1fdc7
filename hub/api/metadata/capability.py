"""The capabilities interaction: https://hl7.org/fhir/R4/http.html#capabilities.

The CapabilityStatement is the same for all callers (`docs/leaks.md` L90, `docs/security.md` DI-7). It is made of the table of
routes and the other tables that the code itself works with; a test calls what it declares.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from fhir_profiles.codes import TOPIC_CANONICAL_EXTENSION
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer
from hub.api.http.route import EVERY_TYPE, Route, RouteTable
from hub.api.interactions.patch import PATCH_FORMATS
from hub.api.metadata.definitions import PARAMETERS as DEFINITION_PARAMETERS
from hub.api.metadata.definitions import SOURCES
from hub.api.metadata.search_parameters import declare_search
from hub.conformance import list_profiles
from hub.domain.resource_types import TYPES
from hub.domain.topics import load_topics
from hub.fhir import dumps
from hub.record.search.index.parameters import JOURNAL_TYPES
from hub.record.search.query.authorize import HUB_WRITES
from hub.task_machine import describe_machine
from hub.version import VERSION

# When what is declared last changed.
_DATE = "2026-11-21"
# https://hl7.org/fhir/R4/valueset-type-restful-interaction.html
_WRITES = frozenset({"create", "update", "patch", "delete"})
_HISTORIES = frozenset({"vread", "history-instance", "history-type"})
_OF_A_TYPE = _WRITES | _HISTORIES | {"read", "search-type"}
# https://hl7.org/fhir/R4/valueset-system-restful-interaction.html
_OF_THE_SYSTEM = frozenset({"transaction", "batch", "search-system", "history-system"})
_JOURNAL = "Searched by patient or by _id; an event never changes, so it has no versions."
# Where tokens are had is in /.well-known/smart-configuration. SMART's extension `oauth-uris` requires `authorize`, an endpoint
# that the hub does not have (https://hl7.org/fhir/smart-app-launch/STU2/conformance.html#declaring-support-for-oauth2-endpoints).
_SECURITY = {
    "service": [
        {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                    "code": "SMART-on-FHIR",
                }
            ]
        }
    ]
}

# One of these is required: https://hl7.org/fhir/R4/extension-capabilitystatement-search-parameter-combination.html
_COMBINATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination"
_EITHER = [
    {"url": _COMBINATION, "extension": [{"url": "required", "valueString": name}]} for name in ("patient", "_id")
]
# Anyone may keep it for a while, a script of any page too.
_HEADERS = (("Cache-Control", "public, max-age=300"), ("Access-Control-Allow-Origin", "*"))


def read_capabilities(request: ApiRequest, routes: RouteTable) -> Answer:
    """Return the CapabilityStatement; it takes any parameter."""
    request.parse_query()
    return answer_capabilities(request.base_url, routes)


@lru_cache(maxsize=4)
def answer_capabilities(base_url: str, routes: RouteTable) -> Answer:
    """Return the CapabilityStatement of the hub whose FHIR base is `base_url`."""
    return Answer(200, dumps(build_statement(base_url, routes)), constant=True, headers=_HEADERS)


def build_statement(base_url: str, routes: Iterable[Route]) -> dict[str, Any]:
    """Return the CapabilityStatement as a resource; `hub.api.docs` makes its page and the OpenAPI document of it."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": _DATE,
        "kind": "instance",
        "software": {"name": "Maillage", "version": VERSION},
        "implementation": {"description": "A care-coordination hub: each actor its own slice", "url": base_url},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "application/fhir+xml", "json", "xml"],
        "patchFormat": PATCH_FORMATS,
        "rest": [
            {
                "mode": "server",
                "documentation": "Each actor sees its own slice; what is hidden is answered like what is absent.",
                "security": _SECURITY,
                "resource": [
                    *(_declare_type(name, routes) for name in sorted(TYPES)),
                    *(_declare_definitions(name, routes) for name in sorted(SOURCES)),
                ],
                "interaction": _declare_interactions(routes, _OF_THE_SYSTEM),
                **_declare_profiles(""),
                **_declare_operations("", routes),
            }
        ],
    }


def _declare_type(resource_type: str, routes: Iterable[Route]) -> dict[str, Any]:
    is_journal = resource_type in JOURNAL_TYPES
    is_written = resource_type not in HUB_WRITES
    rows = [route for route in routes if route.is_of_type(resource_type)]
    closed = (_HISTORIES if is_journal else frozenset()) | (frozenset() if is_written else _WRITES)
    return {
        "type": resource_type,
        **({"documentation": _JOURNAL, "extension": _EITHER} if is_journal else {}),
        **({"documentation": describe_machine()} if resource_type == "Task" else {}),
        "interaction": _declare_interactions(rows, _OF_A_TYPE - closed),
        "versioning": "no-version" if is_journal else "versioned-update",
        "readHistory": not is_journal,
        "updateCreate": False,
        "conditionalCreate": is_written,
        "conditionalRead": "full-support",
        "conditionalUpdate": is_written and any(route.conditional for route in rows),
        "conditionalDelete": "not-supported",
        "referencePolicy": ["literal", "local"],
        **declare_search(resource_type),
        **_declare_profiles(resource_type),
        **_declare_operations(resource_type, routes),
        **_declare_topics(resource_type),
    }


def _declare_definitions(resource_type: str, routes: Iterable[Route]) -> dict[str, Any]:
    """Return the declaration of a type of definitions, which everybody may read and search and nobody writes by HTTP."""
    rows = [route for route in routes if route.is_of_definitions(resource_type)]
    return {
        "type": resource_type,
        "interaction": _declare_interactions(rows, _OF_A_TYPE),
        "versioning": "no-version",
        "readHistory": False,
        "updateCreate": False,
        "searchParam": [{"name": name, "type": parameter} for name, parameter in DEFINITION_PARAMETERS.items()],
    }


def _declare_interactions(rows: Iterable[Route], codes: frozenset[str]) -> list[dict[str, str]]:
    """Return those of `codes` that `rows` have, each once."""
    return [
        {"code": code} for code in dict.fromkeys(code for row in rows for code in row.interactions) if code in codes
    ]


def _declare_profiles(resource_type: str) -> dict[str, Any]:
    profiles = list(list_profiles(resource_type))
    return {"supportedProfile": profiles} if profiles else {}


def _declare_operations(resource_type: str, routes: Iterable[Route]) -> dict[str, Any]:
    """Return the operations of a type, or of the whole system for ""."""
    of_type = (resource_type, EVERY_TYPE) if resource_type else ("",)
    operations = dict.fromkeys(route.operation for route in routes if route.operation is not None)
    return {
        "operation": [
            {"name": operation.code, "definition": operation.definition}
            for operation in operations
            if operation.resource_type in of_type
        ]
    }


def _declare_topics(resource_type: str) -> dict[str, Any]:
    """Return the extension that lists the topics, on the type Subscription
    (https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html)."""
    if resource_type != "Subscription":
        return {}
    return {"extension": [{"url": TOPIC_CANONICAL_EXTENSION, "valueCanonical": url} for url in sorted(load_topics())]}
