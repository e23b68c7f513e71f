"""What reading courses refuses, and what it answers with null."""

import pytest

from gql_api.schema import ids

pytestmark = pytest.mark.anyio

RANGE = "query ($filter: CourseFilter) { courses(filter: $filter) { totalCount } }"
STATUS = """query ($named: String!) {
  course(institution: "HC", code: "MATH 101") { code transferStatus(toInstitution: $named) { status } } }"""


async def test_a_range_of_credits_that_holds_nothing_is_refused_with_its_path(ask, world) -> None:
    answer = await ask(RANGE, {"filter": {"credits": {"minimum": "4", "maximum": "3"}}})

    (error,) = answer["errors"]
    assert error["message"] == "minimum (4) is above maximum (3)."
    assert error["extensions"] == {"code": "INVALID_INPUT", "inputPath": ["filter", "credits", "minimum"]}


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ('course(code: "ENG 101") { id }', "institution"),
        ('course(institution: "HC") { id }', "code"),
        ('course(id: "x", code: "ENG 101") { id }', "id"),
        ("course { id }", "id"),
        ('program(name: "Logic") { id }', "institution"),
        ('program(institution: "HC") { id }', "name"),
        ('program(institution: "HC", degreeType: "BA") { id }', "name"),
        ('program(id: "x", name: "Logic") { id }', "id"),
        ("program { id }", "id"),
        ("plan { id }", "code"),
        ('plan(id: "x", code: "y") { id }', "id"),
    ],
)
async def test_what_names_nothing_is_refused_with_the_argument_that_is_missing(ask, world, field, path) -> None:
    (error,) = (await ask(f"{{ {field} }}"))["errors"]

    assert error["extensions"] == {"code": "INVALID_INPUT", "inputPath": [path]}


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ('courses(filter: {search: "TOO LONG"}) { totalCount }', ["filter", "search"]),
        ('courses(filter: {subject: ["TOO LONG"]}) { totalCount }', ["filter", "subject"]),
        ('courses(filter: {department: ["TOO LONG"]}) { totalCount }', ["filter", "department"]),
        ('courses(filter: {attribute: ["TOO LONG"]}) { totalCount }', ["filter", "attribute"]),
        ('programs(filter: {search: "TOO LONG"}) { totalCount }', ["filter", "search"]),
        ('programs(filter: {degreeType: ["TOO LONG"]}) { totalCount }', ["filter", "degreeType"]),
        ('institutions(search: "TOO LONG") { totalCount }', ["search"]),
    ],
)
async def test_a_text_that_is_too_long_is_refused_with_its_path(ask, world, field, path) -> None:
    (error,) = (await ask(f"{{ {field.replace('TOO LONG', 'x' * 201)} }}"))["errors"]

    assert error["extensions"] == {"code": "INVALID_INPUT", "inputPath": path}


async def test_a_search_is_told_how_it_was_understood_or_perhaps_meant(ask, world) -> None:
    query = "query ($search: String) { courses(filter: {search: $search}) { didYouMean nodes { code } } }"
    corrected = (await ask(query, {"search": "algerba"}))["data"]["courses"]
    other = (await ask(query, {"search": "matk 101"}))["data"]["courses"]

    assert corrected["didYouMean"] == ["algebra"]
    assert corrected["nodes"]
    assert other == {"didYouMean": ["MATH 101"], "nodes": []}


async def test_a_range_of_one_value_holds_it(ask, world) -> None:
    answer = await ask(RANGE, {"filter": {"credits": {"minimum": "9", "maximum": "9.00"}}})

    assert answer == {"data": {"courses": {"totalCount": 1}}}


async def test_the_status_for_an_institution_that_is_not_there_is_null_and_the_course_stays(ask, world) -> None:
    nowhere, there = [(await ask(STATUS, {"named": name})) for name in ("Nowhere", "TU")]

    assert nowhere == {"data": {"course": {"code": "MATH 101", "transferStatus": None}}}
    assert there["data"]["course"]["transferStatus"] is not None


@pytest.mark.parametrize(
    ("wanted", "given", "message"),
    [
        ("Institution", "Course:1", "is the id of a course, not of an institution."),
        ("Course", "Institution:1", "is the id of an institution, not of a course."),
        ("PlannedCourse", "ProgramVersion:1", "is the id of a program version, not of a planned course."),
    ],
)
def test_an_id_of_another_type_is_told_in_words(wanted, given, message) -> None:
    value = ids.encode(*given.split(":"))

    with pytest.raises(Exception, match=message):
        ids.key_of(wanted, value)
