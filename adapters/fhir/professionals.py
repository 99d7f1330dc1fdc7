"""References to those who act → Professional: requester, performer, médecin traitant, services already in place."""

from __future__ import annotations

from dataclasses import replace

from adapters.fhir import datatypes as dt
from adapters.fhir.bundle import Entry, Library
from adapters.fhir.demand import Demand, Subject
from adapters.fhir.node import Node
from hub.domain.referral import Code, Name, Professional

IN_PLACE = "in-place"
_CARE_MANAGERS = frozenset({"304", "305", "309", "330"})  # TRE_R85 roles that hold a plan (`docs/domain.md` §2.8)
_MEMBERS = frozenset({"PractitionerRole", "Practitioner", "Organization", "HealthcareService"})

_PEOPLE, _HOUSES = frozenset({"Practitioner"}), frozenset({"Organization"})


def professionals(library: Library, subject: Subject, demand: Demand) -> tuple[Professional, ...]:
    """Who asks, who is asked, and the médecin traitant; the Task answers where the ServiceRequest is silent."""
    request, task = demand.request, demand.task
    requester = request.node.child("requester")
    performers = request.node.children("performer")
    found = [(requester, request, "requester"), *((node, request, "referred-to") for node in performers)]
    if task is not None:
        asked, owner = task.node.child("requester"), task.node.child("owner")
        found += [(asked, task, "requester")] if requester is None else []
        found += [(owner, task, "referred-to")] if not performers else []
    if subject.entry is not None:
        general = subject.entry.node.children("generalPractitioner")
        found += [(node, subject.entry, "primary") for node in general]
    return tuple(p for node, at, function in found if (p := professional(library, node, at, function)) is not None)


def services_in_place(library: Library, subject: Subject) -> tuple[Professional, ...]:
    """The participants of the person's CareTeams who are neither the person nor a relative."""
    found = []
    for entry in library.of("CareTeam"):
        if not subject.owns(entry):
            continue
        node = library.use(entry)
        node.ignore(
            "identifier", "status", "category", "name", "subject", "encounter", "period", "managingOrganization"
        )
        for participant in node.children("participant"):
            participant.ignore("period", "onBehalfOf")
            roles = dt.concepts(participant.children("role"))
            member = participant.child("member")
            target = library.resolve(member, entry)
            if target is None or target.type in _MEMBERS:
                found.append(_participant(professional(library, member, entry, _function(roles)), roles))
    return tuple(item for item in found if item is not None)


def professional(
    library: Library, reference: Node | None, within: Entry, function: str, targets: frozenset[str] = _MEMBERS
) -> Professional | None:
    """Whom a reference names; from its display and identifier when its target is not in the message. None, and
    unread, when it says nothing or when its target is none of `targets` (the person herself, a relative, a device)."""
    if reference is None:
        return None
    target = library.resolve(reference, within)
    if target is None:
        return _by_words(reference, function)
    reader = _READERS[target.type] if target.type in targets else None
    if reader is None:
        reference.reading.aside(reference.name)
        return None
    return reader(library, target, function)


def _of_role(library: Library, entry: Entry, function: str) -> Professional:
    node = library.use(entry)
    node.ignore("active", "period", "location", "healthcareService", "availableTime")
    one = professional(library, node.child("practitioner"), entry, function, _PEOPLE) or Professional(function)
    house = professional(library, node.child("organization"), entry, function, _HOUSES) or Professional(function)
    codes = dt.concepts(node.children("code")) + dt.concepts(node.children("specialty"))
    return Professional(
        function,
        names=one.names,
        identifiers=one.identifiers + dt.identifiers(node.children("identifier")),
        profession=next(iter(codes), one.profession),
        # A reference whose target stayed behind has its words only: those of `organization` name an organisation.
        organisation=house.organisation or next((name.family for name in house.names), ""),
        organisation_identifiers=house.organisation_identifiers or house.identifiers,
        telecoms=dt.telecoms(node.children("telecom")) or one.telecoms or house.telecoms,
        addresses=one.addresses or house.addresses,
    )


def _of_practitioner(library: Library, entry: Entry, function: str) -> Professional:
    node = library.use(entry)
    node.ignore("active", "gender", "birthDate", "photo", "communication")
    skills = [concept for item in node.children("qualification") if (concept := item.child("code")) is not None]
    return Professional(
        function,
        names=dt.names(node.children("name")),
        identifiers=dt.identifiers(node.children("identifier")),
        profession=next(iter(dt.concepts(skills)), None),
        telecoms=dt.telecoms(node.children("telecom")),
        addresses=dt.addresses(node.children("address")),
    )


def _of_service(library: Library, entry: Entry, function: str) -> Professional:
    node = library.use(entry)
    node.ignore("active", "type", "category", "specialty")
    provider = professional(library, node.child("providedBy"), entry, function, _HOUSES) or Professional(function)
    return replace(provider, organisation=node.text("name") or provider.organisation)


def _of_organisation(library: Library, entry: Entry, function: str) -> Professional:
    node = library.use(entry)
    node.ignore("active", "type", "alias", "partOf", "contact", "endpoint")
    return Professional(
        function,
        organisation=node.text("name"),
        organisation_identifiers=dt.identifiers(node.children("identifier")),
        telecoms=dt.telecoms(node.children("telecom")),
        addresses=dt.addresses(node.children("address")),
    )


def _by_words(reference: Node, function: str) -> Professional | None:
    display, identifier = reference.text("display"), dt.identifier(reference.child("identifier"))
    kind = reference.text("type") or reference.text("reference").partition("?")[0].partition("/")[0]
    found = (identifier,) if identifier is not None else ()
    if not display and not found:
        reference.reading.aside(reference.name)
        return None
    if kind in ("Organization", "HealthcareService") or (identifier and identifier.kind in ("FINESS", "SIRET")):
        return Professional(function, organisation=display, organisation_identifiers=found)
    return Professional(function, names=(Name(display),) if display else (), identifiers=found)


def _function(roles: tuple[Code, ...]) -> str:
    codes = {role.code for role in roles}
    if codes & {"MT", "PCP"}:
        return "primary"
    return "referent" if codes & _CARE_MANAGERS else IN_PLACE


def _participant(found: Professional | None, roles: tuple[Code, ...]) -> Professional | None:
    if found is None or found.profession is not None or not roles:
        return found
    return replace(found, profession=roles[0])


_READERS = {
    "PractitionerRole": _of_role,
    "Practitioner": _of_practitioner,
    "Organization": _of_organisation,
    "HealthcareService": _of_service,
}
