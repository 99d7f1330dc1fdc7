"""What the person decided about sharing (https://hl7.org/fhir/R4/consent.html; `docs/domain.md` §2.7, §5.5)."""

from __future__ import annotations

from fhir_profiles import codes
from hub.domain.referral.message import Agreement
from hub.mapping.context import MappingContext
from hub.mapping.shape import Json, build_concept, build_period, build_reference, build_resource


def build_consent(agreement: Agreement, patient: str, received: Json, context: MappingContext) -> Json:
    """Return an agreement (OPTIN) or a refusal (OPTOUT) as base policy: R4 has no `type` on the root provision, and ppc-1
    requires a policy. Its source is the message. Its words are in the demand's notes, because more actors see a policy."""
    kind = "sharing" if agreement.of == "sharing" else "referral"
    return build_resource(
        "Consent",
        context.new_id("Consent"),
        status="active",
        scope=build_concept(codes.CONSENT_SCOPE, "patient-privacy"),
        category=[build_concept(codes.LOINC, codes.DOC_CONSENT), build_concept(codes.CONSENT_KIND, kind)],
        patient=build_reference(patient),
        dateTime=agreement.date or context.received,
        performer=[build_reference("", agreement.by)],
        organization=[build_reference(context.desk)],
        sourceReference=build_reference(received),
        policyRule=build_concept(codes.ACT_CODE, "OPTOUT" if agreement.decision == "deny" else "OPTIN"),
        provision={"period": build_period(agreement.date, "")} if agreement.date else {},
    )
