"""Coverage → Cover; Consent → Agreement (R4 `coverage`, `consent`; `docs/domain.md` §5.5 for what the desk asks)."""

from __future__ import annotations

from adapters.fhir import datatypes as dt
from adapters.fhir.bundle import Entry, Library
from adapters.fhir.demand import Subject
from adapters.fhir.node import Node
from hub.domain.referral import Agreement, Code, Cover

_LEFT_OUT = frozenset({"cancelled", "draft", "entered-in-error", "inactive", "proposed", "rejected"})
_POLICIES = {"OPTIN": "permit", "OPTINR": "permit", "OPTOUT": "deny", "OPTOUTE": "deny"}  # v3-ActCode


def covers(library: Library, subject: Subject) -> tuple[Cover, ...]:
    """The Coverages that are active."""
    found = []
    for entry in library.of("Coverage"):
        if subject.owns(entry) and (node := _active(library, entry)) is not None:
            node.ignore("policyHolder", "subscriber", "beneficiary", "dependent", "relationship", "order", "network")
            start, end = dt.period(node.child("period"))
            payors = [_payor(library, payor, entry) for payor in node.children("payor")]
            found.append(
                Cover(
                    payor=", ".join(name for name in payors if name),
                    kind=dt.concept(node.child("type")),
                    subscriber_id=node.text("subscriberId"),
                    group=_group(node),
                    start=start,
                    end=end,
                    identifiers=dt.identifiers(node.children("identifier")),
                )
            )
    return tuple(found)


def agreements(library: Library, subject: Subject) -> tuple[Agreement, ...]:
    """The Consents that are active and say yes or no. A yes with exceptions is neither: the desk is told to ask."""
    found = []
    for entry in library.of("Consent"):
        if subject.owns(entry) and (node := _active(library, entry)) is not None:
            node.ignore("identifier", "category", "patient", "organization", "sourceAttachment", "sourceReference")
            decision = _decision(node)
            scope = dt.concept(node.child("scope"))
            by = [performer.text("display") for performer in node.children("performer")]
            if decision:
                of = "sharing" if scope is not None and scope.code == "patient-privacy" else "referral"
                found.append(Agreement(decision, of, node.date("dateTime"), ", ".join(name for name in by if name)))
            else:
                node.reading.aside("Consent.provision")
    return tuple(found)


def _active(library: Library, entry: Entry) -> Node | None:
    node = library.use(entry)
    if node.text("status") in _LEFT_OUT:
        node.reading.leave(node)
        return None
    return node


def _decision(node: Node) -> str:
    provision, rule = node.child("provision"), node.child("policyRule")
    if provision is not None and (own := provision.coded("type", ("permit", "deny"))):
        return "" if own == "permit" and provision.children("provision") else own
    node.ignore("policy")
    codes = [dt.coding(item).code for item in rule.children("coding")] if rule is not None else []
    return next((_POLICIES[code] for code in codes if code in _POLICIES), "")


def _payor(library: Library, reference: Node, within: Entry) -> str:
    target = library.resolve(reference, within)
    if target is None or target.type != "Organization":
        return reference.text("display")
    return library.use(target).text("name")


def _group(node: Node) -> str:
    for item in node.children("class"):
        kind = dt.concept(item.child("type")) or Code()
        item.ignore("name", "value")
        if kind.code == "group":
            return item.text("value")
    return ""
