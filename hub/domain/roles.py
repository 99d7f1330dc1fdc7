"""The roles of `config/roles.toml`: what each may do with each section. A wrong page stops start-up. Pure.

`hub.domain.policy` says what a role's ties to a person open. Source: the default policy (342 cells).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from hub.domain.config_pages import Flag, PageSchema, Word, load_page, read_config
from hub.domain.sections import Sections, load_sections

PAGE = "roles.toml"

LEVELS = ("none", "own", "summary", "read", "write")
TIES = frozenset({"circle", "stay", "desk", "hub", "self", "close"})
# The kinds of rows of `relation`: the ties that a role may name, and two that open little to any role.
STORED_TIES = TIES | {"asked", "oriented"}


@dataclass(frozen=True)
class Cell:
    """One role on one section."""

    level: str = "none"
    shows: tuple[str, ...] = ()
    if_consented: bool = False
    by_domain: bool = False


@dataclass(frozen=True)
class Role:
    """One table of `roles.toml`. `own_tasks`: the cell for the actions that one owns or asked for. `default_section`: where
    that which it writes without a section belongs, "" for none. `clinical`: whether it may be
    asked to file what a message brought. `reads_originals`: of a role of the desk, whether it opens messages as they came
    (`docs/parts.md` 27)."""

    name: str
    title: str
    describes: str
    relations: frozenset[str]
    domains: int
    cells: Mapping[str, Cell]
    own_tasks: Cell
    directory: Cell
    default_section: str = ""
    clinical: bool = False
    reads_originals: bool = False

    @property
    def is_desk(self) -> bool:
        """Whether it works at the desk: it may have the tie `desk`, which an intake Task gives."""
        return "desk" in self.relations


class _CellSchema(PageSchema):
    """A cell written as a table."""

    level = Word("level", LEVELS)
    shows = fields.List(fields.String(), load_default=list)
    if_consented = Flag()
    by_domain = Flag()


class _CellField(fields.Field[Cell]):
    """A level alone (`"read"`), or a table with it. `extracts`: those of the section, which a summary may show."""

    def __init__(self, extracts: Iterable[str] = ()) -> None:
        super().__init__()
        self.extracts = frozenset(extracts)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Cell:
        table = _CellSchema().load({"level": value} if isinstance(value, str) else value)
        cell = Cell(**table | {"shows": tuple(table["shows"])})
        unknown = sorted(set(cell.shows) - self.extracts)
        if unknown:
            raise ValidationError({"shows": [f"unknown extract {', '.join(unknown)}"]})
        if (cell.level == "summary") != bool(cell.shows):
            raise ValidationError("a summary names the extracts that it shows, and no other level does")
        return cell


def _build_role_schema(all_sections: Sections) -> type[PageSchema]:
    """Return the schema of one role, whose sections and domains are those of `all_sections`."""
    cells: dict[str, Any] = {section.name: _CellField(section.extracts) for section in all_sections.all}
    cells |= {"own_tasks": _CellField(), "directory": _CellField()}

    class SectionsSchema(PageSchema.from_dict(cells)):  # type: ignore[misc]  # a class made of the page of sections
        error_messages = {"unknown": "unknown section"}  # noqa: RUF012

    class RoleSchema(PageSchema):
        title = fields.String(required=True)
        describes = fields.String(required=True)
        relations = fields.List(Word("relation", TIES), required=True)
        domains = fields.List(Word("domain", all_sections.domains), required=True)
        default_section = fields.String(load_default="")
        clinical = Flag()
        reads_originals = Flag()
        sections = fields.Nested(SectionsSchema, load_default=dict)

        @validates_schema
        def check_default_section(self, role: dict[str, Any], **_: Any) -> None:
            """Raise ValidationError unless the role writes its default section, whatever the person agreed to."""
            name = role["default_section"]
            cell = role["sections"].get(name, Cell())
            if name and (cell.level != "write" or cell.if_consented):
                raise ValidationError("the role does not write it", "default_section")

    return RoleSchema


def read_roles(text: str, all_sections: Sections) -> dict[str, Role]:
    """Return the roles of a `roles.toml` by name.

    PageError: no role, or an unknown section, extract, level, relation, domain or key; every fault at once."""
    some = validate.Length(min=1, error="no role")
    table = fields.Dict(keys=fields.String(), values=fields.Nested(_build_role_schema(all_sections)), validate=some)
    return {name: _build_role(name, entry, all_sections) for name, entry in load_page(text, PAGE, table).items()}


def _build_role(name: str, entry: Mapping[str, Any], all_sections: Sections) -> Role:
    cells = dict(entry["sections"])
    return Role(
        name=name,
        title=entry["title"],
        describes=entry["describes"],
        relations=frozenset(entry["relations"]),
        domains=sum(all_sections.domains[domain] for domain in set(entry["domains"])),
        default_section=entry["default_section"],
        clinical=entry["clinical"],
        reads_originals=entry["reads_originals"],
        own_tasks=cells.pop("own_tasks", Cell()),
        directory=cells.pop("directory", Cell()),
        cells=cells,
    )


@cache
def load_roles() -> dict[str, Role]:
    """Return the roles of `config/roles.toml`."""
    return read_roles(read_config(PAGE), load_sections())
