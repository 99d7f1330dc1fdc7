"""The table of FHIR routes, under `/fhir`: https://hl7.org/fhir/R4/http.html. A row has everything about one route.

Flask, the fast path (`hub.api.fast_path`), the entries of a Bundle (`hub.api.bundle`), the CapabilityStatement
(`hub.api.metadata.capability`) and the OpenAPI document (`hub.api.docs`) are made of it. Handlers read and write through
`hub.record.repository.record.Record` alone, opened for the caller. What is not offered is refused, not ignored.
"""

from __future__ import annotations

from flask import Blueprint, Response

from hub.api.bundle.transaction import process_bundle
from hub.api.http.context import make_view
from hub.api.http.not_offered import refuse, refuse_operation
from hub.api.http.request import ApiRequest
from hub.api.http.response import Answer, send
from hub.api.http.route import PREFIX, Operation, Route, RouteTable
from hub.api.interactions.create import create, plan_create
from hub.api.interactions.delete import delete_subscription
from hub.api.interactions.history import list_versions, list_versions_of_type
from hub.api.interactions.patch import patch, patch_conditionally, plan_conditional_patch, plan_patch
from hub.api.interactions.read import read
from hub.api.interactions.search import search, search_compartment
from hub.api.interactions.update import plan_conditional_update, plan_update, update, update_conditionally
from hub.api.interactions.vread import vread
from hub.api.metadata import capability
from hub.api.metadata.definitions import TYPE_PATH, read_definition, search_definitions
from hub.api.operations import document, everything, export, filing, match, subscription, validate
from hub.api.operations.export_files import cancel_export, read_export_file, read_export_status
from hub.api.resources.operation_outcome import answer_error
from hub.domain.errors import HubError
from hub.http.guards import OPEN

_TYPE, _INSTANCE = "/<resource_type>", "/<resource_type>/<resource_id>"

# Each operation is declared by its module.
OPERATIONS: tuple[Operation, ...] = (
    everything.OPERATION,
    match.OPERATION,
    export.SYSTEM_OPERATION,
    export.PATIENT_OPERATION,
    filing.OPERATION,
    *subscription.OPERATIONS,
    document.OPERATION,
    validate.OPERATION,
)


def _read_capabilities(request: ApiRequest) -> Answer:
    return capability.read_capabilities(request, ROUTES)


def _process_bundle(request: ApiRequest) -> Answer:
    return process_bundle(request, ROUTES)


# HEAD goes with GET. Of two rows that take a path, the one with more literal segments goes first, else the earlier one.
ROUTES = RouteTable(
    [
        Route("GET", "/metadata", _read_capabilities, ("capabilities",), authentication=OPEN, in_batch=True),
        Route("GET", f"{TYPE_PATH}/<resource_id>", read_definition, ("read",), authentication=OPEN, in_batch=True),
        Route("GET", TYPE_PATH, search_definitions, ("search-type",), authentication=OPEN, in_batch=True),
        Route("POST", f"{TYPE_PATH}/_search", search_definitions, ("search-type",), authentication=OPEN),
        Route("GET", _INSTANCE, read, ("read",), in_batch=True, fast=True),
        Route("GET", f"{_INSTANCE}/_history/<version_id>", vread, ("vread",), in_batch=True),
        Route("GET", f"{_INSTANCE}/_history", list_versions, ("history-instance",), in_batch=True),
        Route("GET", f"{_TYPE}/_history", list_versions_of_type, ("history-type",), in_batch=True),
        Route("GET", _TYPE, search, ("search-type",), in_batch=True, fast=True),
        Route("POST", f"{_TYPE}/_search", search, ("search-type",)),
        Route("GET", f"{_INSTANCE}/<inner_type>", search_compartment, ("search-type",), in_batch=True),
        Route("POST", _TYPE, create, ("create",), in_batch=True, plan=plan_create),
        Route("PUT", _INSTANCE, update, ("update",), in_batch=True, plan=plan_update),
        Route(
            *("PUT", _TYPE, update_conditionally, ("update",)),
            conditional=True,
            in_batch=True,
            plan=plan_conditional_update,
        ),
        Route("PATCH", _INSTANCE, patch, ("patch",), in_batch=True, plan=plan_patch),
        Route(
            *("PATCH", _TYPE, patch_conditionally, ("patch",)),
            conditional=True,
            in_batch=True,
            plan=plan_conditional_patch,
        ),
        Route("DELETE", "/Subscription/<resource_id>", delete_subscription, ("delete",), in_batch=True),
        *(Route("POST", path, _process_bundle, ("transaction", "batch")) for path in ("", "/")),
        *(row for operation in OPERATIONS for row in operation.list_routes()),
        Route("GET", "/$export-status/<job_id>", read_export_status, ("operation",)),
        Route("DELETE", "/$export-status/<job_id>", cancel_export, ("operation",)),
        Route("GET", "/$export-file/<job_id>/<resource_type>", read_export_file, ("operation",)),
        # What is not offered.
        *(Route("GET", path, refuse, in_batch=path != "/") for path in ("", "/", "/_history")),
        Route("POST", "/_search", refuse),
        Route("GET", "/Group/<resource_id>/$export", refuse, in_batch=True),
        Route("POST", "/Group/<resource_id>/$export", refuse),
        *(
            Route(method, f"{path}/$<operation>", refuse_operation)
            for method in ("GET", "POST")
            for path in ("", _TYPE, _INSTANCE)
        ),
    ]
)

fhir_blueprint = Blueprint("fhir", __name__, url_prefix=PREFIX)
# A slash after a path changes nothing: clients send it, and to them 404 says that the resource is absent.
for _route in ROUTES:
    fhir_blueprint.add_url_rule(
        *(_route.path, f"{_route.method} {_route.path}", make_view(_route)),
        methods=[_route.method],
        strict_slashes=False,
    )


@fhir_blueprint.errorhandler(HubError)
def answer_refusal(error: HubError) -> Response:
    """Answer a refusal of a FHIR route, by its handler or by the guard."""
    return send(answer_error(error))
