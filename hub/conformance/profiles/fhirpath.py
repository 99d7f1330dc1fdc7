"""The rules that our own definitions write in FHIRPath (https://hl7.org/fhirpath/N1/). Never an expression that a client sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, cast

Json = dict[str, Any]


def holds(expression: str, node: Any, path: str, root: Json) -> bool:
    """Whether `expression` is true of `node`, which stands at `path` (`Task`, `CarePlan.activity`) in the resource `root`."""
    return _compile(expression, path)(node, root) == [True]


@cache
def _compile(expression: str, path: str) -> Callable[[Any, Json], list[Any]]:
    # Here: the parser takes 80 ms that a hub without $validate can do without.
    import fhirpathpy
    from fhirpathpy.engine.nodes import ResourceNode
    from fhirpathpy.models import models

    compiled, placed = (
        fhirpathpy.compile(expression, models["r4"]),
        cast(Callable[[Any, str], Any], ResourceNode.create_node),
    )

    def evaluate(node: Any, root: Json) -> list[Any]:
        found: list[Any] = compiled(placed(node, path), {"resource": root, "rootResource": root})
        return found

    return evaluate
