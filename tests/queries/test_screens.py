"""What clients really send, each document with the exact number of statements it takes."""

import math

import pytest

from gql_api.reads import impasses
from tests.queries.conftest import DOCUMENTS

pytestmark = pytest.mark.anyio

STATEMENTS = {
    "articulate": 10,
    "transfer_options": 10,
    "course_detail": 7,
    "course_search": 2,
    "institutions": 3,
    "program_requirements": 3,
    "server": 1,
    "transfer_status": 5,
    "plan_outlook": 39,
    "plan_workspace": 16,
    "what_if": 17,
}


def test_every_document_that_reads_has_its_number() -> None:
    reading = {path.stem for path in DOCUMENTS.glob("*.graphql") if "\nquery " in path.read_text()}

    assert reading == set(STATEMENTS)


@pytest.mark.parametrize("name", STATEMENTS)
async def test_a_screen_is_answered_whole_in_its_number_of_statements(
    ask, document, demo_code, statements, name, monkeypatch
) -> None:
    monkeypatch.setattr(impasses, "SECONDS", math.inf)  # courses are looked at again after a time, which is not counted
    query, variables = document(name)
    if "code" in variables and name.startswith("plan"):
        variables["code"] = demo_code
    if name in {"articulate", "what_if"}:
        found = await ask(
            '{ institution(abbreviation: "ARSU") { id } program(institution: "ARSU", name: "Biology") { id } }'
        )
        if name == "articulate":
            variables["to"] = found["data"]["institution"]["id"]
        else:
            variables["input"]["programId"] = found["data"]["program"]["id"]

    await ask(query, variables)  # the first reads the requirement trees, which are kept from then on
    with statements() as executed:
        answer = await ask(query, variables)

    assert answer.get("errors", []) == []
    assert all(value is not None for value in answer["data"].values())
    assert len(executed) == STATEMENTS[name], executed


async def test_the_statements_of_a_plan_do_not_grow_with_its_courses(ask, document, statements, monkeypatch) -> None:
    monkeypatch.setattr(impasses, "SECONDS", math.inf)
    query, _ = document("plan_workspace")
    sizes = (12, 1, 12, 36)  # the first may read the requirement trees
    counts = [await statements_of_a_plan_with(size, ask, query, statements) for size in sizes][1:]

    # Only what there is nothing to load of, such as prerequisites or equivalencies behind suggestions, takes none.
    assert max(counts) - min(counts) <= 3
    assert counts[2] <= counts[1]


async def statements_of_a_plan_with(size: int, ask, query: str, statements) -> int:
    found = await ask(
        '{ institution(abbreviation: "HPCC") { id } program(institution: "ARSU", name: "Biology") { id } }'
    )
    filter_ = {"institution": [found["data"]["institution"]["id"]]}
    catalog = await ask(
        "query ($filter: CourseFilter) { courses(filter: $filter, first: 100) { nodes { id } } }", {"filter": filter_}
    )
    courses = [{"course": {"id": node["id"]}} for node in catalog["data"]["courses"]["nodes"][:size]]
    assert len(courses) == size
    made = await ask(
        "mutation ($input: CreatePlanInput!) { createPlan(input: $input) { code errors { message } } }",
        {"input": {"targetProgramId": found["data"]["program"]["id"], "courses": courses}},
    )
    assert made["data"]["createPlan"]["errors"] == []
    with statements() as executed:
        answer = await ask(query, {"code": made["data"]["createPlan"]["code"]})
    assert len(answer["data"]["plan"]["courses"]) == size
    return len(executed)


async def test_the_demo_plan_shows_how_transferred_courses_count(ask, document, demo_code) -> None:
    query, _ = document("plan_workspace")
    plan = (await ask(query, {"code": demo_code.lower().replace("-", " ")}))["data"]["plan"]

    through_rules = [
        applied for part in plan["progress"]["requirements"] for applied in part["applied"] if applied["via"]
    ]
    percents = [view["percent"] for view in plan["progress"]["views"]]
    assert plan["target"]["program"]["institution"]["name"] == "Alder Ridge State University"
    assert through_rules
    assert percents == sorted(percents)
    assert 0 < percents[0] < percents[2] <= 100
    assert all(part["explanation"] for part in plan["progress"]["requirements"])
    assert all(part["sentence"] for part in plan["progress"]["unapplied"])
