"""Real messages that their adapter can read, through the rest of the pipeline: each is a demand or a notice."""

from collections import Counter

import pytest

from adapters.fhir.referral import read as read_fhir
from adapters.hl7v2.adapter import read as read_hl7v2
from hub.domain.errors import HubError
from hub.domain.referral.message import Referral
from tests.r4 import needs_data, shared_data

# Enough of them to meet what senders do; the adapters' own tests read all.
MOST = 60
READERS = {
    "hosp_clinicien": (read_hl7v2, "hl7v2/**/*.*"),
    "medecin_traitant": (read_fhir, "*/**/*.json"),
}


def demands(read, pattern):
    """The files under `pattern` that `read` takes for a demand, one for each name that they give themselves."""
    found = {}
    for path in sorted(shared_data().glob(pattern)):
        raw = path.read_bytes()
        if b"ServiceRequest" not in raw and b"|REF^" not in raw and b"|OMG^" not in raw:
            continue
        try:
            message = read(raw)
        except HubError:
            continue
        if isinstance(message, Referral):
            found.setdefault(message.header.message_id, raw)
    return list(found.values())[:MOST]


@needs_data
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", READERS)
def test_every_real_demand_is_taken(intake, role):
    sent = demands(*READERS[role])
    for raw in sent:
        intake.send(role, raw)
    assert sent
    assert [row["cause"] for row in intake.rows("dead")] == []
    assert Counter(row["state"] for row in intake.rows()) == {"admitted": len(sent)}
