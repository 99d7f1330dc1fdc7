"""The FHIR door: `/fhir`, R4, one file for each interaction. `ROUTES` is the whole of it.

It reads and writes through `hub.record.repository.record.Record` alone, opened for the caller; what the record shows leaves as it
is. Strict by default: what is not offered is refused, not ignored.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response

from hub.api.bundle.transaction import bundle_view
from hub.api.http.not_offered import refuse_view, unknown_operation_view
from hub.api.http.response import send
from hub.api.interactions.create import create_view
from hub.api.interactions.delete import subscription_delete_view
from hub.api.interactions.history import history_view, type_history_view
from hub.api.interactions.patch import conditional_patch_view, patch_view
from hub.api.interactions.read import read_view
from hub.api.interactions.search import compartment_view, search_view
from hub.api.interactions.update import conditional_update_view, update_view
from hub.api.interactions.vread import vread_view
from hub.api.metadata.capability import capability_view
from hub.api.metadata.definitions import KIND, definition_view, definitions_view
from hub.api.operations.document import document_view
from hub.api.operations.everything import everything_view
from hub.api.operations.export import patient_export_view, system_export_view
from hub.api.operations.export_files import export_cancel_view, export_file_view, export_status_view
from hub.api.operations.match import match_view
from hub.api.operations.subscription import (
    events_view,
    renew_secret_view,
    resend_view,
    status_view,
    statuses_view,
)
from hub.api.operations.validate import validate_one_view, validate_type_view
from hub.api.resources.operation_outcome import outcome
from hub.domain.errors import HubError

__all__ = ["ROUTES", "fhir_blueprint"]

_BASE, _TYPE, _ONE = ("", "/"), "/<resource_type>", "/<resource_type>/<resource_id>"

# (paths under /fhir, methods, view). HEAD goes with GET.
ROUTES: tuple[tuple[tuple[str, ...], str, Callable[..., Response]], ...] = (
    (("/metadata",), "GET", capability_view),
    # Before those that take any type: of two patterns of one weight the first goes.
    ((KIND,), "GET", definitions_view),
    ((f"{KIND}/_search",), "POST", definitions_view),
    ((f"{KIND}/<resource_id>",), "GET", definition_view),
    ((_ONE,), "GET", read_view),
    ((f"{_ONE}/_history/<version_id>",), "GET", vread_view),
    ((f"{_ONE}/_history",), "GET", history_view),
    ((f"{_TYPE}/_history",), "GET", type_history_view),
    ((_TYPE,), "GET", search_view),
    ((f"{_TYPE}/_search",), "POST", search_view),
    ((f"{_ONE}/<inner_type>",), "GET", compartment_view),
    ((_TYPE,), "POST", create_view),
    ((_ONE,), "PUT", update_view),
    ((_TYPE,), "PUT", conditional_update_view),
    ((_ONE,), "PATCH", patch_view),
    ((_TYPE,), "PATCH", conditional_patch_view),
    (_BASE, "POST", bundle_view),
    ((*_BASE, "/_history"), "GET", refuse_view),
    (("/_search",), "POST", refuse_view),
    (("/Patient/<resource_id>/$everything",), "GET", everything_view),
    (("/Patient/<resource_id>/$everything",), "POST", everything_view),
    (("/CarePlan/<resource_id>/$document",), "GET", document_view),
    (("/CarePlan/<resource_id>/$document",), "POST", document_view),
    (("/Patient/$match",), "POST", match_view),
    (("/$export",), "GET", system_export_view),
    (("/$export",), "POST", system_export_view),
    (("/Patient/$export",), "GET", patient_export_view),
    (("/Patient/$export",), "POST", patient_export_view),
    (("/Group/<resource_id>/$export",), "GET", refuse_view),
    (("/Group/<resource_id>/$export",), "POST", refuse_view),
    (("/$export-status/<job_id>",), "GET", export_status_view),
    (("/$export-status/<job_id>",), "DELETE", export_cancel_view),
    (("/$export-file/<job_id>/<resource_type>",), "GET", export_file_view),
    ((f"{_TYPE}/$validate",), "POST", validate_type_view),
    ((f"{_ONE}/$validate",), "GET", validate_one_view),
    ((f"{_ONE}/$validate",), "POST", validate_one_view),
    (("/Subscription/<resource_id>",), "DELETE", subscription_delete_view),
    (("/Subscription/$status",), "GET", statuses_view),
    (("/Subscription/$status",), "POST", statuses_view),
    (("/Subscription/<resource_id>/$status",), "GET", status_view),
    (("/Subscription/<resource_id>/$status",), "POST", status_view),
    (("/Subscription/<resource_id>/$events",), "GET", events_view),
    (("/Subscription/<resource_id>/$events",), "POST", events_view),
    (("/Subscription/<resource_id>/$resend",), "POST", resend_view),
    (("/Subscription/<resource_id>/$renew-secret",), "POST", renew_secret_view),
    (("/$<operation>", f"{_TYPE}/$<operation>", f"{_ONE}/$<operation>"), "GET", unknown_operation_view),
    (("/$<operation>", f"{_TYPE}/$<operation>", f"{_ONE}/$<operation>"), "POST", unknown_operation_view),
)

fhir_blueprint = Blueprint("fhir", __name__, url_prefix="/fhir")
for _paths, _method, _view in ROUTES:
    for _path in _paths:
        fhir_blueprint.add_url_rule(_path, view_func=_view, methods=[_method])


@fhir_blueprint.errorhandler(HubError)
def answer_error(error: HubError) -> Response:
    """The one way by which a refusal leaves this door; the guard's refusals come by it too."""
    return send(outcome(error))
