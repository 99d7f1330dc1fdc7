"""What mapping writes is what our profiles promise, and validators from outside agree; so are the published examples."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_profiles.definitions import load_by_url
from hub.conformance import validate
from hub.slices import load_labels
from tests import r4
from tests.fhir_profiles import judges
from tests.fhir_profiles.corpus import EXAMPLES, profile_of, written

pytestmark = r4.needs_data

# R4's own example that R4 does not allow: its performer is an Encounter.
FLAWED = {"Observation-clinical-gender.json", "Questionnaire-zika-virus-exposure-assessment.json"}


@pytest.fixture(scope="module")
def corpus() -> list[tuple[str, dict[str, Any]]]:
    return list(written())


def test_the_corpus_tries_every_profile_of_what_mapping_writes(corpus: Any) -> None:
    assert len(corpus) > 400
    by_clients_or_the_plan = {"task", "partner-task", "delegated-request", "goal", "episode-of-care"}
    tried = {profile_of(resource) for _, resource in corpus} - {""}
    profiles = {url for url, one in load_by_url("StructureDefinition").items() if one["kind"] == "resource"}
    assert {url.rpartition("/")[2] for url in profiles - tried} == by_clients_or_the_plan


def test_all_that_mapping_writes_is_what_our_profiles_promise(corpus: Any) -> None:
    kept = load_labels().extensions.keys()
    wrong = {
        (where, finding)
        for where, resource in corpus
        for finding in validate(resource, [url for url in [profile_of(resource)] if url], kept, to_write=True)
    }
    assert wrong == set()


def test_fhirkit_agrees_on_its_structure(corpus: Any) -> None:
    assert {(where, *found) for where, one in corpus if (found := judges.fhirkit_faults(one))} == set()


def test_pyrofile_agrees_but_for_its_false_alarms(corpus: Any, pyrofile: judges.Pyrofile) -> None:
    tried = judges.unlike((profile_of(resource), resource) for _, resource in corpus)
    assert len(tried) > 100
    raised = {alarm for resource in tried for alarm in pyrofile.errors(resource, profile_of(resource))}
    raised |= {alarm for example in EXAMPLES.values() for alarm in pyrofile.errors(example)}
    assert raised - set(judges.FALSE_ALARMS) == set()
    # An alarm that is raised no more is to be struck from the list.
    assert raised == set(judges.FALSE_ALARMS)


def test_published_examples_of_kept_types_have_no_error() -> None:
    wrong = {
        path.name
        for path, resource in r4.r4_examples()
        if any(finding.severity == "error" for finding in validate(resource))
    }
    assert wrong == FLAWED
