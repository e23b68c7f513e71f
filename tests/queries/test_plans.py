"""Who sees which plan, and what a wrong code answers."""

import pytest

pytestmark = pytest.mark.anyio

BY_CODE = "query ($code: String!) { plan(code: $code) { id } }"
BY_ID = "query ($id: ID!) { plan(id: $id) { id studentName } }"


async def new_plan(ask, name: str) -> tuple[str, str, str]:
    answer = await ask(
        "mutation ($input: CreatePlanInput!) { createPlan(input: $input) { code token plan { id } } }",
        {"input": {"name": name}},
    )
    made = answer["data"]["createPlan"]
    return made["plan"]["id"], made["code"], made["token"]


async def test_a_code_opens_its_plan_in_any_spelling(ask, demo_code) -> None:
    spellings = [demo_code, demo_code.replace("-", ""), f" {demo_code.lower()} "]

    found = [(await ask(BY_CODE, {"code": spelling}))["data"]["plan"] for spelling in spellings]

    assert found[0] is not None
    assert found == [found[0]] * 3


async def test_an_unknown_code_answers_null_and_a_malformed_one_says_what_a_code_is(ask) -> None:
    assert await ask(BY_CODE, {"code": "22222-22222"}) == {"data": {"plan": None}}
    malformed = await ask(BY_CODE, {"code": "what?"})
    assert malformed["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
    assert "what?" not in malformed["errors"][0]["message"]


async def test_a_plan_is_read_by_id_with_its_token_or_code_and_by_nobody_else(ask) -> None:
    id_, code, token = await new_plan(ask, "Mine")
    _, other_code, other_token = await new_plan(ask, "Not mine")

    assert (await ask(BY_ID, {"id": id_}, token=token))["data"]["plan"]["id"] == id_
    assert (await ask(BY_ID, {"id": id_}, code=code))["data"]["plan"]["id"] == id_
    assert (await ask(BY_ID, {"id": id_}, admin=True))["data"]["plan"]["id"] == id_
    assert (await ask(BY_ID, {"id": id_}))["data"]["plan"] is None
    assert (await ask(BY_ID, {"id": id_}, token=other_token))["data"]["plan"] is None
    assert (await ask(BY_ID, {"id": id_}, code=other_code))["data"]["plan"] is None


async def test_two_different_plans_in_one_request_are_refused(ask) -> None:
    _, code, token = await new_plan(ask, "One")
    _, other, _ = await new_plan(ask, "Two")

    by_argument = await ask(BY_CODE, {"code": other}, token=token)
    by_aliases = await ask(
        "query ($a: String!, $b: String!) { a: plan(code: $a) { id } b: plan(code: $b) { id } }",
        {"a": code, "b": other},
    )

    assert by_argument["errors"][0]["extensions"]["code"] == "INVALID_INPUT"
    assert [error["extensions"]["code"] for error in by_aliases["errors"]] == ["INVALID_INPUT"]


async def test_plans_are_listed_for_administrators_only(ask) -> None:
    query = "{ plans(first: 2) { totalCount nodes { id name } } }"

    denied = await ask(query)
    allowed = await ask(query, admin=True)

    assert denied["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert allowed["data"]["plans"]["totalCount"] >= 4


async def test_the_viewer_is_told_who_they_are(ask, demo_code) -> None:
    query = "{ viewer { role plan { id } } }"

    assert (await ask(query))["data"]["viewer"] == {"role": "ANONYMOUS", "plan": None}
    assert (await ask(query, admin=True))["data"]["viewer"]["role"] == "ADMINISTRATOR"
    holder = (await ask(query, code=demo_code))["data"]["viewer"]
    assert holder["role"] == "PLAN_HOLDER"
    assert holder["plan"] is not None


async def test_a_course_says_whether_it_is_in_a_plan_only_to_who_may_read_the_plan(ask, demo_code) -> None:
    query = """query ($plan: ID!) { course(institution: "HPCC", code: "ENG 101") { inPlan(plan: $plan) { grade } } }"""
    plan = (await ask(BY_CODE, {"code": demo_code}))["data"]["plan"]["id"]

    assert (await ask(query, {"plan": plan}, code=demo_code))["data"]["course"]["inPlan"] == [{"grade": "A_MINUS"}]
    assert (await ask(query, {"plan": plan}))["data"]["course"]["inPlan"] == []


async def test_totals_are_the_same_beside_any_other_field_and_read_nothing_that_these_read(
    ask, demo_code, statements
) -> None:
    totals = "totals { view credits courses requirementsTouched requirementsListing }"
    courses, target = "courses { status grade course { code title creditsMin } }", "target { program { name } }"
    beside = ("", courses, target, f"{courses} {target}", "terms { courses { credits } }", "preview { __typename }")
    orders = [fields for other in beside for fields in (f"{totals} {other}", f"{other} {totals}")]

    async def found(fields: str) -> tuple[list[object], int]:
        with statements() as executed:
            answer = await ask(f"query ($code: String!) {{ plan(code: $code) {{ {fields} }} }}", {"code": demo_code})
        return answer["data"]["plan"]["totals"], len(executed)

    first, _ = await found(totals)
    numbers = [await found(fields) for fields in orders]

    assert first[2]["requirementsListing"] >= first[2]["requirementsTouched"] > 0
    assert [one for one, _ in numbers] == [first] * len(orders)
    assert numbers[orders.index(f"{courses} {target} {totals}")][1] == 2


APPLIED = """query ($code: String!, $null: View) { plan(code: $code) { progress { requirements {
  requirement { key } status
  applied { countsAs } planned: applied(view: PLANNED) { countsAs }
  deciding: applied(view: null) { countsAs } asked: applied(view: $null) { countsAs }
  completed: applied(view: COMPLETED) { countsAs }
} } } }"""


async def test_what_is_applied_is_that_of_everything_planned_unless_another_view_is_asked_for(ask, demo_plans) -> None:
    """Introductory Biology is met, and the planned view uses its courses where they meet another requirement."""
    code = next(plan.code for plan in demo_plans if plan.name == "Half-way")
    answer = await ask(APPLIED, {"code": code, "null": None})

    assert answer.get("errors") is None, answer
    parts = answer["data"]["plan"]["progress"]["requirements"]
    assert all(part["applied"] == part["planned"] for part in parts)
    assert all(part["deciding"] == part["asked"] for part in parts)
    met = next(part for part in parts if part["requirement"]["key"] == "biology-introduction")
    assert met["status"] == "MET"
    assert len(met["applied"]) < len(met["deciding"])
    assert met["deciding"] == met["completed"]
