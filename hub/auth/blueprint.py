"""The HTTP doors of `hub.auth`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import Blueprint, Response, json, request

from hub.auth import discovery, form
from hub.auth.config import AuthConfig, refuse_unsafe_start
from hub.auth.server import OAuthServer
from hub.http.guards import open_to_all
from hub.record.db.store import Store

# The other methods come to the view too, so that their 405 is the OAuth kind of answer.
_METHODS = ("POST", "GET", "PUT", "PATCH", "DELETE")


def create_auth_blueprint(config: AuthConfig, store: Callable[[], Store]) -> Blueprint:
    """The routes of OAuth and discovery over `store`, which is called at each request.

    Raises Invalid when `refuse_unsafe_start` does, and ValueError when `config.issuer` is neither https nor loopback.
    """
    refuse_unsafe_start()
    blueprint = Blueprint("auth", __name__)
    _add_endpoints(blueprint, OAuthServer(config, store))
    _add_documents(blueprint, config)
    return blueprint


def _add_endpoints(blueprint: Blueprint, server: OAuthServer) -> None:
    """Open to all as routes go: each asks the client for its own kind of proof."""
    config = server.config

    @blueprint.route("/oauth/token", methods=_METHODS)
    @open_to_all
    def token() -> Response:
        return _answer_form(server, config.token_url, server.create_token_response)

    @blueprint.route("/oauth/introspect", methods=_METHODS)
    @open_to_all
    def introspect() -> Response:
        return _answer_form(
            server, config.introspection_url, lambda asked: server.create_endpoint_response("introspection", asked)
        )

    @blueprint.route("/oauth/revoke", methods=_METHODS)
    @open_to_all
    def revoke() -> Response:
        return _answer_form(
            server, config.revocation_url, lambda asked: server.create_endpoint_response("revocation", asked)
        )


def _answer_form(server: OAuthServer, uri: str, ask: Callable[[form.FormRequest], Response]) -> Response:
    try:
        if request.method != "POST":
            raise InvalidRequestError
        return ask(form.parse_request(request, uri))
    except OAuth2Error as error:
        response: Response = server.handle_error_response(None, error)
        if request.method != "POST":
            response.status_code, response.headers["Allow"] = 405, "POST"
        return response


def _add_documents(blueprint: Blueprint, config: AuthConfig) -> None:
    """Open to all, the same for everyone, whatever `Accept` says; the paths are the contract's."""
    metadata = discovery.build_server_metadata(config)
    documents: dict[str, Mapping[str, object]] = {
        "/fhir/.well-known/smart-configuration": discovery.build_smart_configuration(config),
        "/.well-known/oauth-authorization-server": metadata,
        "/.well-known/openid-configuration": metadata,
        # Opaque tokens are not signed, so there is no key of the hub's own to publish.
        "/oauth/jwks": {"keys": []},
    }
    for path, document in documents.items():
        blueprint.add_url_rule(
            path,
            endpoint=path.rsplit("/", 1)[1].replace(".", "-"),
            view_func=open_to_all(_make_document_view(document)),
        )


def _make_document_view(document: Mapping[str, object]) -> Callable[[], Response]:
    text = json.dumps(document)

    def view() -> Response:
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
        return Response(text, mimetype="application/json", headers=headers)

    return view
