"""Every kind of constraint, reached and missed, with the numbers in its sentence."""

from decimal import Decimal

import pytest

from gql_api.domain import grades, requirements
from tests.domain.literals import (
    THERE,
    applied,
    attributes,
    audit,
    awards,
    constraint,
    course,
    found,
    group,
    pattern,
    pool,
    program,
    reasons,
    rule,
    standing,
    took,
)

LAB = attributes(has_lab=True)
EVERY = pattern(level_from=1000)


def low(number=1, grade="B"):
    return took(course(f"BIO {100 + number}"), grade)


def high(number=1, grade="B"):
    return took(course(f"BIO {3000 + number}"), grade)


def result_of(one, *taken, rules=(), **values):
    """How the constraint of a pool of everything with six needed credits stands."""
    leaf = pool("A", EVERY, **{"min_credits": 6, **values}, constraints=(one,))
    [given] = found(audit(program(leaf), *taken, rules=rules), "A").constraints
    return given


@pytest.mark.parametrize(
    ("one", "taken", "verdict", "sentence"),
    [
        (
            constraint("MIN_CREDITS_AT_LEVEL", credits=6, level=3000),
            [low(), high(), high(2)],
            "YES",
            "6.00 of 6.00 credits at level 3000 or above.",
        ),
        (
            constraint("MIN_CREDITS_AT_LEVEL", credits=6, level=3000),
            [low(), high()],
            "NO",
            "3.00 of 6.00 credits at level 3000 or above.",
        ),
        (
            constraint("MIN_COURSES_AT_LEVEL", courses=1, level=3000),
            [low(), low(2), high()],
            "YES",
            "1 of 1 course at level 3000 or above.",
        ),
        (
            constraint("MIN_COURSES_WITH_ATTRIBUTE", courses=1, attribute="has_lab"),
            [low(), low(2), took(course("BIO 9", attributes=LAB))],
            "YES",
            "1 of 1 course with a laboratory.",
        ),
        (
            constraint("MIN_COURSES_WITH_ATTRIBUTE", courses=1, attribute="has_lab"),
            [low(), low(2)],
            "NO",
            "0 of 1 course with a laboratory.",
        ),
        (
            constraint("MIN_DISTINCT_SUBJECTS", subjects=2),
            [low(), low(2), took("ART 1")],
            "YES",
            "2 of 2 subjects.",
        ),
        (constraint("MIN_DISTINCT_SUBJECTS", subjects=2), [low(), low(2)], "NO", "1 of 2 subjects."),
        (constraint("MIN_COURSES", courses=3), [low(), low(2), low(3)], "YES", "3 of 3 courses."),
        (
            constraint("MIN_CREDITS", credits=3, scope=requirements.Scope(subjects=frozenset({"ART"}))),
            [low(), low(2), took("ART 1")],
            "YES",
            "3.00 of 3.00 credits in ART.",
        ),
        (
            constraint("MIN_RESIDENCY_CREDITS", credits=6),
            [low(), low(2)],
            "YES",
            "6.00 of 6.00 credits earned here.",
        ),
        (constraint("MAX_CREDITS", credits=9), [low(), low(2)], "YES", "6.00 credits; 9.00 allowed."),
        (constraint("MAX_COURSES", courses=2), [low(), low(2), low(3)], "YES", "2 courses; 2 allowed."),
        (
            constraint("MAX_CREDITS_AT_LEVEL", credits=3, level=1000),
            [low(), low(2), high()],
            "YES",
            "3.00 credits at level 1000; 3.00 allowed.",
        ),
        (
            constraint("MAX_CREDITS_WITH_ATTRIBUTE", credits=0, attribute="has_lab"),
            [low(), low(2), took(course("BIO 9", attributes=LAB))],
            "YES",
            "0.00 credits with a laboratory; 0.00 allowed.",
        ),
        (
            constraint("MAX_CREDITS_PER_SUBJECT", credits=3),
            [low(), low(2), took("ART 1")],
            "YES",
            "3.00 credits of one subject; 3.00 allowed.",
        ),
        (
            constraint("MAX_PASS_FAIL_CREDITS", credits=3),
            [low(1, "P"), low(2, "P"), low(3)],
            "YES",
            "3.00 credits graded pass or fail; 3.00 allowed.",
        ),
        (
            constraint("MIN_GPA", gpa=Decimal("3.0")),
            [low(), low(2)],
            "YES",
            "The grade point average is 3.00; 3.00 is needed.",
        ),
        (
            constraint("MIN_GPA", gpa=Decimal("3.0")),
            [low(1, "C"), low(2)],
            "NO",
            "The grade point average is 2.50; 3.00 is needed.",
        ),
        (
            constraint("MIN_GPA", gpa=Decimal("3.0")),
            [low(1, "P"), low(2, "P")],
            "UNKNOWN",
            "A grade point average of 3.00 is needed; there are no grades at the program's institution yet.",
        ),
        (
            constraint("MIN_GRADE", grade=grades.Grade.C),
            [low(), low(2)],
            "YES",
            "2 of 2 applied courses are at least C.",
        ),
        (
            constraint("MAX_AGE_YEARS", years=5),
            [low(), low(2)],
            "YES",
            "2 of 2 applied courses are at most 5 years old.",
        ),
    ],
)
def test_a_constraint_says_how_it_stands_with_numbers(one, taken, verdict, sentence):
    given = result_of(one, *taken)
    assert (given.verdict.name, given.sentence) == (verdict, sentence)
    assert given.kind is one.kind


def test_every_kind_is_tried_above_or_below():
    tried = {
        mark.args[1][number][0].kind
        for mark in test_a_constraint_says_how_it_stands_with_numbers.pytestmark
        for number in range(len(mark.args[1]))
    }
    assert tried | {requirements.ConstraintKind.MAX_TRANSFER_CREDITS} == set(requirements.ConstraintKind)


def test_transfer_credit_is_limited_and_the_rest_stays_free():
    rules = [rule(1, "X 1", awards("BIO 1")), rule(2, "X 2", awards("BIO 2"))]
    capped = constraint("MAX_TRANSFER_CREDITS", credits=3)
    taken = took("X 1", at=THERE), took("X 2", at=THERE)
    given = result_of(capped, *taken, rules=rules)
    assert (given.verdict.name, given.sentence) == ("YES", "3.00 credits from elsewhere; 3.00 allowed.")
    leaf = pool("A", EVERY, min_credits=6, constraints=(capped,))
    result = audit(program(leaf), *taken, rules=rules)
    assert standing(result, "A") == "PARTIAL"
    assert list(reasons(result).values()) == ["MAXIMUM_REACHED"]


def test_the_courses_that_a_constraint_needs_are_chosen():
    asked = constraint("MIN_COURSES_AT_LEVEL", courses=1, level=3000)
    result = audit(program(pool("A", EVERY, min_courses=2, constraints=(asked,))), low(1), low(2), high(1))
    assert standing(result, "A") == "MET"
    assert "BIO 3001" in applied(result, "A")
    assert len(applied(result, "A")) == 2


def test_a_constraint_above_is_reached_by_courses_below():
    asked = constraint("MIN_CREDITS_AT_LEVEL", credits=6, level=3000)
    tree = program(group("G", pool("A", EVERY, min_credits=6), pool("B", EVERY, min_credits=3), constraints=(asked,)))
    assert standing(audit(tree, low(1), low(2), high(1), high(2)), "G") == "MET"
    assert standing(audit(tree, low(1), low(2), low(3), high(1)), "G") == "PARTIAL"


def test_an_unmet_constraint_keeps_its_requirement_open_and_says_what_is_missing():
    asked = constraint("MIN_CREDITS_AT_LEVEL", credits=6, level=3000)
    progress = found(audit(program(pool("A", EVERY, min_credits=6, constraints=(asked,))), low(1), high(1)), "A")
    assert progress.status.name == "PARTIAL"
    assert progress.missing == "Needs 3.00 more credits at level 3000 or above."
    assert progress.explanation == "Not met: 3.00 of 6.00 credits at level 3000 or above (BIO 3001)."


def test_constraints_of_the_whole_program_look_at_everything_applied():
    capped = constraint("MAX_CREDITS_AT_LEVEL", credits=3, level=1000)
    tree = program(pool("A", EVERY), pool("B", EVERY))
    result = audit(tree, low(1), low(2), constraints=(capped,))
    assert [standing(result, key) for key in "AB"].count("MET") == 1
    [given] = result.constraints
    assert given.sentence == "3.00 credits at level 1000; 3.00 allowed."
    assert result.views[0].credits == 3
