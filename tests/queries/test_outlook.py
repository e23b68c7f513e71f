"""What lies ahead of a plan, over HTTP: suggestions, gap plan, what-if, preview, best fit."""

import pytest

from gql_api.schema import ids

pytestmark = pytest.mark.anyio

VIEWS = "id status views { view percent credits requirementsMet }"


async def program(ask, name="Biology") -> dict[str, str]:
    query = 'query ($name: String!) { program(institution: "ARSU", name: $name) { id currentVersion { id } } }'
    return (await ask(query, {"name": name}))["data"]["program"]


def course(code, institution="HPCC", **values):
    return {"course": {"key": {"institution": institution, "code": code}}, **values}


async def new_plan(ask, *courses) -> tuple[str, str]:
    made = await ask(
        "mutation ($input: CreatePlanInput!) { createPlan(input: $input) { code plan { id } errors { message } } }",
        {"input": {"targetProgramId": (await program(ask))["id"], "courses": list(courses)}},
    )
    assert made["data"]["createPlan"]["errors"] == []
    return made["data"]["createPlan"]["code"], made["data"]["createPlan"]["plan"]["id"]


async def of_plan(ask, code, fields, **variables):
    named = {"add": "[PlannedCourseInput!]", "taken": "[TakenCourseInput!]", "drop": "[ID!]", "program": "ID"}
    declared = "".join(f", ${name}: {named[name]}" for name in variables)
    answer = await ask(
        f"query ($code: String!{declared}) {{ plan(code: $code) {{ {fields} }} }}", {"code": code, **variables}
    )
    assert "errors" not in answer, answer["errors"]
    return answer["data"]["plan"]


async def refused(ask, query, variables):
    error = (await ask(query, variables))["errors"][0]
    return error["extensions"]["code"], error["extensions"].get("inputPath")


async def test_suggestions_of_a_requirement_meet_it_when_they_are_added(ask) -> None:
    code, _ = await new_plan(ask, course("ENG 101", status="COMPLETED", grade="A"))
    fields = """progress { requirements { requirement { key } suggestions(first: 1) {
        countsAs via { id } completes { requirement { key } } course { id } } } }"""
    parts = (await of_plan(ask, code, fields))["progress"]["requirements"]
    [english] = [part for part in parts if part["requirement"]["key"] == "composition"]
    [suggestion] = english["suggestions"]

    assert suggestion["countsAs"] == "ENGL 1020"
    assert suggestion["completes"] == [{"requirement": {"key": "composition"}}]
    after = await of_plan(
        ask,
        code,
        "preview(add: $add) { after { requirements { requirement { key } status } } }",
        add=[{"course": {"id": suggestion["course"]["id"]}}],
    )
    standing = {part["requirement"]["key"]: part["status"] for part in after["preview"]["after"]["requirements"]}
    assert standing["composition"] == "PLANNED"


async def test_suggestions_are_bounded_and_none_is_in_the_plan(ask) -> None:
    code, _ = await new_plan(ask, course("ENGL 1020", "ARSU"))
    found = (await of_plan(ask, code, "suggestions(first: 100) { course { code } }"))["suggestions"]
    codes = [one["course"]["code"] for one in found]

    assert 0 < len(codes) <= 100
    assert len(set(codes)) == len(codes)
    assert "ENGL 1020" not in codes
    assert (await of_plan(ask, code, "suggestions(first: 0) { countsAs }"))["suggestions"] == []
    query = "query ($code: String!) { plan(code: $code) { suggestions(first: 101) { countsAs } } }"
    assert await refused(ask, query, {"code": code}) == ("INVALID_INPUT", ["first"])


async def test_a_gap_plan_completes_the_program_when_its_courses_are_added(ask) -> None:
    code, _ = await new_plan(ask, course("ENG 101", status="COMPLETED", grade="A"), course("BIO 111"))
    fields = """gapPlan { outcome credits leastCredits isProven obstacles { sentence }
        courses { credits purpose course { id code } } }"""
    gap = (await of_plan(ask, code, fields))["gapPlan"]

    assert (gap["outcome"], gap["obstacles"]) == ("FOUND", [])
    assert gap["credits"] == gap["leastCredits"]
    assert gap["isProven"]
    assert float(gap["credits"]) == sum(float(one["credits"]) for one in gap["courses"])
    added = [{"course": {"id": one["course"]["id"]}} for one in gap["courses"]]
    after = (
        await of_plan(ask, code, f"preview(add: $add) {{ after {{ {VIEWS} totals {{ kind status }} }} }}", add=added)
    )["preview"]["after"]
    assert after["views"][2]["requirementsMet"] > 0
    assert {one["kind"]: one["status"] for one in after["totals"]}["TOTAL_CREDITS"] == "PLANNED"


async def test_what_if_answers_anybody_and_says_which_posted_course_is_where(ask) -> None:
    query = f"""query ($input: WhatIfInput!) {{ whatIf(input: $input) {{ {VIEWS}
        posted {{ inputIndex ref label }} unapplied {{ inputIndex plannedCourse {{ id }} }}
        requirements {{ requirement {{ key }} applied {{ countsAs inputIndexes plannedCourses {{ id }} }} }} }} }}"""
    courses = [course("ENG 101", ref="english", grade="A"), course("STAT 120", grade="F")]
    answer = (await ask(query, {"input": {"programId": (await program(ask))["id"], "courses": courses}}))["data"][
        "whatIf"
    ]

    assert [(one["inputIndex"], one["ref"], one["label"]) for one in answer["posted"]] == [
        (0, "english", "ENG 101"),
        (1, None, "STAT 120"),
    ]
    applied = {one["requirement"]["key"]: one["applied"] for one in answer["requirements"]}
    assert applied["composition"] == [{"countsAs": "ENGL 1010", "inputIndexes": [0], "plannedCourses": []}]
    assert answer["unapplied"] == [{"inputIndex": 1, "plannedCourse": None}]


async def test_a_scenario_has_an_id_of_its_own_and_the_same_one_every_time(ask, demo_code) -> None:
    fields = """id progress { id requirements { id } } same: whatIf { id } again: whatIf { id }
        more: whatIf(add: $taken) { id requirements { id parentId depth } } other: whatIf(programId: $program) { id }"""
    wanted = (await program(ask, "Biology"))["id"]
    plan = await of_plan(ask, demo_code, fields, taken=[course("ART 100")], program=wanted)

    names = {plan["progress"]["id"], plan["same"]["id"], plan["more"]["id"]}
    assert len(names) == 3
    assert plan["same"] == plan["again"] == plan["other"]
    parts = plan["more"]["requirements"]
    known = {one["id"] for one in parts}
    assert all((one["parentId"] in known) == (one["depth"] > 0) for one in parts)
    assert known.isdisjoint(one["id"] for one in plan["progress"]["requirements"])
    assert all(ids.decode(name)[0] == "Progress" for name in names)


async def test_dropping_everything_leaves_nothing_and_saves_nothing(ask) -> None:
    code, _ = await new_plan(ask, course("ENG 101", status="COMPLETED", grade="A"))
    held = await of_plan(ask, code, "revision courses { id }")
    dropped = [one["id"] for one in held["courses"]]

    fields = f"whatIf(drop: $drop) {{ {VIEWS} }} preview(drop: $drop) {{ before {{ {VIEWS} }} after {{ {VIEWS} }} }}"
    answer = await of_plan(ask, code, fields, drop=dropped)

    assert answer["whatIf"] == answer["preview"]["after"]
    assert answer["whatIf"]["views"][2]["credits"] == "0.00"
    assert answer["preview"]["before"]["views"][2]["credits"] == "3.00"
    assert await of_plan(ask, code, "revision courses { id }") == held


async def test_a_preview_warns_as_adding_does_and_refuses_the_same_mistakes(ask) -> None:
    code, plan_id = await new_plan(ask, course("ENG 101"))
    added = [course("ENG 102", ref="next", status="PLANNED", grade="A", term={"year": 2090, "season": "FALL"})]
    shown = "warnings { kind message inputIndex ref plannedCourseId }"
    preview = (
        await of_plan(ask, code, f"preview(add: $add) {{ {shown} assignments {{ inputIndexes countsAs }} }}", add=added)
    )["preview"]
    made = await ask(
        f"mutation ($input: AddCoursesInput!) {{ addCourses(input: $input) {{ {shown} errors {{ message path }} }} }}",
        {"input": {"planId": plan_id, "courses": added}},
        code=code,
    )

    stored = made["data"]["addCourses"]["warnings"]
    assert [one | {"plannedCourseId": None} for one in stored] == preview["warnings"]
    assert "GRADE_NOT_FITTING" in {one["kind"] for one in preview["warnings"]}
    assert preview["assignments"][0] == {"inputIndexes": [0], "countsAs": "ENGL 1020"}
    query = """query ($code: String!, $add: [PlannedCourseInput!]) {
        plan(code: $code) { preview(add: $add) { warnings { kind } } } }"""
    assert await refused(ask, query, {"code": code, "add": [course("NOPE 1")]}) == (
        "NOT_FOUND",
        ["add", "0", "course", "key", "code"],
    )


async def test_a_preview_shows_a_course_that_the_plan_has_already_as_a_warning(ask) -> None:
    code, _ = await new_plan(ask, course("ENG 101"))
    credits = "views { credits }"
    shown = f"warnings {{ kind message inputIndex requirement {{ key }} }} before {{ {credits} }} after {{ {credits} }}"
    preview = (await of_plan(ask, code, f"preview(add: $add) {{ {shown} }}", add=[course("ENG 101")]))["preview"]

    assert preview["warnings"] == [
        {
            "kind": "REPEAT",
            "message": "ENG 101: the plan has it already; it earns credit once. Mark it as a repeat if it is one.",
            "inputIndex": 0,
            "requirement": None,
        }
    ]
    assert preview["before"] == preview["after"]


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"courses": []}, "INVALID_INPUT", ["input", "versionId"]),
        ({"versionId": "nonsense", "courses": []}, "INVALID_INPUT", ["input", "versionId"]),
        ({"versionId": ids.encode("ProgramVersion", 999_999), "courses": []}, "NOT_FOUND", ["input", "versionId"]),
        ({"programId": ids.encode("Program", 999_999), "courses": []}, "NOT_FOUND", ["input", "programId"]),
        (
            {"versionId": ids.encode("ProgramVersion", 1), "programId": ids.encode("Program", 1), "courses": []},
            "INVALID_INPUT",
            ["input", "programId"],
        ),
        (
            {"programId": ids.encode("Program", 1), "courses": [course("NOPE 1")]},
            "NOT_FOUND",
            ["input", "courses", "0", "course", "key", "code"],
        ),
        (
            {"programId": ids.encode("Program", 1), "courses": [course("ENG 101")] * 101},
            "INVALID_INPUT",
            ["input", "courses"],
        ),
    ],
)
async def test_a_wrong_scenario_is_told_with_its_path(ask, given, code, path) -> None:
    query = "query ($input: WhatIfInput!) { whatIf(input: $input) { id } }"

    assert await refused(ask, query, {"input": given}) == (code, path)


async def test_an_entry_of_another_plan_cannot_be_dropped(ask, demo_code) -> None:
    code, _ = await new_plan(ask, course("ENG 101"))
    other = (await of_plan(ask, demo_code, "courses { id }"))["courses"][0]["id"]
    query = "query ($code: String!, $drop: [ID!]) { plan(code: $code) { whatIf(drop: $drop) { id } } }"

    assert await refused(ask, query, {"code": code, "drop": [other]}) == ("NOT_FOUND", ["drop", "0"])


async def test_best_fit_ranks_the_programs_of_a_degree_type_by_what_remains(ask, demo_code) -> None:
    kinds = (await ask("{ programs(first: 100) { nodes { degreeType } } }"))["data"]["programs"]["nodes"]
    shown = f"rank remainingCredits isProven program {{ name }} progress {{ {VIEWS} }}"
    types = sorted({one["degreeType"] for one in kinds})
    fields = " ".join(f'k{place}: bestFit(degreeType: "{one}") {{ {shown} }}' for place, one in enumerate(types))
    found = await of_plan(ask, demo_code, fields)

    for ranking in found.values():
        remaining = [float(one["remainingCredits"]) for one in ranking]
        assert [one["rank"] for one in ranking] == list(range(1, len(ranking) + 1))
        assert remaining == sorted(remaining)
        assert all(one["isProven"] for one in ranking)
        assert all(
            (left == 0) == (one["progress"]["views"][2]["percent"] == 100)
            for left, one in zip(remaining, ranking, strict=True)
        )
    assert sum(map(len, found.values())) == len(kinds)


async def test_best_fit_takes_the_degree_type_of_the_target_and_is_empty_where_no_program_tells_it(
    ask, demo_code
) -> None:
    fields = "target { program { degreeType } } bestFit { program { degreeType } }"
    found = await of_plan(ask, demo_code, fields)
    made = await ask("mutation { createPlan(input: {}) { code plan { bestFit { rank } } } }")

    assert {one["program"]["degreeType"] for one in found["bestFit"]} == {found["target"]["program"]["degreeType"]}
    assert made["data"]["createPlan"]["plan"]["bestFit"] == []


async def test_a_plan_without_a_target_has_no_outlook(ask) -> None:
    made = await ask("mutation { createPlan(input: {}) { code } }")
    code = made["data"]["createPlan"]["code"]

    found = await of_plan(
        ask,
        code,
        "gapPlan { outcome } suggestions { countsAs } preview { before { id } after { id } warnings { kind } }",
    )

    assert found == {"gapPlan": None, "suggestions": [], "preview": {"before": None, "after": None, "warnings": []}}


async def test_a_course_tells_which_requirements_of_a_plan_it_could_be_applied_to(ask, demo_code, statements) -> None:
    plan_id = (await of_plan(ask, demo_code, "id"))["id"]
    fields = """requirementMatches(plan: $plan) {
        requirement { status requirement { name } } countsAs credits isPreferred doubt via { id } }"""
    query = f"""query ($plan: ID!) {{
        own: course(institution: "ARSU", code: "BIOL 4900") {{ {fields} }}
        transferred: course(institution: "HPCC", code: "ENG 101") {{ {fields} }}
        refused: course(institution: "HPCC", code: "WLD 110") {{ {fields} }} }}"""
    found = (await ask(query, {"plan": plan_id}, code=demo_code))["data"]
    two = query.replace("WLD 110", "ENG 101")
    with statements() as of_three:
        await ask(query, {"plan": plan_id}, code=demo_code)
    with statements() as of_two:
        await ask(two, {"plan": plan_id}, code=demo_code)

    names = [one["requirement"]["requirement"]["name"] for one in found["own"]["requirementMatches"]]
    assert names == ["Upper-division Biology", "Undergraduate Research", "Free Electives"]
    first = found["transferred"]["requirementMatches"][0]
    assert (first["requirement"]["requirement"]["name"], first["countsAs"], first["requirement"]["status"]) == (
        "Composition",
        "ENGL 1010",
        "MET",
    )
    assert first["via"] is not None
    assert found["refused"]["requirementMatches"] == []
    assert len(of_three) == len(of_two)
    stranger = await ask(query, {"plan": plan_id})
    assert stranger["data"]["own"]["requirementMatches"] == []


async def test_progress_tells_how_it_was_proved_and_credits_as_credits(ask, demo_code) -> None:
    fields = """progress {
        proof(view: COMPLETED) { view method nodes iterations bound requirements { requirement { name } } }
        totals { kind needed neededCredits actual actualCredits(view: COMPLETED) }
        requirements { depth isNeeded missing status requirement { name } } }"""
    found = (await of_plan(ask, demo_code, fields))["progress"]
    tops = [one["requirement"]["name"] for one in found["requirements"] if one["depth"] == 0]

    proved = [name["requirement"]["name"] for one in found["proof"] for name in one["requirements"]]
    assert sorted(proved) == sorted(tops)
    assert {(one["view"], one["bound"]) for one in found["proof"]} == {("COMPLETED", None)}
    by_kind = {one["kind"]: one for one in found["totals"]}
    assert by_kind["TOTAL_CREDITS"]["neededCredits"] == "120.00"
    assert float(by_kind["TOTAL_CREDITS"]["actualCredits"]) <= by_kind["TOTAL_CREDITS"]["actual"]
    assert (by_kind["MINIMUM_GPA"]["neededCredits"], by_kind["MINIMUM_GPA"]["actualCredits"]) == (None, None)
    seminar = next(one for one in found["requirements"] if one["requirement"]["name"] == "Senior Seminar")
    assert (seminar["status"], seminar["isNeeded"], seminar["missing"]) == ("UNMET", False, "")
