"""Cases drawn at random, evenly, from a seed: the same seed gives the same case on every machine.

Not Hypothesis's own draws: these clump (many examples are variations of few), and a run of thirty programs an actor must
reach each kind of request. A case that fails is made small by `smallest`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from random import Random

from hub.domain.policy import get_writable_places
from hub.domain.roles import load_roles
from hub.record.search.index.parameter import Parameter
from hub.record.search.index.parameters import PARAMETERS
from hub.record.search.query.parser import SORTED
from hub.slices.placement.reach import get_type_places
from tests.worlds.changes import EDITS, Change, is_hidden
from tests.worlds.made import KINDS, WIDENING, made
from tests.worlds.messages import draw_message
from tests.worlds.operations import OPERATIONS
from tests.worlds.pool import UPDATED, Pool, found_by, pool, search_values, targets
from tests.worlds.programs import TWEAKS, Case, Step
from tests.worlds.scene import PARTIES, SITUATIONS
from tests.worlds.twin import base

ABSENT = "absent-000"
_KEYS = ("a-1", "a-2", "m-1", "m-2", "z-1", "z-2")
_OPENERS = (
    ("Organization/cabinet", "medecin_traitant"),
    ("Organization/cmp", "psy_cmp"),
    ("Organization/ssiad", "ssiad"),
)
_SENDERS = (
    ("Organization/chu", "hosp_clinicien"),
    ("Organization/cabinet", "medecin_traitant"),
    ("Organization/dehors", "saad"),
    ("Organization/ccas", "ccas"),
)
_ORGANISATIONS = tuple(sorted(party for party in PARTIES if party.startswith("Organization/")))
_OF_JOURNAL = (
    *(
        ("_count", "1"),
        ("_total", "accurate"),
        ("_sort", "date"),
        ("action:not", "E"),
        ("_include", "AuditEvent:agent"),
    ),
    *(
        ("agent", "Organization/cmp"),
        ("agent", "Organization/cabinet"),
        ("date", "ge2026-11-21"),
        ("_summary", "count"),
    ),
)
_CODES = ("F31", "I20", "F20.0", "psychiatric-safety", "zz")
_LISTED = ("dark-task", "dark-request", "dark-task", "dark-request")
_MODIFIERS = {
    "token": ("", "", "", ":not"), "string": ("", ":exact", ":contains"), "reference": ("",), "date": ("",),
    "uri": ("", ":below", ":above"), "canonical": ("",), "quantity": ("",),
}  # fmt: skip

Pair = tuple[str, str]


class Draw(Random):
    """Chance, and the changes of the case: half of what is asked about hidden things aims there."""

    changes: tuple[Change, ...] = ()

    @property
    def aims(self) -> tuple[str, ...]:
        return tuple(change.name for change in self.changes)


def drawn(seed: int, party: str, role: str) -> Case:
    """The case number `seed` of an actor: the situations in turn, one in four past HTTP."""
    draw = Draw(f"{party} {role} {seed}")
    known = pool(SITUATIONS[seed % len(SITUATIONS)], party, role)
    draw.changes = tuple(_hidden_change(draw, known) for _ in range(draw.randint(2, 6)))
    return Case(
        known.situation, party, role,
        door=draw.choice(("http", "http", "http", "record")),
        pace=draw.choice((1_000, 1_000, 1, 10)),
        changes=draw.changes,
        steps=tuple(_step(draw, known) for _ in range(draw.randint(3, 8))) + _asked_last(draw),
    )  # fmt: skip


def searching(seed: int, party: str, role: str) -> Case:
    """`drawn`, with nothing but searches, aimed at what happens behind the actor's back."""
    case = drawn(seed, party, role)
    draw = Draw(f"searching {party} {role} {seed}")
    draw.changes = case.changes
    known = pool(case.situation, party, role)
    return replace(case, steps=(*(_search(draw, known) for _ in range(8)), *_through(draw, known)))


def acting(seed: int, party: str, role: str) -> Case:
    """`drawn`, with an actor who acts and then asks, and with others who send and decide behind its back."""
    case = drawn(seed, party, role)
    draw = Draw(f"acting {party} {role} {seed}")
    draw.changes = case.changes[:3]
    changes = (*draw.changes, *(_behind(draw, party, case.situation) for _ in range(draw.randint(2, 5))))
    known = pool(case.situation, party, role)
    steps: list[Step] = []
    for _ in range(draw.randint(3, 7)):
        steps += (_act(draw, known), Step("ask", "", (), (str(draw.randrange(1000)), "4")))
        if draw.random() < 0.2:
            steps.append(_step(draw, known))
    if seed % 20 == 0:
        # The whole list of questions.
        steps.append(Step("ask", "", (), ("0", "0")))
    return replace(case, changes=changes, steps=tuple(steps))


def _behind(draw: Draw, party: str, situation: str) -> Change:
    """Something that others do by messages, before one of the steps."""
    slot = draw.choice((0, 0, 0, 1, 2, 3, 4, 6))
    match draw.choice(("message", "message", "message", "message", "decide", "merge")):
        case "decide":
            return Change(slot, "decide", "", "motif", (str(draw.randrange(10)), draw.choice(("accepted", "rejected"))))
        case "merge":
            return Change(slot, "merge", situation, "", (str(draw.randrange(10)), str(draw.randrange(10))))
    sender, sender_role = draw.choice([actor for actor in _SENDERS if actor[0] != party])
    return Change(slot, "message", "", "", (sender, sender_role, *draw_message(draw)))


def _act(draw: Draw, known: Pool) -> Step:
    tasks = [name for name in (*known.seen, *draw.aims) if name.startswith("Task/")] or [f"Task/{ABSENT}"]
    match draw.choice((*("send",) * 7, "take", "finish", "finish", "file", "subscribe")):
        case "take":
            return Step(
                "take", draw.choice(tasks), (), (draw.choice(("accepted", "received", "in-progress", "rejected")),)
            )
        case "finish":
            element = draw.choice(("focus", "partOf", "basedOn", "reasonReference", "input", "output"))
            ends = ("rejected", "completed", "cancelled", "failed", "in-progress")
            return Step("finish", _target(draw, known), (), (element, draw.choice(ends)))
        case "file":
            intakes = ("Task/intake-chu", "Task/intake-clinique", *tasks)
            section = draw.choice(("medical", "psychiatric", "social", "housing"))
            return Step("file", draw.choice(intakes), (), (section, str(draw.randrange(5))))
        case "subscribe":
            return Step("subscribe", "", (), (draw.choice(("task", "care-plan", "task")),))
    return Step("send", "", (), draw_message(draw))


def _through(draw: Draw, known: Pool) -> Iterator[Step]:
    """Chains that a change would move, from something that points to it."""
    for change in draw.changes:
        ways, moved = _leading_to(known.situation, change.name), _moved(known, change)
        if ways and moved:
            (source, via), (parameter, value) = draw.choice(ways), draw.choice(moved)
            name = f"{via}:{change.name.partition('/')[0]}.{parameter.name}"
            yield Step("search", source, ((name, value),))


def _moved(known: Pool, change: Change) -> list[tuple[Parameter, str]]:
    """By what the resource of a change could be found before it or after it, and not both."""
    before = base(known.situation).resources.get(change.name)
    after = change.after(base(known.situation).resources)
    found = (found_by(before) if before else set()) ^ (found_by(after) if after else set())
    return sorted(found, key=lambda pair: (pair[0].name, pair[1]))


def _asked_last(draw: Draw) -> tuple[Step, ...]:
    """The journal, where somebody was let to open what the actor may not see."""
    if not any(change.kind == "open" for change in draw.changes):
        return ()
    return (Step("search", "AuditEvent", (("patient", "Patient/jeanne"), draw.choice(_OF_JOURNAL))),)


def smallest(case: Case, fails: Callable[[Case], bool]) -> Case:
    """A part of `case` that still fails, of which no smaller part does."""
    for part in case.smaller():
        if fails(part):
            return smallest(part, fails)
    return case


def _hidden_change(draw: Draw, known: Pool) -> Change:
    """A change that is hidden at the start, if one comes up soon: it is judged again when it happens."""
    for _ in range(4):
        change = _change(draw, known)
        after = change.after(known.judge.world.resources)
        if after is not None and is_hidden(known.judge, change.name, after, change.author):
            break
    return change


def _change(draw: Draw, known: Pool) -> Change:
    slot = draw.choice((0, 0, 0, *range(6)))
    match draw.choice(
        ("edit", "edit", "edit", "add", "add", "add", "recode", "redate", "void", "open") if known.dark else ("add",)
    ):
        case "edit":
            name, word = draw.choice(known.dark_items if known.dark_items and draw.random() < 0.6 else known.dark)
            return Change(slot, draw.choice(EDITS), name, word, (draw.choice(("front", "before", "end")),))
        case "recode":
            coded = [name for name in known.names if name.startswith(("Condition/", "Observation/"))]
            return Change(slot, "recode", draw.choice(coded), "", (draw.choice(_CODES),))
        case "redate":
            tasks = [name for name in known.names if name.startswith("Task/")]
            return Change(slot, "redate", draw.choice(tasks), "", (draw.choice(("2026-11-01", "2026-11-30")),))
        case "open":
            return Change(slot, "open", draw.choice(known.hidden or known.names), "", draw.choice(_OPENERS))
        case "void":
            return Change(slot, "void", draw.choice(known.hidden or known.names))
    kind, word = draw.choice((*KINDS, *_LISTED)), f"hq{draw.randrange(10_000):04d}z"
    more = (kind, draw.choice(_ORGANISATIONS), _owner(draw), _target(draw, known))
    key = draw.choice(_KEYS)
    found = made(kind, key, word, *more[1:])
    return Change(slot, "add", f"{found['resourceType']}/{key}", word, more)


def _owner(draw: Draw) -> str:
    return draw.choice((*_ORGANISATIONS, "Organization/cmp", "RelatedPerson/fille"))


def _target(draw: Draw, known: Pool) -> str:
    """Something to point to: seen, hidden or absent; often what was added behind the actor's back."""
    added = [change.name for change in draw.changes if change.kind == "add"]
    if added and draw.random() < 0.5:
        return draw.choice(added)
    likely = [n for n in known.names if n.startswith(("ServiceRequest/", "Condition/", "Task/", "DocumentReference/"))]
    return draw.choice((*likely, *known.names, f"Condition/{ABSENT}", f"ServiceRequest/{ABSENT}"))


def _step(draw: Draw, known: Pool) -> Step:
    match draw.choice(
        (
            *(
                "read",
                *("history", "vread") * 2,
                *("search",) * 3,
                "journal",
                "create",
                "edit",
                "edit",
                "blind",
                "transact",
            ),
            *("raw", "past", "patch", "conditional"),
        )
    ):
        case "read" | "history" as kind:
            return Step(kind, _some(draw, known))
        case "journal":
            whose = draw.choice(
                ("Patient/jeanne", "Patient/jeanne", "Patient/jeanne", "Patient/inconnue", f"Patient/{ABSENT}")
            )
            return Step("search", "AuditEvent", (("patient", whose), draw.choice(_OF_JOURNAL)))
        case "vread":
            return Step("vread", _some(draw, known), (), (str(draw.randrange(40)),))
        case "create" | "transact" as kind:
            return Step(kind, "", (), _making(draw, known))
        case "past":
            pairs = draw.choice(((("_count", "1"),), (("_count", "2"),), (("_since", "2026-11-21"),), ()))
            return Step("past", draw.choice(known.types), pairs)
        case "patch":
            return _patch(draw, known)
        case "conditional":
            return _conditional(draw, known)
        case "edit":
            name = draw.choice(_editable(known) or known.seen or known.names)
            return Step("edit", name, (), (draw.choice(tuple(TWEAKS)), str(draw.randrange(40))))
        case "blind":
            name = draw.choice(draw.aims) if draw.random() < 0.6 else _some(draw, known)
            fitting = [kind for kind in _OFFERED if _type_of(kind) == name.partition("/")[0]]
            return Step("blind", name, (), (draw.choice(fitting or _OFFERED), *_making(draw, known)[1:]))
        case "raw":
            kind = draw.choice(("head", "none-match", "compartment", "post", "batch", "form", *OPERATIONS))
            person = draw.choice(("Patient/jeanne", "Patient/jeanne", "Patient/inconnue", f"Patient/{ABSENT}"))
            return Step("raw", _some(draw, known), _search(draw, known).pairs, (kind, person))
    return _search(draw, known)


# (path, value as JSON with a word to come)
_PLACES = (
    *(("/note/-", '{"text":"?"}'), ("/note", '[{"text":"?"}]'), ("/note/0", '{"text":"?"}'), ("/note/0/text", '"?"')),
    *(("/description", '"?"'), ("/title", '"?"'), ("/code/text", '"?"'), ("/identifier/0/value", '"?"')),
    *(("/name/0", '{"text":"?"}'), ("/activity/0", "{}"), ("/participant/0", "{}")),
)
_PATCHES = ("test", "add", "add", "add", "replace", "replace", "remove", "move", "copy", "test replace", "remove add")


def _patch(draw: Draw, known: Pool) -> Step:
    """Places that are written, that are hidden, and the end of a list that something hidden would make longer."""
    name = draw.choice(_editable(known) or known.names) if draw.random() < 0.5 else _some(draw, known)
    moved = [change.name for change in draw.changes if change.kind not in ("add", "void", "redate")]
    if moved and draw.random() < 0.5:
        name = draw.choice(moved)
        found = base(known.situation).resources[name]
        ends = [f"/{key}/{len(value)}" for key, value in found.items() if isinstance(value, list)]
        if ends:
            return Step("patch", name, (), (draw.choice(ends), '"x"', "remove"))
    word = draw.choice(known.dark)[1] if known.dark and draw.random() < 0.5 else "mot"
    path, value = draw.choice(_PLACES)
    return Step("patch", name, (), (path, value.replace("?", word), draw.choice(_PATCHES)))


def _conditional(draw: Draw, known: Pool) -> Step:
    """A condition that a change would meet, were it not hidden."""
    making = _making(draw, known)
    added = [change for change in draw.changes if change.kind == "add" and change.more[0] in _likely_kinds(known.role)]
    if added and draw.random() < 0.8:
        change = draw.choice(added)
        making = (change.more[0], *making[1:])
        ids = [change.name.partition("/")[2]]
    else:
        kind = f"{_type_of(making[0])}/"
        likely = [name.removeprefix(kind) for name in (*draw.aims, *known.names) if name.startswith(kind)]
        ids = [draw.choice((*likely, ABSENT)) for _ in range(draw.randint(1, 2))]
    return Step("conditional", "", (("_id", ",".join(ids)),), (draw.choice(("POST", "PUT")), *making))


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
    if draw.random() < 0.5 and known.seen:
        owner = known.party if draw.random() < 0.5 else _owner(draw)
        return draw.choice(_likely_kinds(known.role)), word, owner, draw.choice(known.seen)
    return draw.choice(_likely_kinds(known.role)), word, known.party, _target(draw, known)


_OFFERED = tuple(kind for kind in KINDS if kind not in WIDENING and kind != "proposed-team")


@cache
def _likely_kinds(role: str) -> tuple[str, ...]:
    return tuple(kind for kind in _OFFERED if _writes(role, _type_of(kind))) or _OFFERED


@cache
def _type_of(kind: str) -> str:
    return str(made(kind, "x", "", "Organization/dac", "Organization/dac", "Condition/x")["resourceType"])


def _writes(role: str, resource_type: str) -> bool:
    """Whether a role could ever write a type: what it sends is then judged further than its first word."""
    return bool(get_writable_places(load_roles()[role]) & get_type_places(resource_type))


@cache
def _editable(known: Pool) -> tuple[str, ...]:
    """What an actor may perhaps change; never what gives rights."""
    kinds = {name: name.partition("/")[0] for name in known.seen}
    rights = {"Consent", "CareTeam", "Encounter"}
    return tuple(name for name, kind in kinds.items() if kind not in rights and _writes(known.role, kind))


def _search(draw: Draw, known: Pool) -> Step:
    if draw.random() < 0.2:
        return _listing(draw)
    if draw.random() < 0.6:
        return _aimed(draw, known)
    resource_type = draw.choice(known.types)
    conditions = [_condition(draw, known, resource_type) for _ in range(draw.choice((0, 1, 1, 1, 2, 2, 3)))]
    shapes = dict(_shape(draw, resource_type) for _ in range(draw.choice((0, 0, 1, 2))))
    return Step("search", resource_type, (*conditions, *shapes.items()))


def _aimed(draw: Draw, known: Pool) -> Step:
    """A search whose answer a change would move, were it not hidden."""
    change, resources = draw.choice(draw.changes), base(known.situation).resources
    before, after = resources.get(change.name), change.after(resources)
    kind = change.name.partition("/")[0]
    moved = _moved(known, change)
    if not moved or draw.random() < 0.2:
        return Step("search", kind, (draw.choice((("_total", "accurate"), ("_summary", "count"))),))
    parameter, value = draw.choice(moved)
    if change.kind == "redate" and draw.random() < 0.5:
        # Titles that many see, in an order that the conduct, which few see, would give them.
        return Step("search", kind, (("_sort", draw.choice(("", "-")) + "period"),))
    match draw.choice(("simple", "simple", "missing", "sort", "sort", "has", "has", "has", "chain", "chain")):
        case "missing":
            return Step("search", kind, ((f"{parameter.name}:missing", draw.choice(("true", "false"))),))
        case "sort" if parameter.kind in SORTED and ":" not in parameter.name:
            return Step("search", kind, (("_sort", draw.choice(("", "-")) + parameter.name), ("_count", "3")))
        case "has":
            ways = sorted(
                {
                    (p.name, v.partition("/")[0])
                    for p, v in found_by(after or before or {})
                    if p.of_reference and "/" in v
                }
            )
            if ways:
                via, target = draw.choice(ways)
                return Step("search", target, ((f"_has:{kind}:{via}:{parameter.name}", value),))
        case "chain":
            ways = _leading_to(known.situation, change.name)
            if ways:
                source, via = draw.choice(ways)
                return Step("search", source, ((f"{via}:{kind}.{parameter.name}", value),))
    negated = ":not" if parameter.kind == "token" and ":" not in parameter.name and draw.random() < 0.3 else ""
    paged = (("_count", "1"),) if draw.random() < 0.5 else ()
    return Step("search", kind, ((parameter.name + negated, value), *paged))


@cache
def _leading_to(situation: str, name: str) -> list[Pair]:
    """(type, parameter) by which something points to `name`."""
    known = search_values(situation)
    return [(source, p.name) for source, found in known.items() for p, value in found if value == name]


def _listing(draw: Draw) -> Step:
    """A worklist, page by page: the hot searches have a road of their own."""
    listed = (("Task", "owner"), ("ServiceRequest", "requester"))
    added = [
        (change, way)
        for change in draw.changes
        for way in listed
        if change.kind == "add" and change.name.startswith(way[0])
    ]
    if added and draw.random() < 0.8:
        change, (resource_type, by) = draw.choice(added)
        _, author, owner, _ = change.more
        return Step("search", resource_type, ((by, owner if by == "owner" else author), ("_count", "1")))
    resource_type, by = draw.choice(listed)
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
    for via in (p for p in PARAMETERS[resource_type].values() if p.of_reference):
        for target in targets(resource_type, via):
            for inner, value in known[target][::3]:
                found.append((f"{via.name}:{target}.{inner.name}", value))
                if inner.of_reference and value.startswith(("Patient/", "ServiceRequest/")):
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
        for via in (p for p in parameters.values() if p.of_reference):
            if resource_type in targets(source, via):
                known = search_values(situation)[source][::2]
                found += [(f"_has:{source}:{via.name}:{p.name}", value) for p, value in known]
    return tuple(dict.fromkeys(found))


def _shape(draw: Draw, resource_type: str) -> Pair:
    parameters = PARAMETERS[resource_type].values()
    sortable = ["_id", "_lastUpdated", *(p.name for p in parameters if p.kind in SORTED)]
    includes = [f"{resource_type}:{p.name}" for p in parameters if p.of_reference]
    match draw.choice(
        ("count", "count", "sort", "sort", "total", "summary", "include", "include", "reverse", "reverse")
    ):
        case "count":
            return "_count", draw.choice(("1", "2", "3", "5"))
        case "sort":
            words = [draw.choice(("", "-")) + draw.choice(sortable) for _ in range(draw.choice((1, 1, 2, 3)))]
            return "_sort", ",".join(words)
        case "include" if includes:
            return "_include" + draw.choice(("", ":iterate")), draw.choice(includes)
        case "reverse" if pointing := _pointing_to(resource_type):
            return "_revinclude" + draw.choice(("", ":iterate")), draw.choice(pointing)
        case "summary":
            return "_summary", "count"
    return "_total", "accurate"


@cache
def _pointing_to(resource_type: str) -> tuple[str, ...]:
    """What `_revinclude` may name of every type that points here."""
    return tuple(
        f"{source}:{p.name}"
        for source, parameters in PARAMETERS.items()
        for p in parameters.values()
        if resource_type in targets(source, p)
    )
