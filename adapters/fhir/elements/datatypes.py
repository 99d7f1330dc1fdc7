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
_TELECOM_SYSTEMS = frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"})
_ADDRESS_USE = {"home": "home", "work": "work", "temp": "temp", "old": "old", "billing": "billing", "": "home"}
_TELECOM_USE = frozenset({"home", "work", "temp", "old", "mobile"})


def read_concept(node: Node | None) -> Code | None:
    """CodeableConcept → Code: its codings in order and its text. None when it has neither code nor text."""
    if node is None:
        return None
    codings = [(item, read_coding(item)) for item in node.children("coding")]
    codes = tuple(code for _, code in codings if code.code)
    first = codes[0] if codes else Code()
    text = node.text("text") or first.text
    for item, code in codings:
        if not code.code:
            # Words without a code are the text, if there is no other.
            if text or not code.text:
                item.forget()
            text = text or code.text
    if not first.code and not text:
        return None
    display = first.text if first.text != text else ""
    return Code(first.code, first.system, text, others=codes[1:], display=display)


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
    value, own_system = node.text("value"), node.text("system")
    if not value:
        node.forget()
        return None
    if node.peek("use") in ("official", "usual"):
        node.ignore("use")
    if own_system in _BY_SYSTEM:
        node.ignore("type")
    kind = _BY_SYSTEM.get(own_system) or _get_kind(node)
    assigner = node.child("assigner")
    name = assigner.text("display") if assigner is not None else ""
    start, end = read_period(node.child("period"))
    return Identifier(value, kind, own_system or system, name, start, end)


def read_identifiers(nodes: list[Node]) -> tuple[Identifier, ...]:
    """Read the identifiers that have a value."""
    return tuple(identifier for identifier in map(read_identifier, nodes) if identifier is not None)


def read_names(nodes: list[Node]) -> tuple[Name, ...]:
    """Read HumanNames. `maiden` is a birth identity; nicknames and former names are not read. A name given as a text only is kept
    whole as the family name, because where to cut it is unknown."""
    names = []
    for node in nodes:
        own_use = node.peek("use")
        use = _NAME_USE.get(own_use) if isinstance(own_use, str) else _NAME_USE[""]
        if use is None:
            continue
        node.text("use")
        family = node.text("family")
        given_names, text = _read_given(node), node.text("text")
        prefix, suffixes = " ".join(node.texts("prefix")), node.texts("suffix")
        parts = " ".join((prefix, *given_names, family, *suffixes)).casefold().split()
        if not family and not given_names:
            family = text
        elif not set(text.casefold().split()) <= set(parts):
            node.leave("text")
        if family or given_names:
            names.append(Name(family, given_names, use, prefix, suffixes))
        else:
            node.forget()
    return tuple(names)


def read_addresses(nodes: list[Node]) -> tuple[Address, ...]:
    """Read the addresses that are not empty."""
    addresses = (read_address(node) for node in nodes)
    return tuple(item for item in addresses if item != Address(use=item.use))


def read_address(node: Node, use: str = "") -> Address:
    """Address → Address; the text is the line when there are neither lines nor city. French communes have their INSEE
    code."""
    own_use = node.code("use", _ADDRESS_USE)
    lines, insee = node.texts("line"), node.extension("fr-core-address-insee-code", "inseeCode")
    code = read_coding(coding) if insee is not None and (coding := insee.child("valueCoding")) is not None else Code()
    city, postal_code, state, country = (node.text(key) for key in ("city", "postalCode", "state", "country"))
    words = " ".join((*lines, postal_code, city, state, country)).casefold().replace(",", " ").split()
    text = node.text("text")
    if not lines and not city:
        lines = (text,) if text else ()
    elif not set(text.casefold().replace(",", " ").split()) <= set(words):
        node.leave("text")
    return Address(lines, postal_code, city, country, code.code, use or _ADDRESS_USE[own_use], state)


def read_telecoms(nodes: list[Node]) -> tuple[Telecom, ...]:
    """Read the ContactPoints that have a value. A number for short messages is a telephone."""
    telecoms = []
    for node in nodes:
        value, system, use = node.text("value"), node.text("system"), node.code("use", _TELECOM_USE)
        if system not in _TELECOM_SYSTEMS or system == "sms":
            node.leave("system")
        if value:
            system = "phone" if system == "sms" else system
            telecoms.append(Telecom(value, system if system in _TELECOM_SYSTEMS else "other", use))
        else:
            node.forget()
    return tuple(telecoms)


def read_period(node: Node | None) -> tuple[str, str]:
    """Period → (start, end), "" where open."""
    return (node.date("start"), node.date("end")) if node is not None else ("", "")


def read_notes(nodes: list[Node]) -> tuple[str, ...]:
    """Read the texts of Annotations."""
    return tuple(text for text in (node.text("text") for node in nodes) if text)


def _get_kind(node: Node) -> str:
    declared = node.child("type")
    if declared is None:
        return "XX"
    codes = [item.code for item in map(read_coding, declared.children("coding"))]
    kind = next((_BY_TYPE[code] for code in codes if code in _BY_TYPE), "")
    if kind:
        declared.text("text")
    else:
        node.leave("type")
    return kind or "XX"


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
