from decimal import Decimal

import pytest

from gql_api.domain import program_versions, requirement_warnings, requirements

CREDITS = {"ENG 101": Decimal(3), "ENG 102": Decimal(4), "ART 1": None}


def option(code, course_id=1, **fields):
    return requirements.CourseOption(course_id=course_id, code=code, institution_id=1, **fields)


POOL = (option("ENG 101"), option("ENG 102"))


def warned(**fields):
    node = requirements.Requirement(key="a", name="A", **fields)
    content = program_versions.VersionContent(requirements=(node,))
    found = requirement_warnings.warnings(content, lambda one: CREDITS[one.code])
    return [each.message for each in found]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"options": POOL}, "“A” needs nothing: it has no minimum."),
        (
            {"options": POOL, "max_credits": Decimal(6)},
            "“A” needs nothing: it has a maximum and no minimum. Was max_credits meant as the minimum?",
        ),
        (
            {"options": POOL, "max_courses": 2},
            "“A” needs nothing: it has a maximum and no minimum. Was max_courses meant as the minimum?",
        ),
        (
            {"options": POOL, "min_credits": Decimal(6), "max_credits": Decimal(3)},
            "“A” needs 6 credits and takes at most 3.",
        ),
        ({"options": POOL, "min_courses": 2, "max_courses": 1}, "“A” needs 2 courses and takes at most 1."),
        ({"options": POOL, "min_courses": 1, "max_courses": 0}, "“A” needs 1 course and takes at most 0."),
        (
            {"options": POOL, "min_credits": Decimal(1), "max_credits": Decimal("0.5")},
            "“A” needs 1 credit and takes at most 0.5.",
        ),
        ({"min_courses": 1}, "“A” has nothing to choose from: its pool is empty."),
        (
            {"options": (option("ENG 101", is_excluded=True),), "min_courses": 1},
            "“A” has nothing to choose from: its pool is empty.",
        ),
        ({"options": POOL, "min_credits": Decimal("7.5")}, "“A” needs 7.5 credits; its 2 courses carry 7 at most."),
        ({"options": POOL[:1], "min_courses": 2}, "“A” needs 2 courses; its pool has 1."),
        (
            {"options": (*POOL[:1], option("ENG 9", None)), "min_courses": 2},
            "“A” needs 2 courses; its pool has 1, 1 more does not exist.",
        ),
    ],
)
def test_numbers_that_nobody_can_reach_are_warned_about(fields, message):
    assert warned(**fields) == [message]


def test_a_part_that_is_needed_counts_for_the_whole():
    constraint = requirements.Constraint(
        kind=requirements.ConstraintKind.MIN_CREDITS_AT_LEVEL, credits=Decimal(8), level=3000
    )
    assert warned(options=POOL, constraints=(constraint,)) == ["“A” needs 8 credits; its 2 courses carry 7 at most."]


@pytest.mark.parametrize(
    "fields",
    [
        {"options": POOL, "min_credits": Decimal(7), "min_courses": 2},
        {"options": POOL, "is_optional": True},
        {"is_residual": True},
        {"is_residual": True, "min_credits": Decimal(12)},
        {"options": (*POOL, option("ART 1")), "min_credits": Decimal(50)},
        {"options": (requirements.PatternOption(subject="ENG"),), "min_credits": Decimal(50)},
    ],
)
def test_what_can_be_reached_or_is_not_known_is_not_warned_about(fields):
    assert warned(**fields) == []
