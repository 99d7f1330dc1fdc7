"""A decision of the desk about a demand, as data: what is stored while it is held, and carried out once it is told."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum


class DecisionKind(StrEnum):
    """What may be decided, by the codes of the form (`docs/contract.md`)."""

    ACCEPT = "accepter"
    ORIENT = "orienter"
    ASK = "demander"
    REFUSE = "refuser"


@dataclass(frozen=True)
class CriterionAnswer:
    """The answer to one criterion: `oui`, `non` or `inconnu`, and what it rests on."""

    criterion: str
    answer: str
    evidence: str = ""


@dataclass(frozen=True)
class Decision:
    """One decision.

    accept: `manager`, the Practitioner who becomes the person's case manager; or `rank` on the waiting list, with `reason`.
    orient: `services`, the Organizations that are asked, and `text_sender`, which is their instruction.
    ask: `asked`, the party that is asked (an Organization or the Patient), and `question`.
    refuse: `reason`, a code of `hub.triage.criteria`; `label`, its words; `text_sender` and `text_person`.
    `criteria`: the answers to the criteria of version `criteria_version`."""

    kind: DecisionKind
    manager: str = ""
    rank: int = 0
    services: tuple[str, ...] = ()
    asked: str = ""
    question: str = ""
    reason: str = ""
    label: str = ""
    text_sender: str = ""
    text_person: str = ""
    criteria: tuple[CriterionAnswer, ...] = ()
    criteria_version: str = ""

    def dump(self) -> str:
        """Return the decision as JSON, without what it does not say."""
        return json.dumps({name: value for name, value in asdict(self).items() if value}, ensure_ascii=False)


def load_decision(text: str) -> Decision:
    """Return the decision that `dump` wrote."""
    values = json.loads(text)
    values["kind"] = DecisionKind(values["kind"])
    values["services"] = tuple(values.get("services", ()))
    values["criteria"] = tuple(CriterionAnswer(**answer) for answer in values.get("criteria", ()))
    return Decision(**values)
