"""HL7 v2: `ADAPTER` reads referrals (REF^I12, OMG^O19) and movements (ADT) and answers each with an ACK or RRI^I12.

`Read PID as Person: 7 birth date` in the docstring of a reader means that PID-7 becomes `Person.birth_date`
(`hub.domain.referral.message`).
"""

from adapters.hl7v2.adapter import Hl7v2Adapter

ADAPTER = Hl7v2Adapter()

__all__ = ["ADAPTER"]
