"""addCourses, updatePlannedCourses and removeCourses: allowed, denied, conflicting, and what is only odd."""

import asyncio

import pytest

from gql_api import database
from gql_api.schema import ids

pytestmark = pytest.mark.anyio

ENTRY = "id revision status grade score credits isRepeat pinnedRequirement notes takenOn term { label } course { code }"
STALE = "... on StaleRevision { currentRevision plan { revision courses { id } } }"
ERRORS = f"errors {{ __typename code message path {STALE} }}"
WARNINGS = "warnings { kind message plannedCourseId inputIndex ref }"
CREATE = "mutation ($input: CreatePlanInput!) { createPlan(input: $input) { plan { id } token errors { message } } }"
ADD = f"""mutation ($input: AddCoursesInput!) {{ addCourses(input: $input) {{
  plan {{ id revision courses {{ id }} }} plannedCourses {{ {ENTRY} }} {WARNINGS} clientMutationId {ERRORS} }} }}"""
UPDATE = f"""mutation ($input: UpdatePlannedCoursesInput!) {{ updatePlannedCourses(input: $input) {{
  plan {{ id revision courses {{ id }} }} plannedCourses {{ {ENTRY} }} {WARNINGS} clientMutationId {ERRORS} }} }}"""
REMOVE = f"""mutation ($input: RemoveCoursesInput!) {{ removeCourses(input: $input) {{
  plan {{ id revision courses {{ id }} }} removedIds clientMutationId {ERRORS} }} }}"""
FALL = {"year": 2030, "season": "FALL"}


class Held:
    """A plan with its token, and the three mutations on it."""

    def __init__(self, ask, plan, token) -> None:
        self.ask, self.id, self.token = ask, plan, token

    async def add(self, *courses, **given):
        sent = {"planId": self.id, "courses": list(courses), **given}
        return (await self.ask(ADD, {"input": sent}, token=self.token))["data"]["addCourses"]

    async def update(self, *courses, **given):
        sent = {"planId": self.id, "courses": list(courses), **given}
        return (await self.ask(UPDATE, {"input": sent}, token=self.token))["data"]["updatePlannedCourses"]

    async def remove(self, *entries, **given):
        sent = {"planId": self.id, "ids": list(entries), **given}
        return (await self.ask(REMOVE, {"input": sent}, token=self.token))["data"]["removeCourses"]


@pytest.fixture
async def plan(ask, world) -> Held:
    sent = {"targetProgramId": world["program"]}
    made = (await ask(CREATE, {"input": sent}))["data"]["createPlan"]
    assert made["errors"] == []
    return Held(ask, made["plan"]["id"], made["token"])


def of(world, name, **given):
    return {"course": {"id": world[name]}, **given}


def everything(url: str) -> tuple:
    """All that a refused change might have changed."""
    with database.connect(url) as connection:
        tables = ("plans", "planned_courses", "audit_log", "idempotency_keys")
        return tuple(connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables)  # noqa: S608 - names of this test


def said(answer) -> list[tuple[str, list[str]]]:
    return [(one["code"], one["path"]) for one in answer["errors"]]


def kinds(answer) -> list[tuple[str, int]]:
    return [(one["kind"], one["inputIndex"]) for one in answer["warnings"]]


# --- adding -----------------------------------------------------------------------------------------------------------


async def test_courses_are_added_by_every_kind_of_name_in_the_order_given(plan, world) -> None:
    added = await plan.add(
        {"course": {"id": world["algebra"]}, "term": FALL},
        {"course": {"key": {"institution": "here  college", "code": "bio104"}}},
        {"course": {"exam": {"body": "EB", "code": "calc-1"}}, "status": "COMPLETED", "score": 5},
        {"course": {"unlisted": {"title": "Drawing", "credits": 3, "institution": "Elsewhere"}}, "notes": " hm "},
        clientMutationId="me",
    )

    assert added["errors"] == []
    assert added["clientMutationId"] == "me"
    codes = [one["course"] and one["course"]["code"] for one in added["plannedCourses"]]
    assert codes == ["MATH 101", "BIO-104", "CALC 1", None]
    assert added["plannedCourses"][0]["term"]["label"] == "Fall 2030"
    assert added["plannedCourses"][3]["notes"] == "hm"
    assert added["plan"]["revision"] == 2
    assert len(added["plan"]["courses"]) == 4
    assert added["warnings"] == []


@pytest.mark.parametrize("count", [1, 30])
async def test_adding_takes_the_same_statements_however_many_there_are(plan, world, statements, count) -> None:
    keys = [{"institution": "HC", "code": f"ELEC {100 + place}"} for place in range(1, count + 1)]
    courses = [{"course": {"key": key}} for key in keys]
    await plan.add({"course": {"key": {"institution": "HC", "code": "ELEC 140"}}})  # the tree is kept from then on

    with statements() as executed:
        added = await plan.add(*courses)

    assert len(added["plannedCourses"]) == count
    assert len(executed) == 9
    # The plan (right, lock and revision at once), its entries, the institutions, the codes, the courses, the INSERT;
    # whether the target limits anything; then for the payload the entries and their courses.


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"course": {"id": "nonsense"}}, "INVALID_INPUT", ["course", "id"]),
        ({"course": {"id": ids.encode("Course", 99999)}}, "NOT_FOUND", ["course", "id"]),
        ({"course": {"id": ids.encode("Plan", 1)}}, "INVALID_INPUT", ["course", "id"]),
        ({"course": {"key": {"institution": "Nowhere", "code": "A 1"}}}, "NOT_FOUND", ["course", "key", "institution"]),
        ({"course": {"key": {"institution": "HC", "code": "A 1"}}}, "NOT_FOUND", ["course", "key", "code"]),
        ({"course": {"key": {"institution": "HC", "code": "?"}}}, "INVALID_INPUT", ["course", "key", "code"]),
        ({"course": {"exam": {"body": "HC", "code": "MATH 101"}}}, "INVALID_INPUT", ["course", "exam", "body"]),
        ({"course": {"unlisted": {"title": " ", "credits": 3}}}, "INVALID_INPUT", ["course", "unlisted", "title"]),
        (
            {"course": {"unlisted": {"title": "T", "credits": 3, "code": "x" * 121}}},
            "INVALID_INPUT",
            ["course", "unlisted", "code"],
        ),
        ({"term": {"year": 1800, "season": "FALL"}}, "INVALID_INPUT", ["term", "year"]),
        ({"takenOn": "0012-01-01"}, "INVALID_INPUT", ["takenOn"]),
        ({"score": 5}, "INVALID_INPUT", ["score"]),
        ({"course": {"exam": {"body": "EB", "code": "CALC 1"}}, "score": -1}, "INVALID_INPUT", ["score"]),
        ({"notes": "x" * 2001}, "INVALID_INPUT", ["notes"]),
        ({"pinnedRequirement": "nothing"}, "INVALID_INPUT", ["pinnedRequirement"]),
    ],
)
async def test_a_wrong_entry_is_refused_with_its_path_and_nothing_is_added(
    plan, world, stocked_url, given, code, path
) -> None:
    before = everything(stocked_url)

    added = await plan.add(of(world, "biology"), {"course": {"id": world["algebra"]}, **given})

    assert said(added) == [(code, ["input", "courses", "1", *path])]
    assert (added["plan"], added["plannedCourses"]) == (None, [])
    assert everything(stocked_url) == before


async def test_every_mistake_is_told_at_once(plan, world) -> None:
    added = await plan.add(
        of(world, "algebra", score=5, notes="x" * 2001),
        {"course": {"key": {"institution": "HC", "code": "NONE 1"}}},
        of(world, "algebra"),
        of(world, "biology", pinnedRequirement="nothing"),
    )

    assert said(added) == [
        ("INVALID_INPUT", ["input", "courses", "0", "notes"]),
        ("INVALID_INPUT", ["input", "courses", "0", "score"]),
        ("NOT_FOUND", ["input", "courses", "1", "course", "key", "code"]),
        ("DUPLICATE", ["input", "courses", "2", "course"]),
        ("INVALID_INPUT", ["input", "courses", "3", "pinnedRequirement"]),
    ]


async def test_every_id_and_term_that_cannot_be_read_is_told_at_once(ask) -> None:
    term = {"year": 1, "season": "FALL"}
    entries = [{"id": "nonsense", "revision": 1, "term": term}, {"id": "nonsense", "revision": 1}]
    added = await ask(ADD, {"input": {"planId": "?", "courses": [{"course": {"id": "?"}, "term": term}]}})
    changed = await ask(UPDATE, {"input": {"planId": "?", "courses": entries}})
    removed = await ask(REMOVE, {"input": {"planId": "?", "ids": ["?", "??"]}})

    assert [
        [".".join(one["path"][1:]) for one in answer[name]["errors"]]
        for answer, name in (
            (added["data"], "addCourses"),
            (changed["data"], "updatePlannedCourses"),
            (removed["data"], "removeCourses"),
        )
    ] == [
        ["planId", "courses.0.course.id", "courses.0.term.year"],
        ["planId", "courses.0.id", "courses.0.term.year", "courses.1.id"],
        ["planId", "ids.0", "ids.1"],
    ]


async def test_an_entry_may_be_pinned_to_a_requirement_of_the_plans_program(plan, world) -> None:
    added = await plan.add(of(world, "algebra", pinnedRequirement="core"))

    assert added["errors"] == []
    assert added["plannedCourses"][0]["pinnedRequirement"] == "core"


async def test_a_course_is_refused_twice_unless_it_is_a_repeat(plan, world, stocked_url) -> None:
    await plan.add(of(world, "algebra"))
    before = everything(stocked_url)

    again = await plan.add(of(world, "algebra"))
    assert said(again) == [("DUPLICATE", ["input", "courses", "0", "course"])]
    assert "MATH 101" in again["errors"][0]["message"]
    assert everything(stocked_url) == before

    repeated = await plan.add(of(world, "algebra", isRepeat=True))
    assert repeated["errors"] == []
    assert kinds(repeated) == []


async def test_a_repeatable_course_is_marked_by_itself_up_to_its_limit(plan, world) -> None:
    added = await plan.add(of(world, "choir"), of(world, "choir"), of(world, "choir"))
    assert [one["isRepeat"] for one in added["plannedCourses"]] == [False, True, True]
    assert added["warnings"] == []

    assert said(await plan.add(of(world, "choir"))) == [("DUPLICATE", ["input", "courses", "0", "course"])]


async def test_no_more_than_a_hundred_at_a_time_and_two_hundred_in_a_plan(plan, stocked_url) -> None:
    unlisted = {"course": {"unlisted": {"title": "One of many", "credits": 1}}}
    assert said(await plan.add(*[unlisted] * 101)) == [("INVALID_INPUT", ["input", "courses"])]
    assert said(await plan.add()) == [("INVALID_INPUT", ["input", "courses"])]

    assert (await plan.add(*[unlisted] * 100))["errors"] == []
    assert len((await plan.add(*[unlisted] * 100))["plan"]["courses"]) == 200
    before = everything(stocked_url)
    assert said(await plan.add(unlisted)) == [("INVALID_INPUT", ["input", "courses"])]
    assert everything(stocked_url) == before


async def test_what_is_odd_is_told_and_done(plan, world) -> None:
    added = await plan.add(
        of(world, "retired", term=FALL),
        of(world, "algebra", term=FALL, status="COMPLETED", ref="mine"),
        of(world, "biology", term=FALL, grade="A", credits="2"),
        of(world, "studio", term=FALL),
        {"course": {"unlisted": {"title": "Everything", "credits": 12}}, "term": FALL},
        of(world, "logic"),
        of(world, "logic too"),
        of(world, "1", term={"year": 2020, "season": "FALL"}),
    )

    assert added["errors"] == []
    assert kinds(added) == [
        ("NOT_OFFERED", 0),
        ("COMPLETED_IN_FUTURE", 1),
        ("CREDITS_OUT_OF_RANGE", 2),
        ("GRADE_NOT_FITTING", 2),
        ("TERM_OVERLOAD", 4),
        ("REPEAT", 6),
        ("PLANNED_IN_PAST", 7),
    ]
    assert added["warnings"][1]["ref"] == "mine"
    assert added["warnings"][1]["plannedCourseId"] == added["plannedCourses"][1]["id"]
    assert "26.00" in added["warnings"][4]["message"]  # 3 + 3 + 2 + 9 × 2/3 + 12


async def test_the_same_key_adds_nothing_more_and_answers_the_same_entries(plan, world, stocked_url) -> None:
    given = {"idempotencyKey": "a-random-key"}
    first = await plan.add(of(world, "algebra"), of(world, "biology", grade="A"), **given)
    await plan.add(of(world, "logic"))
    before = everything(stocked_url)

    second = await plan.add(of(world, "algebra"), of(world, "biology", grade="A"), **given)

    assert second["errors"] == []
    assert second["plannedCourses"] == first["plannedCourses"]
    assert second["warnings"] == first["warnings"]
    assert everything(stocked_url) == before
    assert said(await plan.add(of(world, "1"), **given)) == [("CONFLICT", ["input", "idempotencyKey"])]
    assert everything(stocked_url) == before


async def test_equal_requests_with_one_key_at_the_same_moment_add_once(plan, world) -> None:
    answers = await asyncio.gather(*[plan.add(of(world, "choir"), idempotencyKey="a-random-key") for _ in range(5)])

    assert [one["errors"] for one in answers] == [[]] * 5
    assert len({one["plannedCourses"][0]["id"] for one in answers}) == 1
    assert all(len(one["plan"]["courses"]) == 1 for one in answers)


async def test_additions_at_the_same_moment_are_all_kept(plan, world) -> None:
    answers = await asyncio.gather(*[plan.add(of(world, str(place))) for place in range(1, 11)])

    assert [one["errors"] for one in answers] == [[]] * 10
    assert sorted(one["plan"]["revision"] for one in answers) == list(range(2, 12))
    assert max(len(one["plan"]["courses"]) for one in answers) == 10


# --- whose plan -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["nobody", "another holder"])
@pytest.mark.parametrize("verb", ["add", "update", "remove"])
async def test_a_plan_of_somebody_else_is_not_found_and_nothing_changes(
    ask, plan, world, stocked_url, verb, who
) -> None:
    added = await plan.add(of(world, "algebra"))
    entry = added["plannedCourses"][0]
    other = (await ask(CREATE, {"input": {}}))["data"]["createPlan"]
    thief = Held(ask, plan.id, other["token"] if who == "another holder" else None)
    before = everything(stocked_url)

    match verb:
        case "add":
            answer = await thief.add(of(world, "biology"))
        case "update":
            answer = await thief.update({"id": entry["id"], "revision": 1, "grade": "A"})
        case _:
            answer = await thief.remove(entry["id"])

    assert said(answer) == [("NOT_FOUND", ["input", "planId"])]
    assert answer["plan"] is None
    assert everything(stocked_url) == before


async def test_a_plan_that_does_not_exist_gets_the_same_answer_as_anothers(ask, plan) -> None:
    nothing = Held(ask, ids.encode("Plan", 4711), plan.token)
    unlisted = {"course": {"unlisted": {"title": "T", "credits": 1}}}
    theirs = Held(ask, plan.id, None)

    assert (await nothing.add(unlisted))["errors"] == (await theirs.add(unlisted))["errors"]


async def test_an_administrator_changes_any_plan_and_the_log_says_so(ask, plan, world, stocked_url) -> None:
    sent = {"planId": plan.id, "courses": [of(world, "algebra", notes="secret")]}

    added = (await ask(ADD, {"input": sent}, admin=True))["data"]["addCourses"]

    assert added["errors"] == []
    with database.connect(stocked_url) as connection:
        row = connection.execute("SELECT actor, action, entity, details FROM audit_log").fetchone()
    number = int(ids.decode(added["plannedCourses"][0]["id"])[1])
    assert row == ("administrator", "addCourses", "plans", {"planned_courses": [number]})


async def test_an_entry_of_another_plan_is_not_found(ask, plan, world, stocked_url) -> None:
    entry = (await plan.add(of(world, "algebra")))["plannedCourses"][0]
    made = (await ask(CREATE, {"input": {}}))["data"]["createPlan"]
    other = Held(ask, made["plan"]["id"], made["token"])
    before = everything(stocked_url)

    change = {"id": entry["id"], "revision": 1, "grade": "A"}
    assert said(await other.update(change)) == [("NOT_FOUND", ["input", "courses", "0", "id"])]
    assert said(await other.remove(entry["id"])) == [("NOT_FOUND", ["input", "ids", "0"])]
    assert everything(stocked_url) == before


# --- changing ---------------------------------------------------------------------------------------------------------


@pytest.fixture
async def entries(plan, world) -> list[dict]:
    added = await plan.add(
        of(world, "algebra", term=FALL, notes="mine", credits="3"), of(world, "biology", status="COMPLETED", grade="B")
    )
    return added["plannedCourses"]


async def test_what_is_left_out_stays_and_null_clears(plan, entries) -> None:
    changed = await plan.update(
        {"id": entries[0]["id"], "revision": 1, "notes": None, "status": "COMPLETED", "grade": "A_MINUS"},
        {"id": entries[1]["id"], "revision": 1, "term": {"year": 2024, "season": "SPRING", "session": "A"}},
        clientMutationId="x",
    )

    assert changed["errors"] == []
    first, second = changed["plannedCourses"]
    assert (first["notes"], first["grade"], first["term"]["label"], first["credits"]) == (
        None,
        "A_MINUS",
        "Fall 2030",
        "3.00",
    )
    assert (second["grade"], second["term"]["label"]) == ("B", "Spring 2024 (A)")
    assert [first["revision"], second["revision"]] == [2, 2]
    assert changed["plan"]["revision"] == 3

    cleared = await plan.update({"id": second["id"], "revision": 2, "term": None, "grade": None})
    assert (cleared["plannedCourses"][0]["term"], cleared["plannedCourses"][0]["grade"]) == (None, None)


async def test_a_stale_revision_is_refused_with_the_present_state(plan, entries, stocked_url) -> None:
    await plan.update({"id": entries[0]["id"], "revision": 1, "grade": "A"})
    before = everything(stocked_url)

    late = await plan.update(
        {"id": entries[1]["id"], "revision": 1, "grade": "A"}, {"id": entries[0]["id"], "revision": 1, "grade": "C"}
    )

    (error,) = late["errors"]
    assert (error["__typename"], error["code"]) == ("StaleRevision", "STALE_REVISION")
    assert error["path"] == ["input", "courses", "1", "revision"]
    assert error["currentRevision"] == 2
    assert error["plan"] == {"revision": 3, "courses": [{"id": one["id"]} for one in entries]}
    assert everything(stocked_url) == before


async def test_of_changes_of_one_entry_at_the_same_moment_one_wins(plan, entries) -> None:
    change = {"id": entries[0]["id"], "revision": 1}
    answers = await asyncio.gather(*[plan.update({**change, "notes": str(place)}) for place in range(6)])

    assert sorted(len(one["errors"]) for one in answers) == [0, 1, 1, 1, 1, 1]
    assert {one["errors"][0]["code"] for one in answers if one["errors"]} == {"STALE_REVISION"}


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"status": None}, "INVALID_INPUT", "status"),
        ({"isRepeat": None}, "INVALID_INPUT", "isRepeat"),
        ({"score": 3}, "INVALID_INPUT", "score"),
        ({"notes": "x" * 2001}, "INVALID_INPUT", "notes"),
        ({"pinnedRequirement": "nothing"}, "INVALID_INPUT", "pinnedRequirement"),
        ({"id": "nonsense"}, "INVALID_INPUT", "id"),
    ],
)
async def test_a_wrong_change_is_refused_with_its_path_and_nothing_changes(
    plan, entries, stocked_url, change, code, path
) -> None:
    before = everything(stocked_url)

    answer = await plan.update(
        {"id": entries[1]["id"], "revision": 1, "grade": "A"}, {"id": entries[0]["id"], "revision": 1, **change}
    )

    assert said(answer) == [(code, ["input", "courses", "1", path])]
    assert everything(stocked_url) == before


@pytest.mark.parametrize(
    "same",
    [{}, {"takenOn": None}, {"notes": " mine ", "credits": "3.00", "term": FALL, "status": "PLANNED", "grade": None}],
)
async def test_a_change_to_what_is_already_changes_no_revision(plan, entries, stocked_url, same) -> None:
    before = everything(stocked_url)

    answer = await plan.update({"id": entries[0]["id"], "revision": 1, **same})

    assert answer["errors"] == []
    assert answer["plan"]["revision"] == 2
    assert answer["plannedCourses"] == [entries[0]]
    assert everything(stocked_url) == before


async def test_of_several_changes_only_those_that_change_something_raise_their_revision(plan, entries) -> None:
    answer = await plan.update(
        {"id": entries[0]["id"], "revision": 1}, {"id": entries[1]["id"], "revision": 1, "notes": "new"}
    )

    assert [one["revision"] for one in answer["plannedCourses"]] == [1, 2]
    assert answer["plan"]["revision"] == 3


async def test_an_entry_is_named_once_in_an_update(plan, entries) -> None:
    change = {"id": entries[0]["id"], "revision": 1, "grade": "A"}

    assert said(await plan.update(change, change)) == [("INVALID_INPUT", ["input", "courses", "1", "id"])]


async def test_two_entries_of_a_course_may_change_places_but_not_both_be_the_first(plan, world, stocked_url) -> None:
    added = await plan.add(of(world, "algebra"), of(world, "algebra", isRepeat=True))
    first, second = (one["id"] for one in added["plannedCourses"])
    before = everything(stocked_url)

    both = await plan.update({"id": second, "revision": 1, "isRepeat": False})
    assert said(both) == [("DUPLICATE", ["input", "courses", "0", "isRepeat"])]
    assert everything(stocked_url) == before

    swapped = await plan.update(
        {"id": second, "revision": 1, "isRepeat": False}, {"id": first, "revision": 1, "isRepeat": True}
    )
    assert swapped["errors"] == []
    assert [one["isRepeat"] for one in swapped["plannedCourses"]] == [False, True]


@pytest.mark.parametrize(("count", "recorded"), [(1, 8), (30, 7)])
async def test_changing_takes_the_same_statements_however_many_there_are(
    plan, world, statements, count, recorded
) -> None:
    added = await plan.add(*[of(world, str(place)) for place in range(1, 31)])
    changes = [{"id": one["id"], "revision": 1, "notes": "x"} for one in added["plannedCourses"][:count]]

    with statements() as executed:
        assert (await plan.update(*changes))["errors"] == []

    # The plan and its lock, entries, courses, the plan's revision, the update (of many: an executemany, which the
    # record leaves out); whether the target limits anything; then the payload's courses and entries.
    assert len(executed) == recorded


# --- removing ---------------------------------------------------------------------------------------------------------


async def test_removed_entries_are_named_and_gone(plan, entries) -> None:
    answer = await plan.remove(entries[0]["id"], clientMutationId="x")

    assert answer["errors"] == []
    assert answer["removedIds"] == [entries[0]["id"]]
    assert answer["plan"]["courses"] == [{"id": entries[1]["id"]}]
    assert answer["plan"]["revision"] == 3


async def test_an_unknown_entry_keeps_all_from_being_removed(plan, entries, stocked_url) -> None:
    before = everything(stocked_url)

    answer = await plan.remove(entries[0]["id"], ids.encode("PlannedCourse", 4711))

    assert said(answer) == [("NOT_FOUND", ["input", "ids", "1"])]
    assert answer["removedIds"] == []
    assert everything(stocked_url) == before


@pytest.mark.parametrize("given", [[], ["nonsense"]], ids=["none", "no id"])
async def test_wrong_ids_are_refused(plan, entries, stocked_url, given) -> None:
    before = everything(stocked_url)

    assert [code for code, _ in said(await plan.remove(*given))] == ["INVALID_INPUT"]
    assert everything(stocked_url) == before


async def test_two_fields_of_one_request_see_each_others_work(ask, plan, world) -> None:
    document = """mutation ($first: AddCoursesInput!, $second: AddCoursesInput!) {
      first: addCourses(input: $first) { plan { revision courses { course { code } } } }
      second: addCourses(input: $second) { plan { revision courses { course { code } } } }
    }"""
    given = {
        name: {"planId": plan.id, "courses": [of(world, course)]}
        for name, course in (("first", "algebra"), ("second", "biology"))
    }

    data = (await ask(document, given, token=plan.token))["data"]

    assert [data[name]["plan"]["revision"] for name in given] == [2, 3]
    assert [len(data[name]["plan"]["courses"]) for name in given] == [1, 2]
