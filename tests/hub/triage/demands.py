"""A demand of the hospital that waits with the desk, and the colleagues who decide about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fhir_profiles import codes
from hub.domain.desk.criteria import YES, load_criteria
from hub.domain.desk.decisions import CriterionAnswer, Decision, DecisionKind
from hub.fhir import loads
from hub.record.repository.desk import DeskRecord
from tests.colleagues import Colleague, add_colleague
from tests.territory import PERSON, Territory, request, settle_territory, task

CHU, DAC, SAAD, SSIAD = (f"Organization/{name}" for name in ("chu", "dac", "saad", "ssiad"))
AGENT, MANAGER = (DAC, "guichet"), (DAC, "gestionnaire")
DEMAND = "Task/demande"
INTAKE = {"coding": [{"system": codes.TASK_CODE, "code": "fulfill"}, {"system": codes.HUB_TASK, "code": "intake"}]}
MET = tuple(CriterionAnswer(criterion.id, YES, "dit par le CHU") for criterion in load_criteria().criteria)


@dataclass(frozen=True)
class Desk:
    """The territory with one demand. `nadia` and `malo` are agents, `camille` is a case manager."""

    here: Territory
    nadia: Colleague
    malo: Colleague
    camille: Colleague

    @property
    def store(self) -> Any:
        return self.here.store

    def open(self, colleague: Colleague | None = None, context: tuple[str, str] = AGENT) -> DeskRecord:
        """The record as a colleague of the desk sees it: Nadia's without another."""
        return DeskRecord(self.store, (colleague or self.nadia).build_actor(*context), "https://hub.example/fhir")

    def read(self, role: str, name: str = DEMAND) -> dict[str, Any]:
        """What `role` reads of a resource."""
        body = self.here.open(role).read(name).body
        resource: dict[str, Any] = loads(body, size=len(body))
        return resource

    def get_version(self, name: str = DEMAND) -> str:
        return self.open().read(name).version

    def accept(self, **elements: Any) -> Decision:
        return Decision(DecisionKind.ACCEPT, **{"manager": self.camille.practitioner, "criteria": MET, **elements})

    def pass_minutes(self, minutes: float) -> None:
        self.here.pass_time(int(minutes * 60_000_000))


def settle_desk(store: Any) -> Desk:
    """Write the demand, with its draft plan, as a message would."""
    here = settle_territory(store)
    nadia, malo = (add_colleague(here, name, AGENT) for name in ("nadia", "malo"))
    camille = add_colleague(here, "camille", MANAGER)
    add_demand(here)
    here.pass_time()
    return Desk(here, nadia, malo, camille)


def add_demand(here: Territory, name: str = "demande", person: str = PERSON, **elements: Any) -> str:
    """Write a demand of the hospital about a person; its Task."""
    subject = {"reference": person}
    plan = {"resourceType": "CarePlan", "id": f"plan-{name}", "status": "draft", "intent": "plan", "subject": subject}
    here.write(request(f"r-{name}", subject=subject), by=CHU)
    here.write(plan, by=DAC)
    asked = task(
        name, DAC, f"ServiceRequest/r-{name}", CHU, code=INTAKE, basedOn=[{"reference": f"CarePlan/plan-{name}"}]
    )
    return here.write(asked | {"for": subject} | elements, by=CHU)


def refuse(**elements: Any) -> Decision:
    texts = {"reason": "territoire", "text_sender": "Voyez le DAC voisin.", "text_person": "Nous vous avons orientée."}
    return Decision(DecisionKind.REFUSE, **{**texts, **elements})
