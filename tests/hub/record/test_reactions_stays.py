import json

from tests.territory import PARTY_OF, PERSON, settle_territory, stay


def test_a_hospital_tells_of_its_own_stays_and_nobody_lets_another_in(store):
    territory = settle_territory(store)
    hospital, cabinet = PARTY_OF["hosp_clinicien"], PARTY_OF["medecin_traitant"]

    def seen():
        found = territory.open("hosp_clinicien").search("Patient", [("_id", PERSON.partition("/")[2])]).slices
        return {element for one in found for element in json.loads(one.body)}

    territory.write(stay("dit-par-un-autre", "2026-11-20"), by=cabinet)
    assert "birthDate" not in seen()
    territory.write(stay("dit-par-lui", "2026-11-20"), by=hospital)
    assert "birthDate" in seen()
