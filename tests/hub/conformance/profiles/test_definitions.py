"""Profiles as rules: what they are built on comes first, slices become tests, targets become types."""

from fhir_profiles import codes
from hub.conformance.profiles.definitions import Discriminator, find_profile, list_profiles

OURS = f"{codes.BASE}StructureDefinition/"


def rule(name, path, steps):
    return next(
        one
        for one in find_profile(OURS + name).rules
        if one.path == path and [step.name + ("*" if step.discriminators else "") for step in one.steps] == steps
    )


def test_the_rules_of_what_it_is_built_on_come_first():
    below, above = find_profile(f"{OURS}task"), find_profile(f"{OURS}intake-task")
    assert above.rules[: len(below.rules)] == below.rules
    assert len(above.rules) > len(below.rules)
    assert (above.type, above.version) == ("Task", "0.1.0")


def test_a_slice_is_told_by_a_value_a_pattern_or_the_profile_of_its_type():
    assert rule("patient", "Patient.name.use", ["name*", "use"]).steps[0].discriminators == (
        Discriminator(("use",), "usual"),
    )
    received = rule("intake-task", "Task.input.value[x]", ["input*", "value[x]"]).steps[0].discriminators
    assert received == (
        Discriminator(("type",), {"coding": [{"system": codes.TASK_INPUT, "code": "received-document"}]}),
    )
    domain = rule("referral", "ServiceRequest.extension", ["extension*"])
    assert domain.steps[0].discriminators == (Discriminator(("url",), codes.ACTIVITY_DOMAIN_EXTENSION),)
    category = rule("referral", "ServiceRequest.category", ["category*"]).steps[0].discriminators
    assert category == (Discriminator((), {"coding": [{"system": codes.REQUEST_CATEGORY, "code": "referral"}]}),)


def test_a_target_of_ours_counts_as_its_type():
    assert rule("intake-task", "Task.focus", ["focus"]).targets == {"ServiceRequest"}
    assert rule("care-plan", "CarePlan.activity.reference", ["activity", "reference"]).targets == {
        *("Task", "ServiceRequest", "Appointment"),
    }


def test_what_is_not_ours_is_no_profile():
    assert find_profile("http://hl7.org/fhir/StructureDefinition/Task") is None
    assert find_profile("urn:x") is None


def test_the_profiles_of_a_type():
    assert set(list_profiles("Task")) == {
        OURS + name for name in ("task", "intake-task", "partner-task", "return-home-task")
    }
    assert list_profiles("Flag") == ()
