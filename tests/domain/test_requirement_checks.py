from decimal import Decimal

import pytest

from gql_api.domain import constraint_checks, grades, program_versions, requirement_checks, requirements

Kind = requirements.ConstraintKind
COURSE = requirements.CourseOption(course_id=1, code="ENG 101", institution_id=1)


def node(key="a", **fields):
    return requirements.Requirement(key=key, name="A", **fields)


def messages(*nodes, **facts):
    content = program_versions.VersionContent(requirements=nodes, **facts)
    return [(problem.path, problem.message) for problem in requirement_checks.problems(content)]


def test_a_tree_that_asks_for_everything_at_its_place_is_fit():
    parent = node(
        "p", children=(node("x", options=(COURSE,), min_courses=1), node("y")), min_children=1, min_credits_beneath=3
    )
    residual = node("r", is_residual=True, min_credits=Decimal(3))
    assert messages(parent, residual, total_credits=Decimal(120), minimum_gpa=Decimal(2)) == []


@pytest.mark.parametrize(
    ("wrong", "tail", "message"),
    [
        (node(""), ("key",), "the key is blank."),
        (node("k" * 201), ("key",), "the key has 201 characters; at most 200 are accepted."),
        (
            node(children=(node("b"),), min_credits=Decimal(3)),
            ("min_credits",),
            "min_credits does not apply to a requirement with children.",
        ),
        (node(min_children=1), ("min_children",), "min_children does not apply to a requirement with no children."),
        (
            node(min_credits_beneath=Decimal(1)),
            ("min_credits_beneath",),
            "min_credits_beneath does not apply to a requirement with no children.",
        ),
        (node(children=(node("b"),), min_children=2), ("min_children",), "min_children is 2; it has 1 children."),
        (
            node(is_residual=True, options=(COURSE,)),
            ("is_residual",),
            "a residual requirement takes every course; it has no children and no options.",
        ),
        (
            node(is_residual=True, sharing=requirements.Sharing.SHARED),
            ("sharing",),
            "a residual requirement is exclusive.",
        ),
        (node(min_credits=Decimal(-1)), ("min_credits",), "min_credits is -1; it must be from 0 to 999.99."),
        (node(max_courses=1001), ("max_courses",), "max_courses is 1001; it must be from 0 to 1000."),
        (
            node(min_credits_per_course=Decimal(4), max_credits_per_course=Decimal(3)),
            ("min_credits_per_course",),
            "min_credits_per_course 4 is above max_credits_per_course 3.",
        ),
        (
            node(options=(requirements.PatternOption(),)),
            ("options", "0"),
            "a pattern says nothing; give a subject, a number, a level, an attribute or an institution.",
        ),
        (
            node(options=(requirements.PatternOption(number_from="1"),)),
            ("options", "0"),
            "a pattern with numbers names its subject.",
        ),
        (
            node(options=(requirements.PatternOption(level_from=1500),)),
            ("options", "0"),
            "the level 1500 is not a multiple of 1000.",
        ),
        (
            node(options=(requirements.PatternOption(level_from=2000, level_to=1000),)),
            ("options", "0"),
            "the level 2000 is above 1000.",
        ),
        (
            node(share_with=(requirements.Share(with_key="a", max_courses=1),)),
            ("share_with", "0"),
            "it cannot share with itself.",
        ),
    ],
)
def test_what_a_node_must_not_be_is_said_with_its_path(wrong, tail, message):
    assert (("requirements", "0", *tail), f"Requirement “{wrong.key}”: {message}") in messages(wrong)


def test_a_pattern_of_the_developmental_level_says_something():
    assert messages(node(options=(requirements.PatternOption(level_to=0),))) == []


def test_a_share_says_with_whom_and_how_much():
    shares = (requirements.Share(with_key="b"), requirements.Share(with_key="b", max_credits=Decimal(-1)))
    assert messages(node(share_with=shares), node("b")) == [
        (
            ("requirements", "0", "share_with", "0"),
            "Requirement “a”: it does not say how many credits or courses it shares with “b”.",
        ),
        (("requirements", "0", "share_with", "1"), "Requirement “a”: it says twice what it shares with “b”."),
        (("requirements", "0", "share_with", "1"), "Requirement “a”: what it shares with “b” is below zero."),
    ]


AMOUNTS = {
    "credits": Decimal(3),
    "courses": 1,
    "level": 3000,
    "attribute": "has_lab",
    "grade": grades.Grade.B,
    "gpa": Decimal(2),
    "years": 5,
    "subjects": 2,
}
SCOPE = requirements.Scope(subjects=frozenset({"ENG"}))


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_constraint_fills_exactly_its_amounts(kind):
    needed = constraint_checks.amounts_of(kind)
    whole = {field: AMOUNTS[field] for field in needed}
    assert messages(node(constraints=(requirements.Constraint(kind=kind, scope=SCOPE, **whole),))) == []
    for field, value in AMOUNTS.items():
        changed = whole | {field: value} if field not in needed else {k: v for k, v in whole.items() if k != field}
        constraint = requirements.Constraint(kind=kind, scope=SCOPE, **changed)
        verb = "needs" if field in needed else "has no"
        expected = f"Requirement “a”: a constraint {kind.name} {verb} {field}."
        assert expected in [message for _, message in messages(node(constraints=(constraint,)))]


@pytest.mark.parametrize(
    ("kind", "amounts", "field"),
    [
        (Kind.MIN_CREDITS, {"credits": Decimal(3)}, "min_credits"),
        (Kind.MAX_CREDITS, {"credits": Decimal(3)}, "max_credits"),
        (Kind.MIN_COURSES, {"courses": 1}, "min_courses"),
        (Kind.MAX_COURSES, {"courses": 1}, "max_courses"),
        (Kind.MIN_GRADE, {"grade": grades.Grade.C}, "min_grade"),
    ],
)
def test_what_a_pool_has_a_field_for_is_no_constraint_without_a_scope(kind, amounts, field):
    constraint = requirements.Constraint(kind=kind, **amounts)
    message = f"Requirement “a”: say {kind.name} with {field}; as a constraint it needs a scope."
    assert messages(node(constraints=(constraint,))) == [(("requirements", "0", "constraints", "0"), message)]
    if kind is not Kind.MIN_CREDITS:
        assert messages(node(children=(node("b"),), constraints=(constraint,))) == []


def test_what_a_version_has_a_field_for_is_no_constraint_of_it():
    constraint = requirements.Constraint(kind=Kind.MIN_RESIDENCY_CREDITS, credits=Decimal(30))
    assert messages(node(), constraints=(constraint,)) == [
        (
            ("constraints", "0"),
            "The version: say MIN_RESIDENCY_CREDITS with residency_credits; as a constraint it needs a scope.",
        )
    ]


def test_facts_of_a_version_have_bounds():
    assert messages(node(), total_credits=Decimal(1000), minimum_gpa=Decimal(6)) == [
        (("total_credits",), "total_credits is 1000; it must be from 0 to 999.99."),
        (("minimum_gpa",), "minimum_gpa is 6; it must be from 0 to 5."),
    ]


def test_a_tree_without_bound_is_refused_without_walking_it_to_its_end():
    endless = node("leaf")
    for level in range(5_000):
        endless = node(f"k{level}", children=(endless,))
    assert messages(endless)[0][1] == "The tree is more than 20 levels deep."
