"""Courses as the rules see them: number ranges and attributes."""

import pytest

from gql_api.domain import courses, statuses
from tests.domain.literals import attributes, course


@pytest.mark.parametrize(
    ("number", "lowest", "highest", "lies_between"),
    [
        ("250", "200", "299", True),
        ("200", "200", "299", True),
        ("299", "200", "299", True),
        ("300", "200", "299", False),
        ("99", "100", "999", False),
        ("1001", "200", "999", False),
        ("125L", "100", "125", True),
        ("125", "100", "125L", True),
        ("125M", "100", "125L", False),
        ("125K", "125L", "130", False),
        ("126", "125L", "130", True),
        ("0099", "100", None, False),
        ("5", None, "10", True),
        ("2108/2109", "2108", "2200", True),
    ],
)
def test_course_numbers_are_compared_as_numbers_and_suffixes_only_where_the_bound_has_one(
    number, lowest, highest, lies_between
):
    assert courses.is_number_between(number, lowest, highest) is lies_between


@pytest.mark.parametrize(
    ("attribute", "value", "has"),
    [
        ("has_lab", None, True),
        ("has_lab", "TRUE", True),
        ("has_lab", "false", False),
        ("course_type", "seminar", True),
        ("course_type", "research", True),
        ("course_type", "lecture", False),
        ("course_type", None, False),
        ("research", None, True),
        ("independent_study", None, False),
        ("writing", None, True),
        ("tag", "writing", True),
        ("tag", "lab", False),
        ("area", "humanities", True),
        ("area", "science", False),
    ],
)
def test_attributes_are_asked_for_by_name_value_or_tag_and_research_includes_seminars(attribute, value, has):
    given = attributes("writing", "area:humanities", has_lab=True, course_type=statuses.CourseType.SEMINAR)
    assert given.have(attribute, value) is has


def test_an_unknown_lab_is_neither_a_lab_nor_none():
    assert not attributes().have("has_lab")
    assert not attributes().have("has_lab", "false")
    assert attributes(has_lab=False).have("has_lab", "no")


def test_stored_attributes_are_read_and_what_the_rules_do_not_know_is_left_out():
    stored = {"has_lab": True, "course_type": "lab_only", "tags": ["a", "b"], "campus": "east"}
    assert courses.attributes(stored) == attributes("a", "b", has_lab=True, course_type=statuses.CourseType.LAB_ONLY)
    assert courses.attributes({"has_lab": "perhaps", "course_type": "opera", "tags": "a"}) == attributes()


def test_a_course_with_a_leading_zero_is_developmental():
    assert course("MATH 098").is_developmental
    assert not course("MATH 98").is_developmental
