"""The capabilities interaction: https://hl7.org/fhir/R4/http.html#capabilities.

The same for all callers, made from the tables that the code itself obeys (`docs/leaks.md` L90, `docs/security.md` DI-7); a test
calls what it declares.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Response, request

from fhir_profiles.codes import TOPIC_CANONICAL_EXTENSION
from hub.api.http.context import base
from hub.api.http.negotiation import without_format
from hub.api.http.query_string import parse_pairs
from hub.api.http.response import Answer, send
from hub.api.interactions.patch import PATCH_FORMATS
from hub.api.metadata.definitions import PARAMETERS as DEFINED_BY
from hub.api.metadata.definitions import SOURCES
from hub.api.metadata.operations import declared
from hub.api.metadata.search_parameters import declare_search
from hub.domain.resource_types import TYPES
from hub.domain.topics import load_topics
from hub.fhir import dumps
from hub.http.guards import open_to_all
from hub.record.search.index.parameters import JOURNAL_TYPES
from hub.record.search.query.authorize import HUB_WRITES
from hub.version import VERSION

# When what is declared last changed.
_DATE = "2026-11-21"
_READS = ("read", "vread", "history-instance", "history-type", "search-type")
_WRITES = ("create", "update", "patch")
# What never changes, and is asked of one person at a time: the journal of accesses.
_APART_READS = ("read", "search-type")
_WHOSE = "Searched by patient or by _id; an event never changes, so it has no versions."
_OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_SECURITY_SERVICES = "http://terminology.hl7.org/CodeSystem/restful-security-service"

# One of these must be asked: https://hl7.org/fhir/R4/extension-capabilitystatement-search-parameter-combination.html
_COMBINATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination"
_EITHER = [
    {"url": _COMBINATION, "extension": [{"url": "required", "valueString": name}]} for name in ("patient", "_id")
]


@open_to_all
def capability_view() -> Response:
    """GET of the CapabilityStatement, which anyone may keep for a while."""
    without_format(parse_pairs(request.query_string), request.headers.get("Accept"))
    response = send(answer(base()))
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@lru_cache(maxsize=4)
def answer(base_url: str) -> Answer:
    """The CapabilityStatement of the hub at `base_url`."""
    return Answer(200, dumps(build_statement(base_url)), constant=True)


def build_statement(base_url: str) -> dict[str, Any]:
    """What the CapabilityStatement says; `hub.api.docs.views` says it again for people and for their tools."""
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
                "security": _security(base_url.removesuffix("/fhir")),
                "resource": [*(_resource(name) for name in sorted(TYPES)), *map(_definitions, sorted(SOURCES))],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
                **declared(""),
            }
        ],
    }


def _security(issuer: str) -> dict[str, Any]:
    """https://hl7.org/fhir/smart-app-launch/conformance.html: the service, and where tokens are had."""
    endpoints = {"token": "token", "revoke": "revoke", "introspect": "introspect"}
    return {
        "extension": [
            {
                "url": _OAUTH_URIS,
                "extension": [{"url": name, "valueUri": f"{issuer}/oauth/{path}"} for name, path in endpoints.items()],
            }
        ],
        "service": [{"coding": [{"system": _SECURITY_SERVICES, "code": "SMART-on-FHIR"}]}],
    }


def _topics_of(resource_type: str) -> dict[str, Any]:
    """https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html: the topics, on the type that takes them."""
    if resource_type != "Subscription":
        return {}
    return {"extension": [{"url": TOPIC_CANONICAL_EXTENSION, "valueCanonical": url} for url in sorted(load_topics())]}


def _definitions(kind: str) -> dict[str, Any]:
    """What is the same for everybody: read and searched, never written by a door."""
    return {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "no-version",
        "readHistory": False,
        "updateCreate": False,
        "searchParam": [{"name": name, "type": parameter} for name, parameter in DEFINED_BY.items()],
    }


def _resource(resource_type: str) -> dict[str, Any]:
    own = ("delete",) if resource_type == "Subscription" else ()
    apart = resource_type in JOURNAL_TYPES
    reads = _APART_READS if apart else _READS
    writes = resource_type not in HUB_WRITES
    interactions = (*reads, *_WRITES, *own) if writes else reads
    return {
        "type": resource_type,
        **({"documentation": _WHOSE, "extension": _EITHER} if apart else {}),
        "interaction": [{"code": code} for code in interactions],
        "versioning": "no-version" if apart else "versioned-update",
        "readHistory": not apart,
        "updateCreate": False,
        "conditionalCreate": writes,
        "conditionalRead": "full-support",
        "conditionalUpdate": writes,
        "conditionalDelete": "not-supported",
        "referencePolicy": ["literal", "local"],
        **declare_search(resource_type),
        **declared(resource_type),
        **_topics_of(resource_type),
    }
