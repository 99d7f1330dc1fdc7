"""Where a demand's resources come from (https://hl7.org/fhir/R4/provenance.html; `docs/loop.md` D6.52)."""

from __future__ import annotations

from collections.abc import Sequence

from fhir_profiles import codes
from hub.mapping.context import MappingContext
from hub.mapping.shape import Json, build_concept, build_reference, build_resource, compact


def build_provenance(
    targets: Sequence[Json], source: Json, referrers: Sequence[Json], sent_at: str, context: MappingContext
) -> Json:
    """Return one Provenance for all resources of a message. Its author is the token's organisation; `referrers`, references to
    professionals of that organisation, are authors on its behalf; the desk assembles; `source` is the message as received."""
    organisation = build_reference(context.requester)
    return build_resource(
        "Provenance",
        context.new_id("Provenance"),
        target=[build_reference(target) for target in targets],
        occurredDateTime=sent_at,
        recorded=context.now,
        activity=build_concept(codes.DATA_OPERATION, "CREATE"),
        agent=[
            _build_agent("author", organisation),
            *(_build_agent("author", referrer, organisation) for referrer in referrers),
            _build_agent("assembler", build_reference(context.desk)),
        ],
        entity=[{"role": "source", "what": build_reference(source)}],
    )


def _build_agent(kind: str, agent: Json, on_behalf_of: Json | None = None) -> Json:
    return compact(type=build_concept(codes.PROVENANCE_AGENT, kind), who=agent, onBehalfOf=on_behalf_of)
