"""Candidates for a match: of those that the actor sees, by what it sees of them."""

from __future__ import annotations

from hub.record.read.match_candidates import MOST_ALIKE
from hub.record.read.slice import Slice
from tests.territory import PERSON, Territory, statements
from tests.traces import traces


def found(here: Territory, role: str, *, family: str = "", day: str = "", number: str = "") -> list[str]:
    kept = here.open(role).match([family] if family else [], [day] if day else [], [number] if number else [], list)
    return [one.name for one in kept]


def test_one_trait_in_common_is_enough(here: Territory) -> None:
    here.join_circle("medecin_traitant")
    assert found(here, "medecin_traitant", family="naissance") == [PERSON]
    assert found(here, "medecin_traitant", day="1938-02-03") == [PERSON]
    assert found(here, "medecin_traitant", number="000000000000097") == [PERSON]
    assert found(here, "medecin_traitant", number="0000000001") == [PERSON]
    assert found(here, "medecin_traitant", family="Naissan", day="1938-03-02", number="97") == []


def test_nobody_is_found_by_what_is_not_seen(here: Territory) -> None:
    here.join_circle("saad")
    assert found(here, "saad", family="Fictive") == [PERSON]
    assert found(here, "saad", family="NAISSANCE", day="1938-02-03", number="000000000000097") == []
    for trait in ({"family": "Fictive"}, {"day": "1938-02-03"}, {"number": "0000000001"}):
        assert found(here, "medecin_traitant", **trait) == []


def test_those_who_share_most_come_first_and_there_is_an_end(here: Territory) -> None:
    here.join_circle("medecin_traitant")
    others = [
        {"resourceType": "Patient", "id": f"p{rank:02}", "name": [{"use": "usual", "family": "Fictive"}]}
        for rank in range(MOST_ALIKE + 5)
    ]
    teams = [
        {
            "resourceType": "CareTeam",
            "id": one["id"],
            "status": "active",
            "subject": {"reference": f"Patient/{one['id']}"},
            "participant": [{"member": {"reference": "Organization/cabinet"}}],
        }
        for one in others
    ]
    here.write(*others, *teams)
    names = found(here, "medecin_traitant", family="Fictive", day="1938-02-03")
    assert names[0] == PERSON
    assert len(names) == MOST_ALIKE


def test_the_trace_names_those_who_were_kept_alone(here: Territory) -> None:
    here.join_circle("medecin_traitant")

    def nobody(candidates: list[Slice]) -> list[Slice]:
        assert [one.name for one in candidates] == [PERSON]
        return []

    with statements(here.store) as said:
        assert here.open("medecin_traitant").match(["Fictive"], [], [], nobody) == []
    assert len(said) == 3
    assert [row.shown for row in traces(here.store) if row.action == "match"] == [""]
