"""Prerequisites over the API: the tree, who asks for a course, whether a plan may take it, what is wrong."""

import psycopg
import pytest

from gql_api.schema import ids

pytestmark = pytest.mark.anyio

PARSE = """query ($institution: ID!, $text: String!) { parsePrerequisites(institution: $institution, text: $text) {
  __typename sentence
  all {
    __typename path depth
    ... on PrerequisiteCourse { code minimumGrade timing course { code } }
    ... on PrerequisiteAtLeast { needed }
    ... on PrerequisiteStanding { standing text }
    ... on PrerequisiteCredits { credits }
    ... on PrerequisiteAverage { minimum }
    ... on PrerequisiteScore { text }
    ... on PrerequisiteConsent { text }
    ... on PrerequisiteUnparsed { text }
    ... on PrerequisiteNote { text }
  } } }"""
COURSE = """query ($code: String!, $plan: ID!, $term: TermInput) { course(institution: "HC", code: $code) {
  prerequisiteText
  prerequisites { ... on PrerequisiteAllOf { members { sentence ... on PrerequisiteAnyOf { members { sentence } } } } }
  prerequisiteFor { code }
  canTake(plan: $plan, term: $term) {
    verdict sentence
    decidedBy { verdict problem sentence course { code } plannedCourses { id course { code } }
                prerequisite { ... on PrerequisiteCourse { code } } }
    findings { problem }
  } } }"""
ISSUES = """query ($plan: ID!) { plan(id: $plan) { issues {
  problem message plannedCourse { course { code } } course { code } missing { code } prerequisite { sentence }
  findings { verdict sentence } } } }"""
WARNINGS = "warnings { kind message inputIndex missing { code } }"
ADD = f"mutation ($input: AddCoursesInput!) {{ addCourses(input: $input) {{ errors {{ message }} {WARNINGS} }} }}"
UPDATE = f"""mutation ($input: UpdatePlannedCoursesInput!) {{
  updatePlannedCourses(input: $input) {{ errors {{ message }} {WARNINGS} }} }}"""
PREVIEW = f"""query ($plan: ID!, $add: [PlannedCourseInput!]) {{
  plan(id: $plan) {{ courses {{ id }} preview(add: $add) {{ {WARNINGS} }} }} }}"""
PAGE = """query ($plan: ID!, $term: TermInput!) {
  courses(first: 50, filter: {subject: ["SEQ"]}) { nodes { code canTake(plan: $plan, term: $term) { verdict } } } }"""
FALL, SPRING = {"year": 2027, "season": "FALL"}, {"year": 2027, "season": "SPRING"}


@pytest.fixture
def courses(stocked_url, world):
    """Courses that ask for others: MATH 201 for MATH 101, MATH 301 for MATH 201 and one of two, SEQ 1 to SEQ 60."""
    texts = {
        "MATH 201": "MATH 101 with a C or better",
        "MATH 301": "MATH 201 and (PHIL 210 or BIO 104). May be repeated for credit",
        "MATH 401": "None.",
    }
    texts |= {f"SEQ {100 + place}": f"MATH 101 and SEQ {99 + place}, or consent" for place in range(60)}
    with psycopg.connect(stocked_url.replace("+psycopg", ""), autocommit=True) as connection:
        for code, text in texts.items():
            subject, number = code.split()
            connection.execute(
                "INSERT INTO courses (institution_id, code, title, subject, number, code_key, subjects, "
                "prerequisite_text) VALUES (%s, %s, 'A course', %s, %s, %s, %s, %s)",
                [world.number("here"), code, subject, number, code, [subject], text],
            )


@pytest.fixture
async def plan(ask, courses):
    made = await ask("mutation { createPlan(input: {}) { plan { id } token } }")
    return made["data"]["createPlan"]["plan"]["id"], made["data"]["createPlan"]["token"]


def key(code):
    return {"key": {"institution": "HC", "code": code}}


async def add(ask, plan, *entries):
    answer = await ask(ADD, {"input": {"planId": plan[0], "courses": list(entries)}}, token=plan[1])
    assert answer["data"]["addCourses"]["errors"] == []
    return answer["data"]["addCourses"]["warnings"]


async def test_a_text_becomes_a_typed_tree_with_its_courses(ask, world):
    text = "MATH 101 (C) or PHIL 999; two of BIO 104, 210 or MUS 150; jr st; 12 credits; 2.5 gpa; placement test; words"
    answer = await ask(PARSE, {"institution": world["here"], "text": text})
    nodes = answer["data"]["parsePrerequisites"]["all"]
    assert [(one["path"], one["__typename"].removeprefix("Prerequisite")) for one in nodes] == [
        ("", "AllOf"),
        ("0", "AnyOf"),
        ("0.0", "Course"),
        ("0.1", "Course"),
        ("1", "AtLeast"),
        ("1.0", "Course"),
        ("1.1", "Course"),
        ("1.2", "Course"),
        ("2", "Standing"),
        ("3", "Credits"),
        ("4", "Average"),
        ("5", "Score"),
        ("6", "Unparsed"),
    ]
    assert nodes[2] == {
        "__typename": "PrerequisiteCourse",
        "path": "0.0",
        "depth": 2,
        "code": "MATH 101",
        "minimumGrade": "C",
        "timing": "BEFORE",
        "course": {"code": "MATH 101"},
    }
    assert [one["course"] for one in nodes if one["__typename"] == "PrerequisiteCourse"] == [
        {"code": "MATH 101"},
        None,
        {"code": "BIO-104"},
        None,
        {"code": "MUS 150"},
    ]
    assert answer["data"]["parsePrerequisites"]["sentence"].startswith("(MATH 101 (at least C) or PHIL 999), (2 of ")


async def test_a_text_that_asks_for_nothing_is_a_note(ask, world):
    answer = await ask(PARSE, {"institution": world["here"], "text": "None."})
    assert answer["data"]["parsePrerequisites"]["all"] == [
        {"__typename": "PrerequisiteNote", "path": "", "depth": 0, "text": "None."}
    ]


async def test_no_text_at_all_asks_for_nothing(ask, world):
    answer = await ask(PARSE, {"institution": world["here"], "text": "  "})
    assert answer["data"]["parsePrerequisites"]["sentence"] == "nothing"


async def test_a_catalog_that_states_nothing_is_told_apart_from_one_that_states_that_nothing_is_asked_for(ask, plan):
    silent, open_to_all = [
        (await ask(COURSE, {"code": code, "plan": plan[0]}, token=plan[1]))["data"]["course"]["canTake"]
        for code in ("MATH 101", "MATH 401")
    ]
    assert (silent["verdict"], silent["sentence"]) == ("YES", "The catalog states no prerequisites of this course.")
    assert (open_to_all["verdict"], open_to_all["sentence"]) == ("YES", "It asks for nothing.")


async def test_a_text_too_long_and_an_unknown_institution_are_refused(ask, world):
    long = await ask(PARSE, {"institution": world["here"], "text": "x" * 10_001})
    nowhere = await ask(PARSE, {"institution": ids.encode("Institution", 999_999), "text": "MATH 1"})
    assert [one["errors"][0]["extensions"]["code"] for one in (long, nowhere)] == ["INVALID_INPUT", "NOT_FOUND"]


async def test_a_course_shows_what_it_asks_for_who_asks_for_it_and_whether_a_plan_may_take_it(ask, plan):
    await add(
        ask, plan, {"course": key("MATH 101"), "status": "COMPLETED", "grade": "D", "term": {**FALL, "year": 2024}}
    )
    answer = await ask(COURSE, {"code": "MATH 201", "plan": plan[0], "term": FALL}, token=plan[1])
    course = answer["data"]["course"]
    assert course["prerequisiteFor"] == [{"code": "MATH 301"}]
    check = course["canTake"]
    assert check["verdict"] == "NO"
    assert check["sentence"] == ("It needs MATH 101 (at least C). The grade of MATH 101 is D; at least C is asked for.")
    (entry,) = check["decidedBy"].pop("plannedCourses")
    assert entry["course"] == {"code": "MATH 101"}
    assert check["decidedBy"] == {
        "verdict": "NO",
        "problem": "GRADE_TOO_LOW",
        "sentence": "The grade of MATH 101 is D; at least C is asked for.",
        "course": {"code": "MATH 101"},
        "prerequisite": {"code": "MATH 101"},
    }
    members = (await ask(COURSE, {"code": "MATH 301", "plan": plan[0]}, token=plan[1]))["data"]["course"]
    assert [one["sentence"] for one in members["prerequisites"]["members"]] == [
        "MATH 201",
        "PHIL 210 or BIO 104",
        "“May be repeated for credit”",
    ]


async def test_another_plan_than_ones_own_is_not_told_about(ask, plan):
    answer = await ask(COURSE, {"code": "MATH 201", "plan": plan[0], "term": FALL})
    assert answer["data"]["course"]["canTake"] is None
    assert answer["data"]["course"]["prerequisiteFor"] == [{"code": "MATH 301"}]


async def test_adding_changing_and_previewing_warn_of_prerequisites(ask, plan):
    first = {"course": key("MATH 101"), "term": FALL}
    second = {"course": key("MATH 201"), "term": FALL}
    previewed = await ask(PREVIEW, {"plan": plan[0], "add": [first, second]}, token=plan[1])
    added = await add(ask, plan, first, second)
    assert previewed["data"]["plan"]["preview"]["warnings"] == added
    assert added == [
        {
            "kind": "PREREQUISITE_TOO_LATE",
            "message": (
                "MATH 201 (Fall 2027) needs MATH 101 (at least C). MATH 101 (Fall 2027) is too late: it must be taken "
                "in an earlier term or session than Fall 2027."
            ),
            "inputIndex": 1,
            "missing": [{"code": "MATH 101"}],
        }
    ]
    held = await ask("query ($id: ID!) { plan(id: $id) { courses { id revision } } }", {"id": plan[0]}, token=plan[1])
    entry = held["data"]["plan"]["courses"][0]
    moved = {"planId": plan[0], "courses": [{**entry, "term": SPRING}]}
    await ask(UPDATE, {"input": moved}, token=plan[1])
    last = await add(ask, plan, {"course": key("MATH 301"), "term": {**FALL, "year": 2028}})
    assert [(one["kind"], one["missing"]) for one in last] == [
        ("PREREQUISITE_MISSING", [{"code": "PHIL 210"}, {"code": "BIO-104"}])
    ]
    issues = (await ask(ISSUES, {"plan": plan[0]}, token=plan[1]))["data"]["plan"]["issues"]
    assert [(one["problem"], one["plannedCourse"]["course"]["code"], one["missing"]) for one in issues] == [
        ("MISSING", "MATH 301", [{"code": "PHIL 210"}, {"code": "BIO-104"}])
    ]


async def test_a_page_of_fifty_courses_is_asked_about_in_a_constant_number_of_statements(ask, plan, statements):
    await add(ask, plan, {"course": key("MATH 101"), "status": "COMPLETED"}, {"course": key("SEQ 120"), "term": SPRING})
    with statements() as executed:
        answer = await ask(PAGE, {"plan": plan[0], "term": FALL}, token=plan[1])
    nodes = answer["data"]["courses"]["nodes"]
    assert len(nodes) == 50
    assert {one["canTake"]["verdict"] for one in nodes if one["code"] != "SEQ 121"} == {"UNKNOWN"}
    assert [one["canTake"]["verdict"] for one in nodes if one["code"] == "SEQ 121"] == ["YES"]
    assert len([one for one in executed if "FROM" in one]) == 7, "\n".join(executed)


async def test_the_filter_tells_texts_that_ask_for_nothing(ask, courses):
    found = await ask(
        """{ with: courses(filter: {hasPrerequisites: true, subject: ["MATH"]}) { nodes { code } }
             without: courses(filter: {hasPrerequisites: false, subject: ["MATH"]}) { nodes { code } } }"""
    )
    assert [one["code"] for one in found["data"]["with"]["nodes"]] == ["MATH 201", "MATH 301"]
    assert [one["code"] for one in found["data"]["without"]["nodes"]] == ["MATH 101", "MATH 210", "MATH 401"]


async def test_creating_a_plan_warns_of_prerequisites_as_adding_does(ask, plan):
    entries = [{"course": key("MATH 101"), "term": FALL}, {"course": key("MATH 201"), "term": FALL}]
    document = (
        f"mutation ($input: CreatePlanInput!) {{ createPlan(input: $input) {{ errors {{ message }} {WARNINGS} }} }}"
    )
    made = (await ask(document, {"input": {"courses": entries}}))["data"]["createPlan"]
    assert [one["kind"] for one in made["warnings"]] == ["PREREQUISITE_TOO_LATE"]
    assert made == {"errors": [], "warnings": await add(ask, plan, *entries)}


async def test_a_course_without_a_term_does_not_count_before_itself(ask, plan, stocked_url):
    with psycopg.connect(stocked_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("UPDATE courses SET prerequisite_text = 'senior standing' WHERE code = 'MATH 401'")
    done = {"course": key("MATH 101"), "status": "COMPLETED", "credits": 89}
    warnings = await add(ask, plan, done, {"course": key("MATH 401"), "credits": 1})
    answer = await ask(COURSE, {"code": "MATH 401", "plan": plan[0]}, token=plan[1])
    assert "PREREQUISITE_MISSING" in [one["kind"] for one in warnings if one["inputIndex"] == 1]
    assert answer["data"]["course"]["canTake"]["verdict"] == "NO"
    assert answer["data"]["course"]["canTake"]["sentence"].endswith("needs 90 credits before; the plan has 89.")
