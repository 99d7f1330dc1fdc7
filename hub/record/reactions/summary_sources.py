"""What one resource contributes to a summary: the score of a form, a stay, a legal representative (`config/extracts.toml`). Pure.

It contributes only what a reader of the extract may see: of a form no answer, date or author; of a stay its dates, which have
the same place; of a relative not the name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from typing import Any

from fhir_profiles import codes
from hub.domain.dates import add_days, parse_end, parse_moment
from hub.instruments import aggir, zarit
from hub.record.db.clock import instant
from hub.record.tables.base import EVER
from hub.slices.placement.labels import list_codings

Json = dict[str, Any]
# (the time in microseconds, of which the latest counts; the elements of the Observation)
Statement = tuple[int, Json]
# A source resource → its statement; None when it does not support the summary.
Evaluate = Callable[[Mapping[str, Any]], Statement | None]

_LAST = parse_moment("9999-12-31", UTC)  # no later instant can be written
_ANSWERED = frozenset({"completed", "amended"})


def read_answers(response: Mapping[str, Any]) -> dict[str, Any]:
    """Return {linkId: first answer} of each item of a QuestionnaireResponse; of a coded answer, the code."""
    return dict(_list_answers(response))


def _list_answers(holder: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for item in holder.get("item", ()):
        for answer in item.get("answer", ())[:1]:
            for name, value in answer.items():
                if name.startswith("value"):
                    yield item["linkId"], value.get("code") if isinstance(value, dict) else value
        for inner in (item, *item.get("answer", ())):
            yield from _list_answers(inner)


def _of_form(url: str, result: Callable[[Mapping[str, Any]], Json]) -> Evaluate:
    """Return a function that evaluates completed responses to the Questionnaire `url` by `result`, which raises KeyError,
    TypeError or ValueError for answers that make no score; such a response supports nothing."""

    def evaluate(response: Mapping[str, Any]) -> Statement | None:
        form = str(response.get("questionnaire", "")).partition("|")[0]
        if form != url or response.get("status") not in _ANSWERED:
            return None
        try:
            content = result(read_answers(response))
        except (KeyError, TypeError, ValueError):
            return None
        when = parse_moment(response["authored"]) if "authored" in response else 0
        return when, content | {"derivedFrom": [{"reference": f"QuestionnaireResponse/{response['id']}"}]}

    return evaluate


def make_gir(table: Mapping[str, Any]) -> Evaluate:
    """Return the function that evaluates an AGGIR form as a GIR (CASF annexe 2-2)."""
    return _of_form(table["form"], _score_gir)


def make_band(table: Mapping[str, Any]) -> Evaluate:
    """Return the function that evaluates Zarit's 22 questions as a level of the caregiver's burden."""
    return _of_form(table["form"], _score_band)


def _score_gir(answers_by_link: Mapping[str, Any]) -> Json:
    group = aggir.score([answers_by_link[variable] for variable in aggir.VARIABLES]).gir
    value = {"system": codes.MED, "code": codes.GIR_ANSWERS[group], "display": f"GIR {group}"}
    return {"valueCodeableConcept": {"coding": [value]}, "method": {"text": "CASF annexe 2-2"}}


def _score_band(answers_by_link: Mapping[str, Any]) -> Json:
    level = zarit.get_band([answers_by_link[str(question + 1)] for question in range(zarit.QUESTIONS)])
    return {"valueCodeableConcept": {"coding": [{"system": codes.BAND, "code": level}]}}


def make_hospitalisation(table: Mapping[str, Any]) -> Evaluate:
    """Return the function that evaluates a stay: true from admission until `days` after discharge.

    The end is written as `effectivePeriod.end`, so nothing needs to be updated when it passes."""
    classes, lasting = frozenset(table["classes"]), table["days"]

    def evaluate(encounter: Mapping[str, Any]) -> Statement | None:
        period = encounter.get("period", {})
        # A finished stay without an end may have ended long ago.
        known = encounter.get("status") in codes.ENCOUNTER_PRESENT or (
            encounter.get("status") == "finished" and "end" in period
        )
        if not known or encounter.get("class", {}).get("code") not in classes:
            return None
        until = add_days(parse_end(period["end"]), lasting) if "end" in period else EVER
        lasts = {"start": period["start"]} if "start" in period else {}
        lasts |= {"end": instant(until)} if until < _LAST else {}
        return until, {"valueBoolean": True} | ({"effectivePeriod": lasts} if lasts else {})

    return evaluate


def make_protection(table: Mapping[str, Any]) -> Evaluate:
    """Return the function that evaluates a relative: true while it has one of the `relationships` of legal protection."""
    ties = frozenset(table["relationships"])

    def evaluate(relative: Mapping[str, Any]) -> Statement | None:
        if relative.get("active") is False or not ties & {
            code for _, code in list_codings(relative.get("relationship"))
        }:
            return None
        period = {name: relative["period"][name] for name in ("start", "end") if name in relative.get("period", {})}
        until = parse_end(period["end"]) if "end" in period else EVER
        return until, {"valueBoolean": True} | ({"effectivePeriod": period} if period else {})

    return evaluate
