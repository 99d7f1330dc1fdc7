"""What an actor may see, read off `config/roles.toml` in plain Python: neither `hub.domain.policy` nor the predicate is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.canaries.standing import Entry, Standing, pages, places_of, section_names
from tests.canaries.words import Json
from tests.territory import PERSON

TIES: dict[str, frozenset[str]] = {
    "none": frozenset(),
    "circle": frozenset({"circle"}),
    "stay": frozenset({"stay"}),
    "intake": frozenset({"desk", "hub", "asked"}),
    "oriented": frozenset({"oriented", "hub"}),
    "close": frozenset({"close"}),
    "self": frozenset({"self"}),
    "asked": frozenset({"asked"}),
    "sent": frozenset(),
    "handed": frozenset(),
}


@dataclass(frozen=True)
class Scene:
    """One actor and how it is tied to her. `agreed`, `refused`: what she said of it; `*` is all sections."""

    role: str
    tie: str
    agreed: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        said = "".join(f"-{effect}-{name}" for effect, names in self.words() for name in sorted(names))
        return f"{self.role}-{self.tie}{said}".replace("_", "-").replace("*", "tout")

    @property
    def party(self) -> str:
        if self.tie == "self":
            return PERSON
        return f"{'RelatedPerson' if self.tie == 'close' else 'Organization'}/{self.key}"

    def words(self) -> Iterator[tuple[str, frozenset[str]]]:
        yield "permit", self.agreed
        yield "deny", self.refused


@dataclass(frozen=True)
class View:
    """The canaries of one resource that an actor sees: `now`, and in any version."""

    now: frozenset[str]
    ever: frozenset[str]


class Policy:
    """What a scene opens, read off the tables of `config/roles.toml`. `said`: what she told everyone, (agreed, refused)."""

    def __init__(self, scene: Scene, staked: Iterable[str], said: tuple[frozenset[str], frozenset[str]]) -> None:
        self.role = pages("roles")[scene.role]
        self.party, self.staked = scene.party, frozenset(staked)
        self.domains = frozenset(self.role["domains"])
        self.cells: dict[str, Json] = {
            name: cell if isinstance(cell, dict) else {"level": cell} for name, cell in self.role["sections"].items()
        }
        self.ties, self.agreed, self.refused = TIES[scene.tie], scene.agreed | said[0], scene.refused | said[1]
        tied = bool(self.ties or self.staked)
        self.takes = self.cells.get("own_tasks", {"level": "none"})["level"] != "none"
        # Place → whether it holds only in the domains of the role.
        self.sees: dict[str, bool] = dict(self._opened()) if tied else {}
        self.own: set[str] = self._owned() if tied else set()
        listed = self.cells.get("directory", {"level": "none"})["level"] != "none"
        self.sees_in_general: dict[str, bool] = {"directory": False} if listed else {}
        self.sees_in_general |= {"offers": False} if listed and self.takes else {}
        self._granted: dict[Standing, bool] = {}
        self.own_in_general = {"own"} | ({"tasks", "tasks.titles"} if self.takes else set()) if listed else set()

    def _opened(self) -> Iterator[tuple[str, bool]]:
        opening = self.ties & set(self.role["relations"])
        for section, cell in self.cells.items():
            if section in ("own_tasks", "directory") or not opening:
                continue
            heard = "desk" in opening and section in ("identity", "contacts", "consents")
            heard |= "hub" in opening and section in ("consents", "access-log")
            if self.refused & {"*", section} and "self" not in opening and not heard:
                continue
            if cell.get("if_consented") and not self.agreed & {"*", section}:
                continue
            yield from ((place, bool(cell.get("by_domain"))) for place in _shown(section, cell))
        if "asked" in self.ties and _shown("identity", self.cells["identity"]) and not self.refused & {"*", "identity"}:
            yield "identity.usual", False
        if "oriented" in self.ties and "desk" in self.role["relations"]:
            yield from ((place, False) for kept in ("identity", "contacts") for place in _shown(kept, self.cells[kept]))

    def _owned(self) -> set[str]:
        if not self.role["relations"] and not self.takes:
            return set()
        sections = [name for name, cell in self.cells.items() if cell["level"] != "none" and name in section_names()]
        found = {place for name in sections if name not in ("tasks", "directory") for place in places_of(name)}
        if "desk" not in self.role["relations"] or self.role.get("reads_originals"):
            found |= {"original"} if self.takes else set()
        return found | ({*places_of("tasks"), "received", "own"} if self.takes else set())

    def shows(self, name: str, standing: Standing) -> bool:
        """Whether the actor sees, of the resource `name`, what stands so."""
        if self.by_grant(standing):
            return True
        own = self.own_in_general if standing.general else self.own
        return name in self.staked and standing.stake is not None and standing.stake <= own

    def by_grant(self, standing: Standing) -> bool:
        """Whether what stands so is shown to whom the tie alone opens it, or holds it."""
        if standing not in self._granted:
            self._granted[standing] = self._holds(standing) or self._sees(standing)
        return self._granted[standing]

    def _holds(self, standing: Standing) -> bool:
        """What one gave oneself, as long as one is tied to her at all and the section is not closed to the role."""
        levels = (self.cells.get(place.partition(".")[0], {"level": "none"})["level"] for place in standing.needs)
        return standing.holder == self.party and bool(self.sees or self.own) and "none" not in levels

    def _sees(self, standing: Standing) -> bool:
        sees = self.sees_in_general if standing.general else self.sees
        if not standing.needs <= sees.keys():
            return False
        return not any(sees[place] for place in standing.needs) or standing.domains <= self.domains

    def view(self, entry: Entry) -> View | None:
        """What of a resource is shown; None when it is not there."""
        shown = [unit for unit in entry.units if unit.standing.needs and self.shows(entry.name, unit.standing)]
        if not any(unit.opens for unit in shown):
            return None
        seen = [*shown, *(unit for unit in entry.units if not unit.standing.needs)]
        now = {word for unit in seen for word in unit.words}
        before = {
            word
            for unit in seen
            if self.by_grant(unit.standing) or entry.by == self.party or not unit.standing.needs
            for word in unit.past
        }
        return View(frozenset(now), frozenset(now | before))


def _shown(section: str, cell: Json) -> list[str]:
    if cell["level"] in ("read", "write"):
        return list(places_of(section))
    return [f"{section}.{extract}" for extract in cell.get("shows", ())]
