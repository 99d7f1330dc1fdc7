"""The rules of `config/extracts.toml`: which are there, where what they say stands, which of several sources counts."""

from __future__ import annotations

import pytest

from fhir_profiles.definitions import load_by_url
from hub.conformance import check
from hub.domain.config_pages import CONFIG, PageError
from hub.domain.resource_types import RESOURCE_TYPES
from hub.record.reactions.summaries import load_summaries, read_summaries
from hub.slices.placement.forms import load_forms
from hub.slices.placement.labels_page import load_labels
from tests.territory import PERSON, stay


def test_each_summary_stands_at_an_extract_of_its_own() -> None:
    places = {one.kind: load_labels().find_place(one.build_observation(PERSON, None)) for one in load_summaries()}
    assert places == {
        "gir": "autonomy.gir",
        "caregiver-band": "caregiver.band",
        "recent-hospitalisation": "medical.flags",
        "protection": "rights.flags",
    }
    assert {one.source for one in load_summaries()} <= RESOURCE_TYPES.keys()


def test_what_a_summary_says_is_r4() -> None:
    for one in load_summaries():
        check(one.build_observation(PERSON, None))
        check(one.build_observation(PERSON, {"valueBoolean": True}))


def test_the_forms_that_are_summed_up_are_published_and_placed() -> None:
    text = (CONFIG / "extracts.toml").read_text(encoding="utf-8")
    named = [line.partition('"')[2].strip('"') for line in text.splitlines() if line.startswith("form")]
    assert len(named) == 2
    assert all(url in load_forms() and url in load_by_url("Questionnaire") for url in named)


def test_the_last_source_counts_whatever_their_order() -> None:
    stays = next(one for one in load_summaries() if one.kind == "recent-hospitalisation")
    first, last = stay("z", "2026-10-01", "2026-10-05"), stay("a", "2026-11-01", "2026-11-05")
    visit = stay("v", "2026-12-01", **{"class": {"code": "AMB"}})
    for sources in ([first, last, visit], [visit, last, first]):
        said = stays.derive(sources)
        assert said is not None
        assert said["effectivePeriod"]["start"] == "2026-11-01"
    assert stays.derive([visit]) is None


def test_of_two_sources_of_one_moment_one_counts_always() -> None:
    stays = next(one for one in load_summaries() if one.kind == "recent-hospitalisation")
    one, other = stay("a", "2026-11-01"), stay("b", "2026-11-02")
    assert stays.derive([one, other]) == stays.derive([other, one])


def test_a_territory_derives_what_its_page_names() -> None:
    assert read_summaries("") == ()
    assert [one.kind for one in read_summaries('[gir]\nform = "urn:f"')] == ["gir"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[nothing]", "nothing: unknown key"),
        ("[gir]", r"gir\.form: Missing data"),
        ('[gir]\nform = "urn:f"\nfrom = "x"', r"gir\.from: unknown key"),
        ("[recent-hospitalisation]\ndays = 30", r"recent-hospitalisation\.classes: Missing data"),
        ('[recent-hospitalisation]\nclasses = []\ndays = "30"', r"recent-hospitalisation\.days: Not a valid integer"),
        ("[protection]", r"protection\.relationships: Missing data"),
    ],
)
def test_a_wrong_page_stops_start_up_and_names_the_place(text: str, fault: str) -> None:
    with pytest.raises(PageError, match=rf"^extracts\.toml: {fault}"):
        read_summaries(text)
