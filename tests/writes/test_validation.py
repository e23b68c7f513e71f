"""Values before they are written: trimmed, checked by their model, mistakes told together."""

import pytest

from gql_api import errors
from gql_api.tables.courses import CourseBase
from gql_api.tables.plans import PlanBase
from gql_api.writes import validation


def test_text_is_trimmed_and_blank_text_is_none():
    assert validation.cleaned({"a": "  x ", "b": " \n", "c": 3, "d": None}) == {"a": "x", "b": None, "c": 3, "d": None}


@pytest.mark.parametrize("text", ["nul\x00", "half \ud800 of a pair"], ids=["NUL", "surrogate"])
def test_text_that_cannot_be_stored_is_refused_by_its_field(text):
    (problem,) = validation.problems(PlanBase, {"name": text}, ("input",))
    assert (problem.code, problem.path) == ("INVALID_INPUT", ("input", "name"))


def test_every_mistake_of_the_values_is_told_with_its_field():
    found = validation.problems(CourseBase, {"code": "x" * 121, "title": None, "repeatable_times": 0})
    assert [problem.path for problem in found] == [("code",), ("title",), ("repeatable_times",)]
    assert [problem.message for problem in found] == [
        "code may have at most 120 characters; it has 121.",
        "This must not be empty.",
        "repeatableTimes is at least 1; it is 0.",
    ]


def test_a_value_above_its_bound_or_of_another_kind_is_told_in_our_words():
    given = {"code": "MATH 101", "title": "Algebra", "credits_max": 1000, "active_from": "soon"}
    assert {problem.message for problem in validation.problems(CourseBase, given)} == {
        "creditsMax is at most 999.99; it is 1000.",
        "activeFrom does not have a value of its kind.",
    }


def test_good_values_have_no_problems():
    assert validation.problems(CourseBase, {"code": "MATH 101", "title": "Algebra"}) == []


def test_one_mistake_is_raised_as_itself_and_several_as_a_group():
    first, second = errors.InvalidInput("first"), errors.NotFound("second")
    validation.refuse([])
    with pytest.raises(errors.NotFound):
        validation.refuse([second])
    with pytest.raises(ExceptionGroup) as group:
        validation.refuse([first, second])
    assert group.value.exceptions == (first, second)
