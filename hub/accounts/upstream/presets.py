"""The presets of identity providers, `config/idp/*.toml`: what is the same for every hub that registers with one.

Pure but for these files. A page with a fault stops start-up by a PageError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import fields, validate

from hub.domain.config_pages import CONFIG, PageSchema, Word, load_page, load_tables, read_config
from hub.domain.roles import load_roles

_FOLDER = "idp"
_ALGORITHMS = ("RS256", "ES256")


@dataclass(frozen=True)
class ClaimNames:
    """The claims of a provider that the hub reads, as paths whose steps are separated by dots; at each step the items of a list
    are followed. `name`: the claims that make a person's name. `profession_lists`: the code lists that count in `code^list`."""

    name: tuple[str, ...]
    national_id: str = ""
    professions: tuple[str, ...] = ()
    profession_lists: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preset:
    """A provider. `hosts`: the only ones that are called. `acr`: the values that are requested and accepted. `userinfo`:
    `json`, or `jwt` when it is signed. `opens_accounts`: an unknown person gets an account without a role. `second_factor`: the
    account's own code is needed too. `roles`: {role: professions of which it needs one}."""

    name: str
    title: str
    issuer: str
    discovery: str
    hosts: frozenset[str]
    scope: str
    acr: tuple[str, ...]
    algorithms: tuple[str, ...]
    client_authentication: str
    userinfo: str
    auth_time_required: bool
    opens_accounts: bool
    second_factor: bool
    claims: ClaimNames
    roles: Mapping[str, frozenset[str]]


def _make_words_field(**options: Any) -> fields.List[str]:
    return fields.List(fields.String(), validate=validate.Length(min=1), **options)


class _ClaimsSchema(PageSchema):
    name = _make_words_field(required=True)
    national_id = fields.String(load_default="")
    professions = fields.List(fields.String(), load_default=list)
    profession_lists = fields.List(fields.String(), load_default=list)


class _PlaceSchema(PageSchema):
    issuer = fields.Url(required=True, schemes={"https"})
    discovery = fields.Url(required=True, schemes={"https"})
    hosts = _make_words_field(required=True)


class _PresetSchema(_PlaceSchema):
    title = fields.String(required=True)
    scope = fields.String(required=True, validate=validate.ContainsNoneOf("\0"))
    acr = _make_words_field(required=True)
    algorithms = fields.List(Word("algorithm", _ALGORITHMS), required=True, validate=validate.Length(min=1))
    client_authentication = Word("method", ("client_secret_basic", "client_secret_post"))
    userinfo = Word("form", ("json", "jwt"))
    auth_time_required = fields.Boolean(required=True, truthy={True}, falsy={False})
    opens_accounts = fields.Boolean(required=True, truthy={True}, falsy={False})
    second_factor = fields.Boolean(required=True, truthy={True}, falsy={False})
    claims = fields.Nested(_ClaimsSchema, required=True)
    roles = fields.Dict(keys=fields.String(), values=_make_words_field(), load_default=dict)
    sandbox = fields.Nested(_PlaceSchema, required=True)


def read_preset(text: str, name: str, *, sandbox: bool = False) -> Preset:
    """Return the preset of a page's `text`; with `sandbox`, with the addresses of the test site. PageError: a fault."""
    page = f"{_FOLDER}/{name}.toml"
    table = load_page(text, page, fields.Nested(_PresetSchema))
    roles = fields.Dict(keys=Word("role", load_roles()), values=_make_words_field())
    professions = load_tables(table.pop("roles"), page, roles)
    place, claims = table.pop("sandbox"), table.pop("claims")
    if sandbox:
        table |= place
    return Preset(
        **table
        | {
            "name": name,
            "hosts": frozenset(table["hosts"]),
            "acr": tuple(table["acr"]),
            "algorithms": tuple(table["algorithms"]),
            "claims": ClaimNames(
                tuple(claims["name"]),
                claims["national_id"],
                tuple(claims["professions"]),
                tuple(claims["profession_lists"]),
            ),
            "roles": {role: frozenset(codes) for role, codes in professions.items()},
        }
    )


@cache
def load_preset(name: str, *, sandbox: bool = False) -> Preset:
    """Return the preset of `config/idp/<name>.toml`. Raises KeyError for a name without a page."""
    if name not in list_presets():
        raise KeyError(name)
    return read_preset(read_config(f"{_FOLDER}/{name}.toml"), name, sandbox=sandbox)


def load_presets() -> dict[str, Preset]:
    """Return all presets {name: preset}, with their production addresses."""
    return {name: load_preset(name) for name in list_presets()}


def list_presets() -> list[str]:
    """Return the names of the presets."""
    return sorted(path.stem for path in (CONFIG / _FOLDER).glob("*.toml"))
