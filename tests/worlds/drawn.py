"""Cases drawn at random, evenly, from a seed: the same seed gives the same case on every machine.

Not Hypothesis's own draws: these clump (many examples are variations of few), and a run of thirty programs an actor must
reach each kind of request. A case that fails is made small by `smallest`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

from hub.policy import roles, writable
from hub.record.search.parameters import PARAMETERS, Parameter
from hub.slices.reach import places_of_type
from tests.worlds.changes import EDITS, Change
from tests.worlds.made import KINDS, WIDENING, made
from tests.worlds.pool import UPDATED, Pool, pool, search_values, targets
from tests.worlds.programs import TWEAKS, Case, Step
from tests.worlds.scene import PARTIES, SITUATIONS

ABSENT = "absent-000"
_KEYS = ("a-1", "a-2", "m-1", "m-2", "z-1", "z-2")
_ORGANISATIONS = tuple(sorted(party for party in PARTIES if party.startswith("Organization/")))
_CODES = ("F31", "I20", "F20.0", "psychiatric-safety", "zz")
_MODIFIERS = {"token": ("", "", "", ":not"), "string": ("", ":exact", ":contains"), "reference": ("",), "date": ("",)}

Pair = tuple[str, str]


class Draw(Random):
    """Chance, and the names that the changes of the case are about: half of what is asked about hidden things aims there."""

    aims: tuple[str, ...] = ()


def drawn(seed: int, party: str, role: str) -> Case:
    """The case number `seed` of an actor: the situations in turn, one in four past HTTP."""
    draw = Draw(f"{party} {role} {seed}")
    known = pool(SITUATIONS[seed % len(SITUATIONS)], party, role)
    changes = tuple(_change(draw, known) for _ in range(draw.randint(3, 8)))
    draw.aims = tuple(change.name for change in changes)
    return Case(
        known.situation, party, role,
        door=draw.choice(("http", "http", "http", "record")),
        pace=draw.choice((1_000, 1_000, 0, 0.001)),
        changes=changes,
        steps=tuple(_step(draw, known) for _ in range(draw.randint(3, 8))),
    )  # fmt: skip


def smallest(case: Case, fails: Callable[[Case], bool]) -> Case:
    """A part of `case` that still fails, of which no smaller part does."""
    for part in case.smaller():
        if fails(part):
            return smallest(part, fails)
    return case


def _change(draw: Draw, known: Pool) -> Change:
    slot = draw.choice((0, 0, *range(7)))
    match draw.choice(("edit", "edit", "edit", "add", "add", "recode", "void") if known.dark else ("add",)):
        case "edit":
            name, word = draw.choice(known.dark_items if known.dark_items and draw.random() < 0.6 else known.dark)
            return Change(slot, draw.choice(EDITS), name, word, (draw.choice(("front", "before", "end")),))
        case "recode":
            coded = [name for name in known.names if name.startswith(("Condition/", "Observation/"))]
            return Change(slot, "recode", draw.choice(coded), "", (draw.choice(_CODES),))
        case "void":
            return Change(slot, "void", draw.choice(known.hidden or known.names))
    kind, word = draw.choice(KINDS), f"hq{draw.randrange(10_000):04d}z"
    more = (kind, draw.choice(_ORGANISATIONS), _owner(draw), _target(draw, known))
    key = draw.choice(_KEYS)
    found = made(kind, key, word, *more[1:])
    return Change(slot, "add", f"{found['resourceType']}/{key}", word, more)


def _owner(draw: Draw) -> str:
    return draw.choice((*_ORGANISATIONS, "Organization/cmp", "RelatedPerson/fille"))


def _target(draw: Draw, known: Pool) -> str:
    """Something to point to: seen, hidden or absent."""
    likely = [n for n in known.names if n.startswith(("ServiceRequest/", "Condition/", "Task/", "DocumentReference/"))]
    return draw.choice((*likely, *known.names, *(draw.aims * 20), f"Condition/{ABSENT}", f"ServiceRequest/{ABSENT}"))


def _step(draw: Draw, known: Pool) -> Step:
    match draw.choice(
        ("read", "history", "vread", "search", "search", "search", "create", "edit", "edit", "blind", "transact", "raw")
    ):
        case "read" | "history" as kind:
            return Step(kind, _some(draw, known))
        case "vread":
            return Step("vread", _some(draw, known), (), (str(draw.randrange(40)),))
        case "create" | "transact" as kind:
            return Step(kind, "", (), _making(draw, known))
        case "edit":
            name = draw.choice(_editable(known) or known.seen or known.names)
            return Step("edit", name, (), (draw.choice(tuple(TWEAKS)), str(draw.randrange(40))))
        case "blind":
            return Step("blind", _some(draw, known), (), _making(draw, known))
        case "raw":
            kind = draw.choice(("head", "none-match", "compartment", "post", "batch"))
            person = draw.choice(("Patient/jeanne", "Patient/jeanne", "Patient/inconnue", f"Patient/{ABSENT}"))
            return Step("raw", _some(draw, known), _search(draw, known).pairs, (kind, person))
    return _search(draw, known)


def _some(draw: Draw, known: Pool) -> str:
    """A name to ask for: what is seen in part first."""
    likely = (*known.partial, *known.partial, *known.seen)
    if likely and draw.random() < 0.5:
        return draw.choice(likely)
    if draw.aims and draw.random() < 0.5:
        return draw.choice(draw.aims)
    return draw.choice((*known.names, f"Condition/{ABSENT}", f"Task/{ABSENT}"))


def _making(draw: Draw, known: Pool) -> tuple[str, str, str, str]:
    word = f"mot{draw.randrange(1000)}"
    if draw.random() < 0.7 and known.seen:
        owner = known.party if draw.random() < 0.5 else _owner(draw)
        return draw.choice(_likely_kinds(known.role)), word, owner, draw.choice(known.seen)
    return draw.choice(_OFFERED), word, _owner(draw), _target(draw, known)


_OFFERED = tuple(kind for kind in KINDS if kind not in WIDENING and kind != "proposed-team")


@cache
def _likely_kinds(role: str) -> tuple[str, ...]:
    types = {
        kind: made(kind, "x", "", "Organization/dac", "Organization/dac", "Condition/x")["resourceType"]
        for kind in _OFFERED
    }
    return tuple(kind for kind, found in types.items() if _writes(role, found)) or _OFFERED


def _writes(role: str, resource_type: str) -> bool:
    """Whether a role could ever write a type: what it sends is then judged further than its first word."""
    return bool(writable(roles()[role]) & places_of_type(resource_type))


@cache
def _editable(known: Pool) -> tuple[str, ...]:
    """What an actor may perhaps change; never what gives rights."""
    kinds = {name: name.partition("/")[0] for name in known.seen}
    rights = {"Consent", "CareTeam", "Encounter"}
    return tuple(name for name, kind in kinds.items() if kind not in rights and _writes(known.role, kind))


def _search(draw: Draw, known: Pool) -> Step:
    if draw.random() < 0.15:
        return _listing(draw)
    resource_type = draw.choice(known.types)
    conditions = [_condition(draw, known, resource_type) for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 3)))]
    shapes = dict(_shape(draw, resource_type) for _ in range(draw.choice((0, 0, 1, 2))))
    return Step("search", resource_type, (*conditions, *shapes.items()))


def _listing(draw: Draw) -> Step:
    """A worklist, page by page: the hot searches have a road of their own."""
    resource_type, by = draw.choice((("Task", "owner"), ("ServiceRequest", "requester")))
    status = (("status", draw.choice(("requested", "in-progress", "active"))),) if draw.random() < 0.3 else ()
    return Step("search", resource_type, ((by, draw.choice(_ORGANISATIONS)), *status, ("_count", draw.choice("123"))))


def _condition(draw: Draw, known: Pool, resource_type: str) -> Pair:
    found = draw.choice(("id", "updated", "simple", "simple", "simple", "missing", "chain", "chain", "reverse"))
    chains = _chains(known.situation, resource_type) if found == "chain" else ()
    reverse = _reverse(known.situation, resource_type) if found == "reverse" else ()
    if chains or reverse:
        return draw.choice(chains or reverse)
    if found == "missing" and PARAMETERS[resource_type]:
        return f"{draw.choice(sorted(PARAMETERS[resource_type]))}:missing", draw.choice(("true", "false"))
    if found == "updated":
        return "_lastUpdated", draw.choice(UPDATED)
    by_name = _values(known.situation, resource_type)
    if found == "id" or not by_name:
        ids = [name.partition("/")[2] for name in (*known.names, *draw.aims) if name.startswith(f"{resource_type}/")]
        return "_id", ",".join(draw.choice((*ids, ABSENT)) for _ in range(draw.randint(1, 4)))
    parameter, asked = by_name[draw.choice(sorted(by_name))]
    return parameter.name + draw.choice(_MODIFIERS[parameter.kind]), draw.choice(asked)


@cache
def _values(situation: str, resource_type: str) -> dict[str, tuple[Parameter, tuple[str, ...]]]:
    known = search_values(situation)[resource_type]
    return {one.name: (one, tuple(value for other, value in known if other == one)) for one, _ in known}


@cache
def _chains(situation: str, resource_type: str) -> tuple[Pair, ...]:
    """Chains of one and two hops to values that stand somewhere."""
    known = search_values(situation)
    found: list[Pair] = []
    for via in (p for p in PARAMETERS[resource_type].values() if p.kind == "reference"):
        for target in targets(resource_type, via):
            for inner, value in known[target][::3]:
                found.append((f"{via.name}:{target}.{inner.name}", value))
                if inner.kind == "reference" and value.startswith(("Patient/", "ServiceRequest/")):
                    deeper = value.partition("/")[0]
                    last = [
                        (f"{via.name}:{target}.{inner.name}:{deeper}.{p.name}", asked)
                        for p, asked in known[deeper][::7]
                    ]
                    found += last
    return tuple(dict.fromkeys(found))


@cache
def _reverse(situation: str, resource_type: str) -> tuple[Pair, ...]:
    """`_has` by every type that points here."""
    found: list[Pair] = []
    for source, parameters in PARAMETERS.items():
        for via in (p for p in parameters.values() if p.kind == "reference"):
            if resource_type in targets(source, via):
                known = search_values(situation)[source][::2]
                found += [(f"_has:{source}:{via.name}:{p.name}", value) for p, value in known]
    return tuple(dict.fromkeys(found))


def _shape(draw: Draw, resource_type: str) -> Pair:
    parameters = PARAMETERS[resource_type].values()
    sortable = ["_id", "_lastUpdated", *(p.name for p in parameters if p.kind != "reference")]
    includes = [f"{resource_type}:{p.name}" for p in parameters if p.kind == "reference"]
    match draw.choice(("count", "count", "sort", "sort", "total", "summary", "include", "include")):
        case "count":
            return "_count", draw.choice(("1", "2", "3", "5"))
        case "sort":
            return "_sort", draw.choice(("", "-")) + draw.choice(sortable)
        case "include" if includes:
            return "_include", draw.choice(includes)
        case "summary":
            return "_summary", "count"
    return "_total", "accurate"
