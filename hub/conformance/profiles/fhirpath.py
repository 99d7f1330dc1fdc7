"""The constraints of our own definitions, in FHIRPath (https://hl7.org/fhirpath/N1/). Never an expression that a client sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, cast

Json = dict[str, Any]


def holds(expression: str, node: Any, path: str, root: Json) -> bool:
    """Return whether `expression` is true of `node`, the value at `path` (`Task`, `CarePlan.activity`) in the resource `root`."""
    return _compile(expression, path)(node, root) == [True]


@cache
def _compile(expression: str, path: str) -> Callable[[Any, Json], list[Any]]:
    # Imported here because the parser takes 80 ms, which a hub without $validate does not need.
    import fhirpathpy
    from fhirpathpy.engine.nodes import ResourceNode
    from fhirpathpy.models import models

    compiled, placed = (
        fhirpathpy.compile(expression, models["r4"]),
        cast(Callable[[Any, str], Any], ResourceNode.create_node),
    )

    def evaluate(node: Any, root: Json) -> list[Any]:
        result: list[Any] = compiled(placed(node, path), {"resource": root, "rootResource": root})
        return result

    return evaluate
