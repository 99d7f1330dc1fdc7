"""Scopes: grammar and algebra (`docs/security.md` SC-1 to SC-4, `docs/leaks.md` L122 to L126)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.errors import Invalid
from hub.domain.scopes import MAX_CONSTRAINTS, MAX_SCOPES, SCOPE_TYPES, Scope, covers, intersect, is_inside, parse

scopes = st.builds(
    Scope,
    st.sampled_from(["system", "user"]),
    st.sampled_from(["*", "Task", "Patient"]),
    st.lists(st.booleans(), min_size=5, max_size=5)
    .filter(any)
    .map(lambda kept: "".join(letter for letter, keep in zip("cruds", kept, strict=True) if keep)),
    st.sets(st.sampled_from(["category=x", "status=y"])).map(lambda found: tuple(sorted(found))),
)


def one(text: str) -> Scope:
    (scope,) = parse(text)
    return scope


def test_sc_1_a_scope_is_read() -> None:
    assert parse("system/Task.rs user/*.cruds") == (Scope("system", "Task", "rs"), Scope("user", "*", "cruds"))


@pytest.mark.parametrize(
    "text",
    [
        "system/Task.sr",
        "system/Task.dus",
        "system/Task.rr",
        "system/Task.",
        "system/Task",
        "system/task.r",
        "system/Task.r\n",
        "xsystem/Task.r",
        "system/Task.rx",
        "system/Task.readx",
        "System/Task.r",
        "system//Task.r",
        "system/Tâche.r",
        "system/Task.ｒ",
        "system/Task.r\tsystem/Goal.r",
        "system/Task.r  system/Goal.r",
        " system/Task.r",
        'system/Task.r?code="x"',
        "openid",
        "launch",
        "offline_access",
        "system/*",
        "*",
    ],
)
def test_sc_1_nothing_else_is_a_scope(text: str) -> None:
    with pytest.raises(Invalid) as raised:
        parse(text)
    assert raised.value.problems[0].code == "scope-unknown"


def test_sc_1_no_scope_is_not_all_scopes() -> None:
    with pytest.raises(Invalid) as raised:
        parse("")
    assert raised.value.problems[0].code == "scope-missing"


def test_sc_1_a_list_has_an_end() -> None:
    many = [f"system/Task.r?code={number}" for number in range(MAX_SCOPES + 1)]
    assert len(parse(" ".join(many[:-1]))) == MAX_SCOPES
    with pytest.raises(Invalid):
        parse(" ".join(many))


@pytest.mark.parametrize(
    "query",
    [
        "unknown=x",
        "patient.name=x",
        "code:in=x",
        "code",
        "code=",
        "=x",
        "code=x&",
        "code=x&owner.name=y",
        "code=x?status=y",
        "&".join(f"code={number}" for number in range(MAX_CONSTRAINTS + 1)),
    ],
)
def test_sc_2_an_unsupported_constraint_takes_the_scope_with_it(query: str) -> None:
    with pytest.raises(Invalid):
        parse(f"system/CarePlan.rs?{query}")


def test_sc_2_v1_takes_no_constraint() -> None:
    with pytest.raises(Invalid):
        parse("system/Task.read?code=x")


def test_sc_3_constraints_have_one_order() -> None:
    assert str(one("system/Task.r?status=a&code=b|c&code=b|c")) == "system/Task.r?code=b|c&status=a"


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        ("system/*.cruds", "system/Task.rs", "system/Task.rs"),
        ("system/*.rs", "system/*.cr", "system/*.r"),
        ("system/Task.r?code=a", "system/*.rs?status=b", "system/Task.r?code=a&status=b"),
    ],
)
def test_sc_3_intersect_takes_the_narrower_of_each(left: str, right: str, both: str) -> None:
    assert str(intersect(one(left), one(right))) == both


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("system/Task.r", "system/Goal.r"),
        ("system/Task.r", "user/Task.r"),
        ("system/Task.r", "system/Task.s"),
        ("system/Task.r?" + "&".join(f"code={n}" for n in range(MAX_CONSTRAINTS)), "system/Task.r?status=a"),
    ],
)
def test_sc_3_intersect_may_be_nothing(left: str, right: str) -> None:
    assert intersect(one(left), one(right)) is None


@given(scopes, scopes)
def test_sc_3_an_intersection_is_inside_both(left: Scope, right: Scope) -> None:
    both, other = intersect(left, right), intersect(right, left)
    assert both == other
    if both is not None:
        assert is_inside(both, [left]) and is_inside(both, [right])
        assert one(str(both)) == both


def test_sc_3_inside_wants_every_letter_from_scopes_that_constrain_no_more() -> None:
    granted = parse("system/Task.r system/Task.s?code=a user/Task.u")
    assert is_inside(one("system/Task.r?code=b"), granted)
    assert is_inside(one("system/Task.rs?code=a"), granted)
    assert not is_inside(one("system/Task.rs"), granted)
    assert not is_inside(one("system/Task.u"), granted)
    assert not is_inside(one("system/*.r"), granted)


@pytest.mark.parametrize(("v1", "v2"), [("read", "rs"), ("write", "cud"), ("*", "cruds")])
def test_sc_4_v1_means_v2_and_keeps_its_spelling(v1: str, v2: str) -> None:
    scope = one(f"system/*.{v1}")
    assert str(scope) == f"system/*.{v2}"
    assert scope.spelling == f"system/*.{v1}"


def test_sc_4_the_same_scope_in_both_spellings_is_one() -> None:
    assert [scope.spelling for scope in parse("system/Task.read system/Task.rs")] == ["system/Task.read"]


def test_l125_a_wildcard_is_a_closed_list() -> None:
    assert all(covers(("system/*.r",), name, "r") for name in SCOPE_TYPES)
    assert not covers(("system/*.r",), "Invoice", "r")
    with pytest.raises(Invalid):
        parse("system/Invoice.r")


def test_l123_scopes_are_judged_one_by_one() -> None:
    granted = ("user/Task.r", "patient/Condition.rs", "system/Goal.s")
    assert not covers(granted, "Task", "s")
    assert not covers(granted, "Condition", "r")
    assert covers(granted, "Goal", "s")
    assert covers(granted, "Task", "r", level="user")


def test_l126_a_constrained_scope_does_not_open_the_type() -> None:
    assert not covers(("system/Task.cu?status=requested",), "Task", "c")


def test_covers_nothing_by_default() -> None:
    assert not covers((), "Task", "r")


def test_the_one_other_spelling_of_registrations_means_what_its_letters_mean():
    (scope,) = parse("system/Task.rsu")
    assert (str(scope), scope.spelling) == ("system/Task.rus", "system/Task.rsu")
    for other in ("system/Task.sr", "system/Task.rsud", "system/Task.ursc"):
        with pytest.raises(Invalid):
            parse(other)
