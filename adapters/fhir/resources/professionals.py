"""References to those who act → Professional: requester, performer, médecin traitant, services already in place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

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
    services: list[Professional] = []
    for entry in library.list_entries("CareTeam"):
        if not subject.owns(entry):
            continue
        node = library.use(entry)
        for participant in node.children("participant"):
            kinds = participant.children("role")
            roles = dt.read_concepts(kinds)
            member = participant.child("member")
            service = read_professional(library, member, entry, _get_function(roles))
            if service is None:
                participant.forget()
                continue
            if service.profession is None and roles:
                services.append(replace(service, profession=roles[0]))
                kinds = kinds[1:]
            else:
                services.append(service)
            for kind in kinds:
                kind.forget()
    return tuple(services)


def read_professional(
    library: Library, reference: Node | None, within: Entry, function: str, targets: frozenset[str] = _MEMBERS
) -> Professional | None:
    """Read the professional that a reference points to, or its display and identifier when the target is not in the
    message.

    None, and not read, when it is empty or when its target is none of `targets` (the person herself, a relative, a
    device)."""
    if reference is None:
        return None
    target = library.resolve(reference, within)
    if target is None:
        return _read_reference_alone(reference, function)
    reader = _READERS[target.type] if target.type in targets else None
    if reader is None:
        reference.forget()
        return None
    return reader(library, target, function)


def _read_role(library: Library, entry: Entry, function: str) -> Professional:
    node = _open_active(library, entry)
    practitioner = read_professional(library, node.child("practitioner"), entry, function, _PEOPLE) or Professional(
        function
    )
    organisation = read_professional(
        library, node.child("organization"), entry, function, _ORGANISATIONS
    ) or Professional(function)
    kinds = node.children("code") + node.children("specialty")
    codes = dt.read_concepts(kinds[:1])
    return Professional(
        function,
        names=practitioner.names,
        identifiers=practitioner.identifiers + dt.read_identifiers(node.children("identifier")),
        profession=next(iter(codes), practitioner.profession),
        # A reference whose target stayed behind has its words only: those of `organization` name an organisation.
        organisation=organisation.organisation or next((name.family for name in organisation.names), ""),
        organisation_identifiers=organisation.organisation_identifiers or organisation.identifiers,
        telecoms=_join(dt.read_telecoms(node.children("telecom")), practitioner.telecoms, organisation.telecoms),
        addresses=_join(practitioner.addresses, organisation.addresses),
    )


def _read_practitioner(library: Library, entry: Entry, function: str) -> Professional:
    node = _open_active(library, entry)
    skills = [concept for item in node.children("qualification")[:1] if (concept := item.child("code")) is not None]
    return Professional(
        function,
        names=dt.read_names(node.children("name")),
        identifiers=dt.read_identifiers(node.children("identifier")),
        profession=next(iter(dt.read_concepts(skills)), None),
        telecoms=dt.read_telecoms(node.children("telecom")),
        addresses=dt.read_addresses(node.children("address")),
    )


def _read_service(library: Library, entry: Entry, function: str) -> Professional:
    node = _open_active(library, entry)
    provider = read_professional(library, node.child("providedBy"), entry, function, _ORGANISATIONS) or Professional(
        function
    )
    name = node.text("name")
    if name and provider.organisation:
        node.leave("name")
    return replace(provider, organisation=provider.organisation or name)


def _read_organisation(library: Library, entry: Entry, function: str) -> Professional:
    node = _open_active(library, entry)
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
        reference.forget()
        return None
    if kind in ("Organization", "HealthcareService") or (identifier and identifier.kind in ("FINESS", "SIRET")):
        return Professional(function, organisation=display, organisation_identifiers=identifiers)
    return Professional(function, names=(Name(display),) if display else (), identifiers=identifiers)


def _open_active(library: Library, entry: Entry) -> Node:
    node = library.use(entry)
    if node.peek("active") is True:
        node.ignore("active")
    return node


def _join(*lists: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(item for items in lists for item in items))


def _get_function(roles: tuple[Code, ...]) -> str:
    codes = {role.code for role in roles}
    if codes & {"MT", "PCP"}:
        return "primary"
    return "referent" if codes & _CARE_MANAGERS else IN_PLACE


_READERS = {
    "PractitionerRole": _read_role,
    "Practitioner": _read_practitioner,
    "Organization": _read_organisation,
    "HealthcareService": _read_service,
}
