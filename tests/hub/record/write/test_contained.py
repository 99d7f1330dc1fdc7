"""Contained resources of which a writer sees some (`docs/parts.md` 10)."""

import json

from tests.hub.slices.test_contained import CONTAINED, list_references_inside
from tests.territory import PERSON, settle_territory

DIAGNOSIS, HOUSE = CONTAINED[2] | {"id": "a"}, CONTAINED[0] | {"id": "a"}


def read_plan(here, role):
    return json.loads(here.open(role).read("CarePlan/plan").body)


def edit_plan(here, role, **elements):
    current = here.open(role).read("CarePlan/plan")
    here.open(role).edit("CarePlan/plan", json.loads(current.body) | elements, current.version)


def test_an_id_that_a_hidden_one_has_takes_nothing_away(store):
    """The centre contains its diagnosis under the id that the case manager, who does not see it, gives to a house."""
    here = settle_territory(store)
    here.join_circle("gestionnaire", "psy_cmp", "medecin_traitant")
    plan = {"resourceType": "CarePlan", "id": "plan", "status": "active", "intent": "plan"}
    here.write(plan | {"subject": {"reference": PERSON}}, by="Organization/dac")
    here.pass_time()
    pointing = {"addresses": [{"reference": "#a"}]}
    edit_plan(here, "psy_cmp", contained=[DIAGNOSIS], **pointing)
    here.pass_time()
    assert "contained" not in read_plan(here, "gestionnaire")
    edit_plan(here, "gestionnaire", contained=[HOUSE], contributor=[{"reference": "#a"}])
    seen = read_plan(here, "gestionnaire")
    assert (seen["contained"], seen["contributor"], "addresses" in seen) == ([HOUSE], [{"reference": "#a"}], False)
    whole = read_plan(here, "medecin_traitant")
    assert sorted(inner["resourceType"] for inner in whole["contained"]) == ["Condition", "Organization"]
    assert sorted(list_references_inside(whole)) == sorted(f"#{inner['id']}" for inner in whole["contained"])
