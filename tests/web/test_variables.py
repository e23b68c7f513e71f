"""Wrong values of variables: each is told with the way to it, in our own words."""

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from gql_api.schema import root
from gql_api.web import documents, variables

ADD = "mutation ($input: AddCoursesInput!) { addCourses(input: $input) { clientMutationId } }"
CREDITS = "Credits are a string or an integer from 0 to 999.99 with at most two places"


def found(text: str, given: dict, *, names_are_secret: bool = False, schema=root.schema):
    document = documents.Documents(schema, capacity=10_000).ready(text)
    values = variables.Values(schema=schema._schema, given=given, names_are_secret=names_are_secret)
    return values.mistakes(document.node, document.operation(None).name)


def said(text: str, given: dict, **options):
    return [(error.original_error.path, error.message) for error in found(text, given, **options)]


def entry(**given):
    return {"input": {"planId": "x", "courses": [{"course": {"id": "x"}, **given}]}}


@pytest.mark.parametrize(
    ("given", "path", "message"),
    [
        ({"credits": "1000"}, ("credits",), f'{CREDITS}, such as "3.00"; got "1000".'),
        ({"credits": True}, ("credits",), f'{CREDITS}, such as "3.00"; got true.'),
        (
            {"takenOn": "2025-02-30"},
            ("takenOn",),
            'A Date is a day as year, month and day, such as 2025-08-15; got "2025-02-30".',
        ),
        (
            {"takenOn": "20250815"},
            ("takenOn",),
            'A Date is a day as year, month and day, such as 2025-08-15; got "20250815".',
        ),
        ({"score": "5"}, ("score",), 'score is a whole number from -2147483648 to 2147483647; got "5".'),
        ({"score": 2**40}, ("score",), f"score is a whole number from -2147483648 to 2147483647; got {2**40}."),
        ({"notes": 5}, ("notes",), "notes is a text; got 5."),
        ({"isRepeat": "yes"}, ("isRepeat",), 'isRepeat is true or false; got "yes".'),
        ({"status": None}, ("status",), "status must not be null."),
        ({"term": 2025}, ("term",), "term is an object of type TermInput; got 2025."),
        ({"term": {"year": 2025}}, ("term", "season"), "season is missing."),
        ({"cource": 1}, ("cource",), "PlannedCourseInput has no field cource. Did you mean 'course' or 'score'?"),
        (
            {"course": {"id": "x", "exam": None}},
            ("course",),
            "CourseRef takes exactly one of its fields, not null: id, key, exam, unlisted. Got id, exam.",
        ),
        (
            {"course": {}},
            ("course",),
            "CourseRef takes exactly one of its fields, not null: id, key, exam, unlisted. Got none.",
        ),
    ],
)
def test_a_wrong_value_is_told_with_the_way_to_it(given, path, message):
    assert said(ADD, entry(**given)) == [(("input", "courses", "0", *path), message)]


def test_a_wrong_enum_value_is_told_with_those_there_are():
    [(path, message)] = said(ADD, entry(grade="A+"))
    assert path == ("input", "courses", "0", "grade")
    assert message.startswith('"A+" is no Grade. It is one of A_PLUS, A, A_MINUS, B_PLUS,')


def test_where_the_schema_is_not_shown_no_name_is_told():
    assert said(ADD, entry(grade="A+", cource=1), names_are_secret=True) == [
        (("input", "courses", "0", "grade"), '"A+" is no Grade.'),
        (("input", "courses", "0", "cource"), "PlannedCourseInput has no field cource."),
    ]


@pytest.mark.parametrize(
    ("given", "mistakes"),
    [
        ({}, [(("input",), "The variable $input is missing.")]),
        ({"input": None}, [(("input",), "The variable $input must not be null.")]),
        ({"input": {"planId": "x", "courses": []}}, []),
        (entry(course={"id": "x"}, credits="3.00", grade="A_PLUS", takenOn="2025-08-15", score=5), []),
    ],
)
def test_what_is_missing_or_null_is_told_and_what_fits_is_not(given, mistakes):
    assert said(ADD, given) == mistakes


def test_one_value_stands_for_a_list_of_it():
    single = {"input": {"planId": "x", "courses": {"course": {"id": "x"}, "credits": "1000"}}}
    assert [path for path, _ in said(ADD, single)] == [("input", "courses", "credits")]


def test_a_variable_with_a_default_may_be_left_out():
    assert said("query ($n: Int! = 3) { institutions(first: $n) { totalCount } }", {}) == []


def test_no_more_than_ten_mistakes_are_told_and_a_long_value_is_cut():
    many = {"input": {"planId": "x", "courses": [{"course": {"id": "x"}, "notes": ["y" * 100]}] * 50}}
    mistakes = said(ADD, many)
    assert len(mistakes) == 10
    assert mistakes[9] == (("input", "courses", "9", "notes"), f'notes is a text; got ["{"y" * 58}….')


def test_a_mistake_lies_where_its_variable_is_declared():
    [error] = found("query Q(\n  $n: Int\n) { institutions(first: $n) { totalCount } }", {"n": "x"})
    assert [(place.line, place.column) for place in error.locations] == [(2, 3)]


def test_a_scalar_that_breaks_refuses_its_value():
    class Odd(str):
        __slots__ = ()

    def explode(value: object) -> Odd:
        raise ZeroDivisionError

    @strawberry.type
    class Query:
        @strawberry.field
        def odd(self, value: Odd) -> str:
            return value

    scalar = strawberry.scalar(name="Odd", serialize=str, parse_value=explode)
    schema = strawberry.Schema(query=Query, config=StrawberryConfig(scalar_map={Odd: scalar}))
    assert said("query ($o: Odd!) { odd(value: $o) }", {"o": "x"}, schema=schema) == [
        (("o",), 'o is a value of type Odd; got "x".')
    ]
