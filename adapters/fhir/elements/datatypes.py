"""R4 datatypes → the hub's own classes (https://hl7.org/fhir/R4/datatypes.html; French systems: `docs/domain.md` §2.8)."""

from __future__ import annotations

from adapters.fhir.elements.node import Node
from hub.domain.referral.datatypes import Address, Code, Identifier, Name, Telecom

# What the identifier's own system says of its kind; it wins over the declared type. Only its OID makes an INS
# (`docs/domain.md` §2.8): a type INS-NIR without it is a NIR.
_BY_SYSTEM = {
    **dict.fromkeys([f"urn:oid:1.2.250.1.213.1.4.{n}" for n in (8, 9, 10, 11)], "INS"),
    "https://rpps.esante.gouv.fr": "RPPS",
    "urn:oid:1.2.250.1.71.4.2.1": "IDNPS",
    "https://adeli.esante.gouv.fr": "ADELI",
    "https://finess.esante.gouv.fr": "FINESS",
    "http://finess.esante.gouv.fr": "FINESS",
    "https://sirene.fr": "SIRET",
}
_BY_TYPE = {
    "INS-NIR": "NIR", "INS-NIA": "XX", "INS": "NIR", "NH": "NIR", "NIR": "NIR", "PI": "PI", "MR": "PI",
    "AN": "AN", "VN": "VN", "PLAC": "PLAC", "FILL": "FILL", "RPPS": "RPPS", "IDNPS": "IDNPS", "ADELI": "ADELI",
    "FINEG": "FINESS", "FINEJ": "FINESS", "FINESS": "FINESS", "SIRET": "SIRET",
}  # fmt: skip
_NAME_USE = {"official": "official", "maiden": "official", "usual": "usual", "temp": "usual", "": "usual"}
_TELECOM_SYSTEM = {"phone": "phone", "sms": "phone", "pager": "phone", "fax": "fax", "email": "email"}
_ADDRESS_USE = {"home": "home", "work": "work", "temp": "temp", "old": "old", "billing": "home", "": "home"}
_TELECOM_USE = frozenset({"home", "work", "temp", "old", "mobile"})


def read_concept(node: Node | None) -> Code | None:
    """CodeableConcept → Code: the coding that the sender's user selected, else the first. None when it has neither code
    nor text."""
    if node is None:
        return None
    codings = node.children("coding")
    chosen = next((item for item in codings if item.json.get("userSelected") is True), codings[0] if codings else None)
    code = read_coding(chosen) if chosen is not None else Code()
    text = node.text("text") or code.text
    return Code(code.code, code.system, text) if code.code or text else None


def read_concepts(nodes: list[Node]) -> tuple[Code, ...]:
    """CodeableConcepts → Codes, without the empty ones."""
    return tuple(code for code in map(read_concept, nodes) if code is not None)


def read_coding(node: Node) -> Code:
    """Coding → Code."""
    return Code(node.text("code"), node.text("system"), node.text("display"))


def read_identifier(node: Node | None, system: str = "") -> Identifier | None:
    """Identifier → Identifier; `system` is used where the sender gave none. None without a value."""
    if node is None:
        return None
    node.ignore("use", "period", "type")
    value, own_system = node.text("value"), node.text("system")
    kind = _BY_SYSTEM.get(own_system) or _get_kind(node)
    assigner = node.child("assigner")
    name = assigner.text("display") if assigner is not None else ""
    if assigner is not None:
        assigner.ignore("reference", "identifier")
    return Identifier(value, kind, own_system or system, name) if value else None


def read_identifiers(nodes: list[Node]) -> tuple[Identifier, ...]:
    """Read the identifiers that have a value."""
    return tuple(identifier for identifier in map(read_identifier, nodes) if identifier is not None)


def read_names(nodes: list[Node]) -> tuple[Name, ...]:
    """Read HumanNames. `maiden` is a birth identity; nicknames and former names are unread. A name given as a text only
    is kept whole as the family name, because where to cut it is unknown."""
    names = []
    for node in nodes:
        use = _NAME_USE.get(node.text("use"))
        node.ignore("period", "suffix", "text")
        if use is None:
            node.ignore("family", "given", "prefix")
            node.reading.set_aside(node.name)
            continue
        family = node.text("family")
        given_names = _read_given(node)
        if not family and not given_names:
            family = node.text("text")
        if family or given_names:
            names.append(Name(family, given_names, use, " ".join(node.texts("prefix"))))
    return tuple(names)


def read_addresses(nodes: list[Node]) -> tuple[Address, ...]:
    """Read the addresses that are not empty."""
    addresses = (read_address(node) for node in nodes)
    return tuple(item for item in addresses if item != Address(use=item.use))


def read_address(node: Node, use: str = "") -> Address:
    """Address → Address; the text is the line when there are neither lines nor city. French communes have their INSEE
    code."""
    node.ignore("type", "period", "state", "district")
    own_use = node.code("use", _ADDRESS_USE)
    lines, insee = node.texts("line"), node.extension("fr-core-address-insee-code", "inseeCode")
    code = read_coding(coding) if insee is not None and (coding := insee.child("valueCoding")) is not None else Code()
    city, postal_code = node.text("city"), node.text("postalCode")
    if not lines and not city and (text := node.text("text")):
        lines = (text,)
    return Address(lines, postal_code, city, node.text("country"), code.code, use or _ADDRESS_USE[own_use])


def read_telecoms(nodes: list[Node]) -> tuple[Telecom, ...]:
    """Read the ContactPoints that have a value."""
    telecoms = []
    for node in nodes:
        node.ignore("rank", "period")
        value, system, use = node.text("value"), node.text("system"), node.code("use", _TELECOM_USE)
        if value:
            telecoms.append(Telecom(value, _TELECOM_SYSTEM.get(system, "other"), use))
    return tuple(telecoms)


def read_period(node: Node | None) -> tuple[str, str]:
    """Period → (start, end), "" where open."""
    return (node.date("start"), node.date("end")) if node is not None else ("", "")


def read_notes(nodes: list[Node]) -> tuple[str, ...]:
    """Read the texts of Annotations; their authors and times are in the message as received."""
    for node in nodes:
        node.ignore("authorString", "authorReference", "time")
    return tuple(text for text in (node.text("text") for node in nodes) if text)


def _get_kind(node: Node) -> str:
    declared = node.child("type")
    if declared is None:
        return "XX"
    declared.ignore("text")
    codes = [item.code for item in map(read_coding, declared.children("coding"))]
    return next((_BY_TYPE[code] for code in codes if code in _BY_TYPE), "XX")


def _read_given(node: Node) -> tuple[str, ...]:
    """Read the given names: all those of the birth certificate when FR Core's list is there, the first one as sent, then
    the rest."""
    given_names = node.texts("given")
    extension = node.extension("fr-core-patient-birth-list-given-name", "birth-list-given-name")
    listed = extension.text("valueString") if extension is not None else ""
    if not listed:
        return given_names
    first = given_names[:1] if given_names and listed.casefold().startswith(given_names[0].casefold()) else ()
    rest = listed[len(first[0]) :] if first else listed
    return first + tuple(rest.replace(",", " ").split())
