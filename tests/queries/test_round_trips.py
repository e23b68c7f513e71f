"""How often a request waits for the database: what is known to be needed is asked for in one message."""

import pytest

pytestmark = pytest.mark.anyio

COURSE = """query ($institution: String!, $code: String!, $first: Int) {
  course(institution: $institution, code: $code) {
  id code title institution { name }
  equivalencies(first: $first) { nodes { id outcome targets { kind credits course { code title } } } } } }"""
SAME = """query ($id: ID!, $first: Int) { course(id: $id) { ...Parts } }
fragment Parts on Course { id code title institution { name } ...Rules }
fragment Rules on Course {
  equivalencies(first: $first) { nodes { id outcome targets { kind credits course { code title } } } } }"""
APART = """query ($id: ID!, $first: Int) { course(id: $id) { ...Parts } again: course(id: $id) { ...Rules } }
fragment Parts on Course { id code title institution { name } }
fragment Rules on Course {
  equivalencies(first: $first) { nodes { id outcome targets { kind credits course { code title } } } } }"""
TREE = """query ($id: ID!) { program(id: $id) { name currentVersion { requirements { key children { key
  options { ... on CourseOption { code course { title creditsMin } } } } } } } }"""
PLAN = """query ($code: String!) { plan(code: $code) { name courses { status grade course { code title creditsMin } }
  target { program { name } } totals { view credits courses requirementsTouched requirementsListing } } }"""
IN_TURN = """query ($id: ID!) { plan(id: $id) { name courses { status grade course { code title creditsMin } }
  target { program { name } } totals { view credits courses requirementsTouched requirementsListing } } }"""


@pytest.mark.parametrize("first", [0, 1, 2, None])
async def test_a_course_with_its_rules_and_their_awards_takes_one_statement(ask, messages, first) -> None:
    with messages() as sent:
        called = await ask(COURSE, {"institution": "hpcc", "code": "eng101", "first": first})
    by_id = {"id": called["data"]["course"]["id"], "first": first}
    with messages() as sent_by_id:
        found = await ask(SAME, by_id)
    with messages() as sent_apart:
        apart = (await ask(APART, by_id))["data"]

    assert called == found
    assert apart["course"] | apart["again"] == found["data"]["course"]
    assert found["data"]["course"]["equivalencies"]["nodes"] or first == 0
    assert (sent, sent_by_id, sent_apart) == ([1], [1, 1], [1, 1])


async def test_a_course_that_is_not_there_is_null_with_all_that_is_asked_of_it(ask, messages) -> None:
    with messages() as sent:
        answer = await ask(COURSE, {"institution": "hpcc", "code": "ENG 999", "first": 1})

    assert answer == {"data": {"course": None}}
    assert sent == [1]


async def test_wrong_arguments_beneath_a_course_are_told_where_they_are(ask) -> None:
    answer = await ask(COURSE, {"institution": "hpcc", "code": "ENG 101", "first": 1000})

    assert [error["path"] for error in answer["errors"]] == [["course", "equivalencies"]]


async def test_rules_of_aliases_with_other_arguments_are_their_own(ask) -> None:
    document = """query ($code: String!) { course(institution: "HPCC", code: $code) {
      none: equivalencies(first: 0) { nodes { id } } one: equivalencies(first: 1) { nodes { id } } } }"""

    course = (await ask(document, {"code": "ENG 101"}))["data"]["course"]

    assert [len(course[name]["nodes"]) for name in ("none", "one")] == [0, 1]


async def test_a_program_with_its_tree_and_the_courses_that_it_names_takes_one_message(ask, messages) -> None:
    found = await ask('{ program(institution: "ARSU", name: "Biology") { id } }')
    for _ in range(2):  # which keep the tree, and then what it names
        before = await ask(TREE, found["data"]["program"])

    with messages() as sent:
        answer = await ask(TREE, found["data"]["program"])

    assert answer["data"]["program"]["currentVersion"]["requirements"]
    assert answer == before
    assert sent == [2]


async def test_a_plan_opened_by_its_code_comes_with_its_entries_in_one_message(ask, demo_code, messages) -> None:
    found = await ask("query ($code: String!) { plan(code: $code) { id } }", {"code": demo_code})
    in_turn = await ask(IN_TURN, {"id": found["data"]["plan"]["id"]}, code=demo_code)  # keeps what the target lists

    with messages() as sent:
        answer = await ask(PLAN, {"code": demo_code})

    assert len(answer["data"]["plan"]["courses"]) > 1
    assert answer == in_turn
    assert sent == [2]


async def test_a_code_that_opens_nothing_answers_null_where_entries_are_asked_for(ask) -> None:
    assert await ask(PLAN, {"code": "22222-22222"}) == {"data": {"plan": None}}
