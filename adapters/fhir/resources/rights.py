"""Coverage → Cover; Consent → Agreement (R4 `coverage`, `consent`; `docs/domain.md` §5.5 for what the desk asks)."""

from __future__ import annotations

from typing import Any

from adapters.fhir.elements import datatypes as dt
from adapters.fhir.elements.node import Node
from adapters.fhir.resources.bundle import Entry, Library
from adapters.fhir.resources.demand import Subject
from hub.domain.referral.datatypes import Code
from hub.domain.referral.message import Agreement, Cover

_LEFT_OUT = frozenset({"cancelled", "draft", "entered-in-error", "inactive", "proposed", "rejected"})
_POLICIES = {"OPTIN": "permit", "OPTINR": "permit", "OPTOUT": "deny", "OPTOUTE": "deny"}  # v3-ActCode


def read_covers(library: Library, subject: Subject) -> tuple[Cover, ...]:
    """Read the Coverages that are active."""
    covers = []
    for entry in library.list_entries("Coverage"):
        if subject.owns(entry) and (node := _open_active(library, entry)) is not None:
            start, end = dt.read_period(node.child("period"))
            payors = [_read_payor(library, payor, entry) for payor in node.children("payor")]
            covers.append(
                Cover(
                    payor=", ".join(name for name in payors if name),
                    kind=dt.read_concept(node.child("type")),
                    subscriber_id=node.text("subscriberId"),
                    **_read_classes(node),
                    start=start,
                    end=end,
                    identifiers=dt.read_identifiers(node.children("identifier")),
                    relationship=dt.read_concept(node.child("relationship")),
                    rank=node.number("order"),
                )
            )
    return tuple(covers)


def read_agreements(library: Library, subject: Subject) -> tuple[Agreement, ...]:
    """Read the Consents that are active and permit or deny. One that permits with exceptions is not read: the desk has it in
    words, and the answer names it."""
    agreements = []
    for entry in library.list_entries("Consent"):
        if subject.owns(entry) and (node := _open_active(library, entry)) is not None:
            decision = _read_decision(node)
            scope = dt.read_concept(node.child("scope"))
            by = [performer.text("display") for performer in node.children("performer")]
            node.leave("scope")
            if decision:
                purpose = "sharing" if scope is not None and scope.code == "patient-privacy" else "referral"
                agreements.append(
                    Agreement(decision, purpose, node.date("dateTime"), ", ".join(name for name in by if name))
                )
            else:
                node.forget()
                node.reading.warn("unread", node.where)
    return tuple(agreements)


def _open_active(library: Library, entry: Entry) -> Node | None:
    node = library.use(entry)
    if node.text("status") in _LEFT_OUT:
        library.take_back(entry)
        return None
    return node


def _read_decision(node: Node) -> str:
    provision, rule = node.child("provision"), node.child("policyRule")
    if provision is not None and (own_type := provision.code("type", ("permit", "deny"))):
        return "" if own_type == "permit" and provision.children("provision") else own_type
    codes = [dt.read_coding(item).code for item in rule.children("coding")] if rule is not None else []
    return next((_POLICIES[code] for code in codes if code in _POLICIES), "")


def _read_payor(library: Library, reference: Node, within: Entry) -> str:
    target = library.resolve(reference, within)
    if target is None or target.type != "Organization":
        return reference.text("display")
    return library.use(target).text("name")


def _read_classes(node: Node) -> dict[str, Any]:
    """Return the group and the plan; any other class is not read."""
    classes: dict[str, Any] = {}
    for item in node.children("class"):
        kind = dt.read_concept(item.child("type")) or Code()
        if kind.code == "group" and "group" not in classes:
            classes |= {"group": item.text("value"), "group_name": item.text("name")}
        elif kind.code == "plan" and "plan" not in classes:
            classes["plan"] = Code(item.text("value"), text=item.text("name"))
        else:
            item.forget()
            continue
        kind_node = item.child("type")
        for coding in kind_node.children("coding")[1:] if kind_node is not None else ():
            coding.forget()
    return classes
