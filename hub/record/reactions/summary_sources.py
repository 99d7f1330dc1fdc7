"""What one recorded resource says to a summary: a form's score, a stay, a tie (`config/extracts.toml`). Pure.

It says what the policy shows at level S and nothing else: of a form no answer, date or author, of a stay the days, which stand
at the same extract, of a relative not the name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fhir_profiles import codes
from hub.instruments import aggir, zarit
from hub.record.db.clock import instant, moment
from hub.record.tables.base import EVER
from hub.slices.placement.labels import list_codings

Json = dict[str, Any]
# (the moment by which the last one counts, what the Observation says)
Said = tuple[int, Json]
# What one source says; None when it supports nothing.
Says = Callable[[Mapping[str, Any]], Said | None]

DAY = 86_400_000_000
_LAST = moment("9999-12-31")  # no later instant can be written
_ANSWERED = frozenset({"completed", "amended"})
_PRESENT = frozenset({"arrived", "triaged", "in-progress", "onleave"})


def answers(response: Mapping[str, Any]) -> dict[str, Any]:
    """linkId → the first answer of each item of a form: its value, the code of a coded one."""
    return dict(_answers(response))


def _answers(holder: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for item in holder.get("item", ()):
        for answer in item.get("answer", ())[:1]:
            for name, value in answer.items():
                if name.startswith("value"):
                    yield item["linkId"], value.get("code") if isinstance(value, dict) else value
        for inner in (item, *item.get("answer", ())):
            yield from _answers(inner)


def _of_form(url: str, result: Callable[[Mapping[str, Any]], Json]) -> Says:
    """What a completed answer to a form comes to; one whose answers do not make a score supports nothing."""

    def says(response: Mapping[str, Any]) -> Said | None:
        form = str(response.get("questionnaire", "")).partition("|")[0]
        if form != url or response.get("status") not in _ANSWERED:
            return None
        try:
            content = result(answers(response))
        except (KeyError, TypeError, ValueError):
            return None
        when = moment(response["authored"]) if "authored" in response else 0
        return when, content | {"derivedFrom": [{"reference": f"QuestionnaireResponse/{response['id']}"}]}

    return says


def gir(table: Mapping[str, Any]) -> Says:
    """The GIR of an evaluation by AGGIR (CASF annexe 2-2)."""
    return _of_form(table["form"], _gir)


def band(table: Mapping[str, Any]) -> Says:
    """The level of a caregiver's burden, by Zarit's 22 questions."""
    return _of_form(table["form"], _band)


def _gir(answers_by_link: Mapping[str, Any]) -> Json:
    group = aggir.score([answers_by_link[variable] for variable in aggir.VARIABLES]).gir
    value = {"system": codes.MED, "code": codes.GIR_ANSWERS[group], "display": f"GIR {group}"}
    return {"valueCodeableConcept": {"coding": [value]}, "method": {"text": "CASF annexe 2-2"}}


def _band(answers_by_link: Mapping[str, Any]) -> Json:
    level = zarit.get_band([answers_by_link[str(question + 1)] for question in range(zarit.QUESTIONS)])
    return {"valueCodeableConcept": {"coding": [{"system": codes.BAND, "code": level}]}}


def hospitalisation(table: Mapping[str, Any]) -> Says:
    """True from the admission until some days after the discharge: the period ends it, no clock need."""
    classes, lasting = frozenset(table["classes"]), table["days"] * DAY

    def says(encounter: Mapping[str, Any]) -> Said | None:
        period = encounter.get("period", {})
        # Of one who left nobody knows when, nobody knows whether it was lately.
        known = encounter.get("status") in _PRESENT or (encounter.get("status") == "finished" and "end" in period)
        if not known or encounter.get("class", {}).get("code") not in classes:
            return None
        until = moment(period["end"]) + lasting if "end" in period else EVER
        lasts = {"start": period["start"]} if "start" in period else {}
        lasts |= {"end": instant(until)} if until < _LAST else {}
        return until, {"valueBoolean": True} | ({"effectivePeriod": lasts} if lasts else {})

    return says


def protection(table: Mapping[str, Any]) -> Says:
    """True as long as somebody represents the person; who, the contacts say."""
    ties = frozenset(table["relationships"])

    def says(relative: Mapping[str, Any]) -> Said | None:
        if relative.get("active") is False or not ties & {
            code for _, code in list_codings(relative.get("relationship"))
        }:
            return None
        period = {name: relative["period"][name] for name in ("start", "end") if name in relative.get("period", {})}
        until = moment(period["end"]) if "end" in period else EVER
        return until, {"valueBoolean": True} | ({"effectivePeriod": period} if period else {})

    return says
