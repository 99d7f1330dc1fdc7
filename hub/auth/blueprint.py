"""The routes of OAuth and of its discovery documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import Blueprint, Response, json, request

from hub.auth import discovery
from hub.auth.config import AuthConfig, refuse_unsafe_start
from hub.auth.form import FormRequest, parse_request
from hub.auth.server import OAuthServer
from hub.http.guards import open_to_all
from hub.http.rate_limit import RateExceeded
from hub.record.db.store import Store

# All methods reach the views, so that a 405 has the body of an OAuth error too.
_METHODS = ("POST", "GET", "PUT", "PATCH", "DELETE")


def create_auth_blueprint(
    config: AuthConfig, get_store: Callable[[], Store], count_client: Callable[[str], None] | None = None
) -> Blueprint:
    """The routes of OAuth and discovery. `get_store` is called at each request, `count_client` as `OAuthServer` says.

    Raises Invalid as `refuse_unsafe_start` does, and ValueError when `config.issuer` is neither https nor loopback.
    """
    refuse_unsafe_start()
    blueprint = Blueprint("auth", __name__)
    _add_endpoints(blueprint, OAuthServer(config, get_store, count_client))
    _add_documents(blueprint, config)
    return blueprint


def _add_endpoints(blueprint: Blueprint, server: OAuthServer) -> None:
    """The endpoints need no access token: each authenticates the client by itself."""
    config = server.config

    @blueprint.errorhandler(RateExceeded)
    def refuse_rate(error: RateExceeded) -> Response:
        return server.answer_rate_exceeded(error.retry_after)

    @blueprint.route("/oauth/token", methods=_METHODS)
    @open_to_all
    def token_view() -> Response:
        return _answer_form(server, config.token_url, server.create_token_response)

    @blueprint.route("/oauth/introspect", methods=_METHODS)
    @open_to_all
    def introspect_view() -> Response:
        return _answer_form(
            server, config.introspection_url, lambda form: server.create_endpoint_response("introspection", form)
        )

    @blueprint.route("/oauth/revoke", methods=_METHODS)
    @open_to_all
    def revoke_view() -> Response:
        return _answer_form(
            server, config.revocation_url, lambda form: server.create_endpoint_response("revocation", form)
        )


def _answer_form(server: OAuthServer, uri: str, answer: Callable[[FormRequest], Response]) -> Response:
    """The answer to the form of the present request at the endpoint `uri`, or an OAuth error."""
    try:
        if request.method != "POST":
            raise InvalidRequestError
        return answer(parse_request(request, uri))
    except OAuth2Error as error:
        response: Response = server.handle_error_response(None, error)
        if request.method != "POST":
            response.status_code, response.headers["Allow"] = 405, "POST"
        return response


def _add_documents(blueprint: Blueprint, config: AuthConfig) -> None:
    """Constant documents, always in JSON, whatever `Accept` says (`docs/contract.md` §4)."""
    metadata = discovery.build_server_metadata(config)
    documents: dict[str, Mapping[str, object]] = {
        "/fhir/.well-known/smart-configuration": discovery.build_smart_configuration(config),
        "/.well-known/oauth-authorization-server": metadata,
        "/.well-known/openid-configuration": metadata,
        # Tokens are opaque and not signed, so the hub has no key to publish.
        "/oauth/jwks": {"keys": []},
    }
    for path, document in documents.items():
        blueprint.add_url_rule(
            path,
            endpoint=path.rsplit("/", 1)[1].replace(".", "-"),
            view_func=open_to_all(_make_document_view(document)),
        )


def _make_document_view(document: Mapping[str, object]) -> Callable[[], Response]:
    """Make a view that answers with `document` in JSON, for browsers of any origin too."""
    text = json.dumps(document)

    def show_document() -> Response:
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
        return Response(text, mimetype="application/json", headers=headers)

    return show_document
