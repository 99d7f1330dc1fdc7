"""The verdict on a message, and its ERR segments.

Source: HL7 v2.5 §2.9.2.1 (AA, AE, AR), §2.15.5 (ERR), tables 0357 and 0516; HL7 v2.4 §2.16.4 (ERR before v2.5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapters.hl7v2.header import TYPES, read_message_type, read_version
from adapters.hl7v2.syntax.delimiters import escape
from adapters.hl7v2.syntax.er7 import Er7
from hub.domain.errors import Conflict, HubError, Malformed, Problem
from hub.domain.messages import get_text

CONDITIONS = {
    "malformed": ("100", "Segment sequence error"),
    "hl7-not-a-segment": ("100", "Segment sequence error"),
    "hl7-several-messages": ("100", "Segment sequence error"),
    "several-persons": ("100", "Segment sequence error"),
    "required-missing": ("101", "Required field missing"),
    "bad-date": ("102", "Data type error"),
    "bad-attachment": ("102", "Data type error"),
    "hl7-charset": ("102", "Data type error"),
    "hl7-delimiters": ("102", "Data type error"),
    "hl7-order-control": ("103", "Table value not found"),
    "unsupported-type": ("200", "Unsupported message type"),
    "hl7-processing-id": ("202", "Unsupported processing id"),
    "hl7-version": ("203", "Unsupported version id"),
    "message-id-reused": ("205", "Duplicate key identifier"),
    "implausible-date": ("102", "Data type error"),
    "unknown-code": ("103", "Table value not found"),
    "unread": ("0", "Message accepted"),
    "kept-in-message": ("0", "Message accepted"),
}
"""Code of the catalogue → table 0357. Any other is 207, an error of the application."""
_REJECTED = ("unsupported-type", "hl7-version")
_UNSUPPORTED_EVENT = ("201", "Unsupported event code")
_OTHER = ("207", "Application internal error")
_PLACE = re.compile(r"(?P<segment>[A-Z][A-Z0-9]{2})(?:\[(?P<rank>[0-9]+)\])?(?:-(?P<field>[0-9]+))?")


@dataclass(frozen=True)
class Verdict:
    """What the hub answers to a message.

    `code`: AA, AE (an error in it), AR (refused as it is). `problems`: why it is refused, or warnings.
    `reference`: our identifier of the demand, for RF1-11.
    `referral_status`: R or P, for RF1-1; "" for none."""

    code: str
    problems: tuple[Problem, ...] = ()
    reference: str = ""
    referral_status: str = ""


def build_refusal(error: HubError) -> Verdict:
    """Return the verdict of an error: AR when the message cannot be taken at all (unreadable; a type or version not taken
    here: §2.9.2.1; another message under a known MSH-10), AE when something in it can be corrected."""
    rejected = isinstance(error, Malformed | Conflict) or any(problem.code in _REJECTED for problem in error.problems)
    # Of a message id that is known, or a desk that is not there yet, the demand may be pending: no status is said.
    status = "" if isinstance(error, Conflict) else "R"
    return Verdict("AR" if rejected else "AE", error.problems, referral_status=status)


def write_errs(message: Er7, verdict: Verdict) -> list[list[str]]:
    """ERR: before v2.5, 1 (ELD) repeats; since then, one segment a problem: 2 place, 3 condition, 4 severity, 5 our own
    code, 8 text."""
    if not verdict.problems:
        return []
    if read_version(message) < (2, 5):
        return [["ERR", message.syntax.repetition.join(_write_eld(message, problem) for problem in verdict.problems)]]
    severity = "W" if verdict.code == "AA" else "E"
    return [_write_err(message, problem, severity) for problem in verdict.problems]


def _write_err(message: Er7, problem: Problem, severity: str) -> list[str]:
    syntax = message.syntax
    number, name = _get_condition(message, problem)
    condition = syntax.component.join((number, name, "HL70357"))
    location = syntax.component.join(_get_location(problem)).rstrip(syntax.component)
    sentence = escape(_get_sentence(message, problem), syntax)
    return ["ERR", "", location, condition, severity, escape(problem.code, syntax), "", "", sentence]


def _write_eld(message: Er7, problem: Problem) -> str:
    syntax = message.syntax
    condition = syntax.subcomponent.join((*_get_condition(message, problem), "HL70357"))
    return syntax.component.join((*_get_location(problem), condition))


def _get_condition(message: Er7, problem: Problem) -> tuple[str, str]:
    if problem.code == "unsupported-type" and read_message_type(message)[0] in TYPES:
        return _UNSUPPORTED_EVENT
    return CONDITIONS.get(problem.code, _OTHER)


def _get_location(problem: Problem) -> tuple[str, str, str]:
    """Return a place as segment, number and field (ERL and ELD begin alike)."""
    match = _PLACE.fullmatch(problem.where)
    return (match["segment"], match["rank"] or "1", match["field"] or "") if match else ("", "", "")


def _get_sentence(message: Er7, problem: Problem) -> str:
    """Return the sentence of the catalogue, in French for a sender whose MSH-17 or MSH-19 is French and who declares a
    charset."""
    msh = message.first("MSH")
    french = msh.text(18) and (msh.text(17).upper() in ("FRA", "FR") or msh.text(19).upper().startswith("FR"))
    return get_text(problem.code, "fr" if french else "en").replace("’", "'")  # ISO 8859-15 has no curly apostrophe
