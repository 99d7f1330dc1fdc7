"""Who may see what, said a second time in plain Python, from `config/roles.toml` and the facts of a world.

Nothing of `hub.domain.policy`, `hub.record.access.derive` and the SQL predicate is used: only where things stand comes from
`hub.slices.split`. It judges a world at one moment, all of it known to the hub before that moment.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from hub.domain.config_pages import CONFIG
from hub.domain.resource_types import DIRECTORY_TYPES
from hub.domain.sections import ALONE, load_sections
from hub.slices import Part, Target, build_target, find_patient, join, list_references, split

Json = dict[str, Any]

_WITHDRAWN = {"rejected", "cancelled", "entered-in-error"}
_OPEN_STAY = {"arrived", "triaged", "in-progress", "onleave", "finished"}
_DESK_ORGANISATIONS = {"Organization/dac"}
_BACK_TO_DESK = ("identity", "contacts")


@dataclass
class World:
    """All resources by name, who wrote each, and the moment at which it is judged (an aware datetime)."""

    resources: dict[str, Json]
    authors: dict[str, str]
    now: datetime
    _targets: dict[str, Target] = field(default_factory=dict)

    def target(self, name: str) -> Target | None:
        """What the world knows of `name` as a target; None when it is not there."""
        if name not in self._targets and name in self.resources:
            resource = self.resources[name]
            # A cycle of references ends here: labels come from the directory and from what stands before.
            self._targets[name] = build_target(resource, {})
            self._targets[name] = build_target(resource, self._known(list_references(resource)))
        return self._targets.get(name)

    def _known(self, names: Iterable[str]) -> dict[str, Target]:
        return {name: found for name in names if (found := self.target(name)) is not None}

    def parts(self, resource: Json) -> list[Part]:
        return split(resource, self._known(list_references(resource)))

    def person(self, resource: Json) -> str:
        """The Patient that a resource speaks of, or ""."""
        if resource["resourceType"] in DIRECTORY_TYPES:
            return ""
        found = find_patient(resource) or ""
        if found and not found.startswith("Patient/"):
            return self.person(self.resources[found]) if found in self.resources else ""
        return found

    def with_(self, name: str, resource: Json, author: str) -> World:
        """This world with `resource` under `name`."""
        return World({**self.resources, name: resource}, {name: author, **self.authors}, self.now)


@cache
def _role(name: str) -> Mapping[str, Any]:
    role: Mapping[str, Any] = tomllib.loads((CONFIG / "roles.toml").read_text("utf-8"))[name]
    return role


@dataclass
class Judge:
    """One actor in one world."""

    world: World
    party: str
    role: str
    _found: dict[tuple[str, str], Any] = field(default_factory=dict)

    def view(self) -> dict[str, Json]:
        """What the actor sees of the world, by name: the elements that the visible parts say."""
        return {name: seen for name in sorted(self.world.resources) if (seen := self.slice(name))}

    def slice(self, name: str) -> Json:
        """The elements of `name` that the actor sees; {} when the resource is hidden from it."""
        seen, _ = self.sorted_parts(name, self.world.resources[name])
        return join(seen) if any(part.content for part in seen) else {}

    def sorted_parts(self, name: str, resource: Json) -> tuple[list[Part], list[Part]]:
        """(seen, hidden) parts of `resource` as `name`."""
        seen: list[Part] = []
        hidden: list[Part] = []
        for part in self.world.parts(resource):
            (seen if self._sees(name, resource, part) else hidden).append(part)
        if not any(part.content for part in seen):
            return [], [*seen, *hidden]
        return seen, hidden

    def _sees(self, name: str, resource: Json, part: Part) -> bool:
        place = part.place
        person = "" if place.offer else self.world.person(resource)
        if not self._once("grant", person, self._has_grant):
            return False
        if place.holder is not None and place.holder == self.party:
            return True
        if self.party in self.stakes().get(name, ()) and self._within(
            place.stake_needs, self._once("own", person, self._own)
        ):
            return True
        needs = _names(place.needs)
        opened = self._once("opened", person, self._opened)
        for need in needs:
            limited = opened.get(need)
            if limited is None:
                return False
            if limited and place.domain and not self._domains(place.domain) <= set(_role(self.role)["domains"]):
                return False
        return not place.needs & ALONE

    def _once(self, what: str, person: str, work_out: Callable[[str], Any]) -> Any:
        if (what, person) not in self._found:
            self._found[(what, person)] = work_out(person)
        return self._found[(what, person)]

    def _has_grant(self, person: str) -> bool:
        if not person:
            return _role(self.role)["sections"].get("directory", "none") != "none"
        return bool(self._opened(person)) or bool(self.ties(person) and self._own(person))

    @staticmethod
    def _within(mask: int, names: set[str]) -> bool:
        return not mask & ALONE and set(_names(mask)) <= names

    @staticmethod
    def _domains(mask: int) -> set[str]:
        return {code for code, bit in load_sections().domains.items() if mask & bit}

    def _own(self, person: str) -> set[str]:
        """The places that a stake opens to the role."""
        cells = _role(self.role)["sections"]
        if not person:
            return {"own"} if cells.get("directory", "none") != "none" else set()
        own: set[str] = set()
        for section, cell in cells.items():
            if section not in ("tasks", "own_tasks", "directory") and _level(cell) != "none":
                own |= _all_places(section)
        if _level(cells.get("own_tasks", "none")) != "none":
            own |= _all_places("tasks") | {"received", "own"}
            if "desk" not in _role(self.role)["relations"] or _role(self.role).get("reads_originals"):
                own.add("original")
        return own

    def _opened(self, person: str) -> dict[str, bool]:
        """Place → whether it is limited to the role's domains, for all that relation and consent open."""
        role = _role(self.role)
        if not person:
            offers = {"offers": False} if _level(role["sections"].get("own_tasks", "none")) != "none" else {}
            return {"directory": False, **offers} if _level(role["sections"].get("directory", "none")) != "none" else {}
        ties = self.ties(person)
        opening = ties & set(role["relations"])
        agreed, refused = self.said(person)
        opened: dict[str, bool] = {}
        for section, cell in role["sections"].items():
            if section in ("own_tasks", "directory") or not opening:
                continue
            shown = _shown(section, cell)
            if isinstance(cell, dict) and cell.get("if_consented") and not agreed & {section, "*"}:
                continue
            desk_keeps = "desk" in opening and section in ("identity", "contacts", "consents")
            officer_keeps = "hub" in opening and section in ("consents", "access-log")
            if refused & {section, "*"} and "self" not in opening and not (desk_keeps or officer_keeps):
                continue
            limited = isinstance(cell, dict) and bool(cell.get("by_domain"))
            opened |= dict.fromkeys(shown, limited)
        if (
            "asked" in ties
            and _level(role["sections"]["identity"]) in ("summary", "read", "write")
            and not refused
            & {
                "*",
                "identity",
            }
        ):
            opened.setdefault("identity.usual", False)
        if "oriented" in ties and "desk" in role["relations"]:
            for section in _BACK_TO_DESK:
                opened |= dict.fromkeys(_shown(section, role["sections"].get(section, "none")), False)
        return opened

    def ties(self, person: str) -> set[str]:
        """What ties the actor's party to `person` now."""
        found = set(self._ties(person))
        if any(self.party in parties for name, parties in self.stakes().items() if self._of(name) == person):
            found.add("stake")
        return found

    def _of(self, name: str) -> str:
        return self.world.person(self.world.resources[name])

    def _ties(self, person: str) -> Iterator[str]:
        resources, now = self.world.resources, self.world.now
        if self.party == person:
            yield "self"
        if self.world.authors.get(person) == self.party and self.party in _DESK_ORGANISATIONS:
            yield from ("desk", "hub")
        for name, found in resources.items():
            kind = found["resourceType"]
            if kind not in ("RelatedPerson", "CareTeam", "Encounter", "Task") or self._of(name) != person:
                continue
            if kind == "RelatedPerson" and name == self.party:
                yield "close"
            elif kind == "CareTeam" and found["status"] == "active":
                for member in found.get("participant", ()):
                    if member.get("member", {}).get("reference") == self.party and _holds(
                        member.get("period", {}), now
                    ):
                        yield "circle"
            elif kind == "Encounter" and found["status"] in _OPEN_STAY and self._performs(found, "serviceProvider"):
                if _holds(found.get("period", {}), now, before=timedelta(days=1), after=timedelta(days=30)):
                    yield "stay"
            elif kind == "Task" and self._performs(found, "owner"):
                yield from self._by_task(found)

    def _by_task(self, task: Json) -> Iterator[str]:
        if task["status"] in ("requested", "received"):
            yield "asked"
        if _is_intake(task):
            # The worlds let an intake be requested now, or accepted more than thirty days ago.
            yield "hub"
            yield "desk" if task["status"] in ("requested", "received") else "oriented"

    def _performs(self, resource: Json, element: str) -> bool:
        return bool(resource.get(element, {}).get("reference") == self.party)

    def stakes(self) -> dict[str, set[str]]:
        """Name → the parties that have a stake in it."""
        return _stakes(self.world)

    def said(self, person: str) -> tuple[set[str], set[str]]:
        """Sections that the person agreed to and refused, to this actor; `*` in the first is all of them."""
        agreed: set[str] = set()
        refused: set[str] = set()
        for name, consent in self.world.resources.items():
            if consent["resourceType"] == "Consent" and self._of(name) == person and consent["status"] == "active":
                for effect, party, section in _words(consent):
                    if party in ("*", self.party, self.role):
                        if effect == "deny":
                            refused.add(section)
                        elif section != "*" or party != "*":
                            agreed.add(section)
        return agreed, refused


def _stakes(world: World) -> dict[str, set[str]]:
    found: dict[str, set[str]] = getattr(world, "_stake_cache", None) or {}
    if found:
        return found
    for name, resource in world.resources.items():
        if resource["resourceType"] != "Patient" and world.authors.get(name):
            found.setdefault(name, set()).add(world.authors[name])
        if resource["resourceType"] == "Task":
            named = (resource.get(element, {}).get("reference") for element in ("owner", "requester"))
            found.setdefault(name, set()).update(filter(None, named))
    for name, resource in world.resources.items():
        owner = resource.get("owner", {}).get("reference")
        if resource["resourceType"] == "Task" and _is_intake(resource) and _is_decided(resource):
            for waiting in _waiting(world, resource):
                found.setdefault(waiting, set()).add(_leader(world, resource))
        elif resource["resourceType"] == "Task" and owner and resource["status"] not in _WITHDRAWN:
            for handed in _handed(resource):
                if handed in world.resources and _may_give(world, found, world.authors.get(name, ""), handed):
                    found.setdefault(handed, set()).add(owner)
    world._stake_cache = found  # type: ignore[attr-defined]
    return found


def _is_decided(task: Json) -> bool:
    return task["status"] not in ("draft", "requested", "received", "entered-in-error")


def _waiting(world: World, task: Json) -> Iterator[str]:
    """What a decided intake Task handed and nobody filed, as far as resources say: the sender's words, and what no code puts."""
    for name in _handed(task):
        found = world.resources.get(name)
        if found is None:
            continue
        received = not any(_names(part.place.own) != ["received"] for part in world.parts(found) if part.place.own)
        if name.startswith("ServiceRequest/") or (received and "category" not in found):
            yield name


def _leader(world: World, task: Json) -> str:
    """Who leads the person's plan, else the owner of the Task."""
    person, order = world.person(task), ("active", "on-hold", "draft")
    led = [
        (order.index(found["status"]), str(found["author"]["reference"]))
        for found in world.resources.values()
        if found["resourceType"] == "CarePlan" and found["status"] in order and world.person(found) == person
        if str(found.get("author", {}).get("reference", "")).startswith("Organization/")
    ]
    return min(led)[1] if led else str(task.get("owner", {}).get("reference", ""))


def _handed(task: Json) -> Iterator[str]:
    for element in ("focus", "input", "output"):
        yield from (name for name in list_references(task.get(element)) if not name.startswith("Patient/"))


def _may_give(world: World, stakes: dict[str, set[str]], giver: str, name: str) -> bool:
    """One hands on what one has a stake in; the desk also what the hub wrote."""
    return not giver or giver in stakes.get(name, ()) or (giver in _DESK_ORGANISATIONS and not world.authors.get(name))


def _words(consent: Json) -> Iterator[tuple[str, str, str]]:
    rule = {coding["code"] for coding in consent.get("policyRule", {}).get("coding", ())}
    provision = consent.get("provision", {})
    parties = [actor["reference"]["reference"] for actor in provision.get("actor", ())] or ["*"]
    named = [coding["code"] for coding in provision.get("class", ())] or ["*"]
    for effect, code in (("permit", "OPTIN"), ("deny", "OPTOUT")):
        if code in rule:
            yield from ((effect, party, section) for party in parties for section in named)


def _is_intake(task: Json) -> bool:
    return any(coding.get("code") == "intake" for coding in task.get("code", {}).get("coding", ()))


def _holds(period: Json, now: datetime, before: timedelta = timedelta(0), after: timedelta = timedelta(0)) -> bool:
    start, end = period.get("start"), period.get("end")
    return (start is None or _moment(start, now) - before <= now) and (end is None or now < _moment(end, now) + after)


def _moment(text: str, like: datetime) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=like.tzinfo)


def _level(cell: str | Mapping[str, Any]) -> str:
    return cell if isinstance(cell, str) else str(cell["level"])


def _shown(section: str, cell: str | Mapping[str, Any]) -> set[str]:
    if _level(cell) in ("read", "write"):
        return _all_places(section)
    if _level(cell) == "summary" and not isinstance(cell, str):
        return {f"{section}.{extract}" for extract in cell["shows"]}
    return set()


@cache
def _bits() -> dict[str, int]:
    return dict(load_sections().bits)


def _names(mask: int) -> list[str]:
    return [name for name, bit in _bits().items() if mask & bit]


def _all_places(section: str) -> set[str]:
    return {name for name in _bits() if name.partition(".")[0] == section}
