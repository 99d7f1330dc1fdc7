"""References to those who act → Professional: requester, performer, médecin traitant, services already in place."""

from __future__ import annotations

from dataclasses import replace

from adapters.fhir.elements import datatypes as dt
from adapters.fhir.elements.node import Node
from adapters.fhir.resources.bundle import Entry, Library
from adapters.fhir.resources.demand import Demand, Subject
from hub.domain.referral.datatypes import Code, Name
from hub.domain.referral.people import Professional

IN_PLACE = "in-place"
_CARE_MANAGERS = frozenset({"304", "305", "309", "330"})  # TRE_R85 roles that hold a plan (`docs/domain.md` §2.8)
_MEMBERS = frozenset({"PractitionerRole", "Practitioner", "Organization", "HealthcareService"})

_PEOPLE, _ORGANISATIONS = frozenset({"Practitioner"}), frozenset({"Organization"})


def read_professionals(library: Library, subject: Subject, demand: Demand) -> tuple[Professional, ...]:
    """Read the requester, the performers and the médecin traitant; where the ServiceRequest names none, the Task does."""
    request, task = demand.request, demand.task
    requester = request.node.child("requester")
    performers = request.node.children("performer")
    references = [(requester, request, "requester"), *((node, request, "referred-to") for node in performers)]
    if task is not None:
        asker, owner = task.node.child("requester"), task.node.child("owner")
        references += [(asker, task, "requester")] if requester is None else []
        references += [(owner, task, "referred-to")] if not performers else []
    if subject.entry is not None:
        general = subject.entry.node.children("generalPractitioner")
        references += [(node, subject.entry, "primary") for node in general]
    return tuple(
        p for node, at, function in references if (p := read_professional(library, node, at, function)) is not None
    )


def read_services_in_place(library: Library, subject: Subject) -> tuple[Professional, ...]:
    """Read the participants of the person's CareTeams who are neither the person nor a relative."""
    services = []
    for entry in library.list_entries("CareTeam"):
        if not subject.owns(entry):
            continue
        node = library.use(entry)
        node.ignore(
            "identifier", "status", "category", "name", "subject", "encounter", "period", "managingOrganization"
        )
        for participant in node.children("participant"):
            participant.ignore("period", "onBehalfOf")
            roles = dt.read_concepts(participant.children("role"))
            member = participant.child("member")
            target = library.resolve(member, entry)
            if target is None or target.type in _MEMBERS:
                services.append(_add_profession(read_professional(library, member, entry, _get_function(roles)), roles))
    return tuple(item for item in services if item is not None)


def read_professional(
    library: Library, reference: Node | None, within: Entry, function: str, targets: frozenset[str] = _MEMBERS
) -> Professional | None:
    """Read the professional that a reference points to, or its display and identifier when the target is not in the
    message.

    None, and unread, when it is empty or when its target is none of `targets` (the person herself, a relative, a
    device)."""
    if reference is None:
        return None
    target = library.resolve(reference, within)
    if target is None:
        return _read_reference_alone(reference, function)
    reader = _READERS[target.type] if target.type in targets else None
    if reader is None:
        reference.reading.set_aside(reference.name)
        return None
    return reader(library, target, function)


def _read_role(library: Library, entry: Entry, function: str) -> Professional:
    node = library.use(entry)
    node.ignore("active", "period", "location", "healthcareService", "availableTime")
    practitioner = read_professional(library, node.child("practitioner"), entry, function, _PEOPLE) or Professional(
        function
    )
    organisation = read_professional(
        library, node.child("organization"), entry, function, _ORGANISATIONS
    ) or Professional(function)
    codes = dt.read_concepts(node.children("code")) + dt.read_concepts(node.children("specialty"))
    return Professional(
        function,
        names=practitioner.names,
        identifiers=practitioner.identifiers + dt.read_identifiers(node.children("identifier")),
        profession=next(iter(codes), practitioner.profession),
        # A reference whose target stayed behind has its words only: those of `organization` name an organisation.
        organisation=organisation.organisation or next((name.family for name in organisation.names), ""),
        organisation_identifiers=organisation.organisation_identifiers or organisation.identifiers,
        telecoms=dt.read_telecoms(node.children("telecom")) or practitioner.telecoms or organisation.telecoms,
        addresses=practitioner.addresses or organisation.addresses,
    )


def _read_practitioner(library: Library, entry: Entry, function: str) -> Professional:
    node = library.use(entry)
    node.ignore("active", "gender", "birthDate", "photo", "communication")
    skills = [concept for item in node.children("qualification") if (concept := item.child("code")) is not None]
    return Professional(
        function,
        names=dt.read_names(node.children("name")),
        identifiers=dt.read_identifiers(node.children("identifier")),
        profession=next(iter(dt.read_concepts(skills)), None),
        telecoms=dt.read_telecoms(node.children("telecom")),
        addresses=dt.read_addresses(node.children("address")),
    )


def _read_service(library: Library, entry: Entry, function: str) -> Professional:
    node = library.use(entry)
    node.ignore("active", "type", "category", "specialty")
    provider = read_professional(library, node.child("providedBy"), entry, function, _ORGANISATIONS) or Professional(
        function
    )
    return replace(provider, organisation=node.text("name") or provider.organisation)


def _read_organisation(library: Library, entry: Entry, function: str) -> Professional:
    node = library.use(entry)
    node.ignore("active", "type", "alias", "partOf", "contact", "endpoint")
    return Professional(
        function,
        organisation=node.text("name"),
        organisation_identifiers=dt.read_identifiers(node.children("identifier")),
        telecoms=dt.read_telecoms(node.children("telecom")),
        addresses=dt.read_addresses(node.children("address")),
    )


def _read_reference_alone(reference: Node, function: str) -> Professional | None:
    display, identifier = reference.text("display"), dt.read_identifier(reference.child("identifier"))
    kind = reference.text("type") or reference.text("reference").partition("?")[0].partition("/")[0]
    identifiers = (identifier,) if identifier is not None else ()
    if not display and not identifiers:
        reference.reading.set_aside(reference.name)
        return None
    if kind in ("Organization", "HealthcareService") or (identifier and identifier.kind in ("FINESS", "SIRET")):
        return Professional(function, organisation=display, organisation_identifiers=identifiers)
    return Professional(function, names=(Name(display),) if display else (), identifiers=identifiers)


def _get_function(roles: tuple[Code, ...]) -> str:
    codes = {role.code for role in roles}
    if codes & {"MT", "PCP"}:
        return "primary"
    return "referent" if codes & _CARE_MANAGERS else IN_PLACE


def _add_profession(professional: Professional | None, roles: tuple[Code, ...]) -> Professional | None:
    if professional is None or professional.profession is not None or not roles:
        return professional
    return replace(professional, profession=roles[0])


_READERS = {
    "PractitionerRole": _read_role,
    "Practitioner": _read_practitioner,
    "Organization": _read_organisation,
    "HealthcareService": _read_service,
}
