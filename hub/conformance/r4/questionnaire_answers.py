"""The error-level invariants of Questionnaire and QuestionnaireResponse. Each quotes its FHIRPath.

https://hl7.org/fhir/R4/questionnaire.html#invs
"""

from __future__ import annotations

from typing import Any

from hub.conformance.r4.elements import Holds, has

_LENGTHY = ("boolean", "decimal", "integer", "string", "text", "url", "open-choice")
_OPTIONAL = ("choice", "open-choice", "decimal", "integer", "date", "dateTime", "time", "string", "quantity")


def _list_link_ids(value: dict[str, Any]) -> list[str]:
    link_ids, pending = [], list(value.get("item", ()))
    while pending:
        item = pending.pop()
        link_ids.append(item["linkId"])
        pending += item.get("item", ())
    return link_ids


def _has_distinct_links(value: dict[str, Any]) -> bool:
    links = _list_link_ids(value)
    return len(set(links)) == len(links)


def _forbids(kind: str, *names: str) -> Holds:
    """Return the rule `type != kind or name.empty()`, for each of `names`."""
    return lambda o: o["type"] != kind or not any(has(o, name) for name in names)


FORM_INVARIANTS: dict[str, tuple[tuple[str, Holds], ...]] = {
    # descendants().linkId.isDistinct()
    "Questionnaire": (("r4-que-2", _has_distinct_links),),
    "QuestionnaireItem": (
        # (type='group' implies item.empty().not()) and (type='display' implies item.empty())
        (
            "r4-que-1",
            lambda o: (o["type"] != "group" or has(o, "item")) and (o["type"] != "display" or not has(o, "item")),
        ),
        # type!='display' or code.empty()
        ("r4-que-3", _forbids("display", "code")),
        # answerOption.empty() or answerValueSet.empty()
        ("r4-que-4", lambda o: not (has(o, "answerOption") and has(o, "answerValueSet"))),
        # (type = 'choice' or … or type = 'quantity') or (answerValueSet.empty() and answerOption.empty())
        ("r4-que-5", lambda o: o["type"] in _OPTIONAL or not (has(o, "answerValueSet") or has(o, "answerOption"))),
        # type!='display' or (required.empty() and repeats.empty())
        ("r4-que-6", _forbids("display", "required", "repeats")),
        # (type!='group' and type!='display') or initial.empty()
        ("r4-que-8", lambda o: o["type"] not in ("group", "display") or not has(o, "initial")),
        # type!='display' or readOnly.empty()
        ("r4-que-9", _forbids("display", "readOnly")),
        # (type in ('boolean' | 'decimal' | … | 'open-choice')) or maxLength.empty()
        ("r4-que-10", lambda o: o["type"] in _LENGTHY or not has(o, "maxLength")),
        # answerOption.empty() or initial.empty()
        ("r4-que-11", lambda o: not (has(o, "answerOption") and has(o, "initial"))),
        # enableWhen.count() > 2 implies enableBehavior.exists()
        ("r4-que-12", lambda o: len(o.get("enableWhen", ())) <= 2 or has(o, "enableBehavior")),
        # repeats=true or initial.count() <= 1
        ("r4-que-13", lambda o: o.get("repeats") is True or len(o.get("initial", ())) <= 1),
    ),
    # operator = 'exists' implies (answer is Boolean)
    "QuestionnaireItemEnableWhen": (("r4-que-7", lambda o: o["operator"] != "exists" or "answerBoolean" in o),),
    # (answer.exists() and item.exists()).not()
    "QuestionnaireResponseItem": (("r4-qrs-1", lambda o: not (has(o, "answer") and has(o, "item"))),),
}
