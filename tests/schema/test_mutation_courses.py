"""createCourse, updateCourse and deleteCourse: for administrators only, logged, and refused with typed errors."""

import asyncio

import pytest

from gql_api import database
from gql_api.schema import ids
from tests import catalog

pytestmark = pytest.mark.anyio

COURSE = """id code subject subjects number level title description creditsMin creditsMax creditsText department
  attributes { hasLab courseType tags } prerequisiteText activeFrom activeUntil revision aliases institution { name }"""
ERRORS = """errors { __typename code message path
  ... on DuplicateCourse { course { id title } }
  ... on StaleCourse { currentRevision course { id title } }
  ... on CourseInUse { uses { kind count } } }"""
CREATE = f"""mutation ($input: CreateCourseInput!) {{
  createCourse(input: $input) {{ course {{ {COURSE} }} clientMutationId {ERRORS} }} }}"""
UPDATE = f"""mutation ($input: UpdateCourseInput!) {{
  updateCourse(input: $input) {{ course {{ {COURSE} }} clientMutationId {ERRORS} }} }}"""
DELETE = f"""mutation ($input: DeleteCourseInput!) {{
  deleteCourse(input: $input) {{ deletedId clientMutationId {ERRORS} }} }}"""


@pytest.fixture
def send(ask):
    async def send(document, **given):
        (answer,) = (await ask(document, {"input": given}, admin=True))["data"].values()
        return answer

    return send


def everything(url: str) -> tuple:
    """All that a refused change might have changed."""
    with database.connect(url) as connection:
        tables = ("courses", "course_aliases", "audit_log", "idempotency_keys")
        return tuple(connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables)  # noqa: S608 - names of this test


def logged(url: str) -> list[tuple]:
    with database.connect(url) as connection:
        return connection.execute("SELECT actor, action, entity_id, details FROM audit_log ORDER BY id").fetchall()


def said(answer) -> list[tuple[str, list[str]]]:
    return [(one["code"], one["path"]) for one in answer["errors"]]


async def test_an_administrator_creates_a_course_with_everything(send, world, stocked_url) -> None:
    made = await send(
        CREATE,
        institutionId=world["here"],
        code=" chem-110l ",
        title="Chemistry Laboratory",
        description="Glass.",
        creditsText="1-2",
        department="Chemistry",
        attributes={"hasLab": True, "courseType": "LAB_ONLY", "tags": ["safety", "safety", "core"]},
        prerequisiteText="MATH 101",
        activeFrom="2020-01-01",
        repeatableTimes=2,
        clientMutationId="mine",
    )

    assert made["errors"] == []
    assert made["clientMutationId"] == "mine"
    course = made["course"]
    assert course["code"] == "chem-110l"
    assert (course["subject"], course["number"], course["level"]) == ("CHEM", "110L", 1000)
    assert (course["creditsMin"], course["creditsMax"], course["creditsText"]) == ("1.00", "2.00", None)
    assert course["attributes"] == {"hasLab": True, "courseType": "LAB_ONLY", "tags": ["core", "safety"]}
    assert course["revision"] == 1
    ((actor, action, entity_id, details),) = logged(stocked_url)
    assert (actor, action, ids.encode("Course", entity_id)) == ("administrator", "createCourse", course["id"])
    assert details["before"] == {}
    assert details["after"]["code_key"] == "CHEM 110L"


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"code": "nonsense"}, "INVALID_INPUT", ["code"]),
        ({"code": " "}, "INVALID_INPUT", ["code"]),
        ({"title": "  "}, "INVALID_INPUT", ["title"]),
        ({"title": "x" * 301}, "INVALID_INPUT", ["title"]),
        ({"creditsMin": 4, "creditsMax": 3}, "INVALID_INPUT", ["creditsMin"]),
        ({"creditsText": "many"}, "INVALID_INPUT", ["creditsText"]),
        ({"activeFrom": "2025-01-01", "activeUntil": "2024-01-01"}, "INVALID_INPUT", ["activeFrom"]),
        ({"activeUntil": "0001-01-01"}, "INVALID_INPUT", ["activeUntil"]),
        ({"repeatableTimes": 0}, "INVALID_INPUT", ["repeatableTimes"]),
        ({"attributes": {"tags": [""]}}, "INVALID_INPUT", ["attributes", "tags"]),
        ({"attributes": {"tags": [str(number) for number in range(51)]}}, "INVALID_INPUT", ["attributes", "tags"]),
        ({"institutionId": ids.encode("Institution", 99999)}, "NOT_FOUND", ["institutionId"]),
        ({"institutionId": ids.encode("Course", 1)}, "INVALID_INPUT", ["institutionId"]),
        ({"idempotencyKey": "short"}, "INVALID_INPUT", ["idempotencyKey"]),
    ],
)
async def test_a_wrong_course_is_refused_with_its_path(send, world, stocked_url, given, code, path) -> None:
    before = everything(stocked_url)

    made = await send(CREATE, **{"institutionId": world["here"], "code": "NEW 1", "title": "New", **given})

    assert said(made) == [(code, ["input", *path])]
    assert not any(word in made["errors"][0]["message"] for word in ("String", "Input", "isoformat"))
    assert made["course"] is None
    assert everything(stocked_url) == before


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"institution": "Nowhere", "institutionId": None, "title": " ", "creditsMin": 4, "creditsMax": 3},
            [("NOT_FOUND", "institution"), ("INVALID_INPUT", "title"), ("INVALID_INPUT", "creditsMin")],
        ),
        (
            {"institutionId": "nonsense", "code": "nonsense", "idempotencyKey": "short"},
            [("INVALID_INPUT", "institutionId"), ("INVALID_INPUT", "idempotencyKey"), ("INVALID_INPUT", "code")],
        ),
        (
            {"institutionId": ids.encode("Institution", 99999), "title": "", "code": "?"},
            [("INVALID_INPUT", "title"), ("INVALID_INPUT", "code"), ("NOT_FOUND", "institutionId")],
        ),
        (
            {"code": "math-101", "title": "", "activeUntil": "0001-01-01"},
            [("INVALID_INPUT", "title"), ("INVALID_INPUT", "activeUntil"), ("DUPLICATE", "code")],
        ),
    ],
)
async def test_everything_that_is_wrong_with_a_course_is_told_together(
    send, world, stocked_url, given, expected
) -> None:
    before = everything(stocked_url)

    made = await send(CREATE, **{"institutionId": world["here"], "code": "NEW 1", "title": "New", **given})

    assert said(made) == [(code, ["input", path]) for code, path in expected]
    assert all(one["message"].endswith(".") for one in made["errors"])
    assert everything(stocked_url) == before


async def test_a_code_that_exists_names_the_course_that_has_it(send, world, stocked_url) -> None:
    before = everything(stocked_url)

    made = await send(CREATE, institutionId=world["here"], code="math101", title="Another")

    (error,) = made["errors"]
    assert (error["__typename"], error["code"], error["path"]) == ("DuplicateCourse", "DUPLICATE", ["input", "code"])
    assert error["course"] == {"id": world["algebra"], "title": "College Algebra"}
    assert "College Algebra" in error["message"]
    assert everything(stocked_url) == before


async def test_of_twenty_equal_creations_at_once_one_wins_and_nineteen_are_told_of_it(send, world, stocked_url) -> None:
    given = {"institutionId": world["here"], "code": "RACE 1", "title": "Race"}

    answers = await asyncio.gather(*[send(CREATE, **given) for _ in range(20)])

    winners = [one["course"]["id"] for one in answers if one["course"]]
    refused = [one["errors"][0] for one in answers if one["errors"]]
    assert len(winners) == 1
    assert [error["code"] for error in refused] == ["DUPLICATE"] * 19
    assert {error["course"]["id"] for error in refused} == set(winners)
    assert len(logged(stocked_url)) == 1


async def test_the_same_key_answers_the_same_course(send, world, stocked_url) -> None:
    given = {"institutionId": world["here"], "code": "ONCE 1", "title": "Once", "idempotencyKey": "a-random-key"}
    first = await send(CREATE, **given)
    before = everything(stocked_url)

    assert await send(CREATE, **given) == first
    assert said(await send(CREATE, **{**given, "title": "Twice"})) == [("CONFLICT", ["input", "idempotencyKey"])]
    assert everything(stocked_url) == before


async def test_creating_a_course_takes_one_statement(send, world, statements) -> None:
    document = "mutation ($input: CreateCourseInput!) { createCourse(input: $input) { course { id code } } }"
    with statements() as executed:
        await send(document, institutionId=world["here"], code="FAST 1", title="Fast")

    assert len(executed) == 1  # the course, with its entry in the log


@pytest.mark.parametrize("document", [CREATE, UPDATE, DELETE], ids=["create", "update", "delete"])
@pytest.mark.parametrize("who", ["nobody", "a plan's holder"])
async def test_without_the_administrators_token_nothing_happens(ask, world, stocked_url, document, who) -> None:
    plan = "mutation { createPlan(input: {}) { token } }"
    token = (await ask(plan))["data"]["createPlan"]["token"] if who != "nobody" else None
    given = {
        CREATE: {"institutionId": world["here"], "code": "NEW 1", "title": "New"},
        UPDATE: {"id": world["algebra"], "revision": 1, "title": "Mine"},
        DELETE: {"id": world["algebra"]},
    }[document]
    before = everything(stocked_url)

    answer = await ask(document, {"input": given}, token=token, status=401)

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
    assert "data" not in answer
    assert everything(stocked_url) == before


async def test_what_is_left_out_of_an_update_stays_and_null_clears(send, world, stocked_url) -> None:
    made = await send(
        CREATE,
        institutionId=world["here"],
        code="NEW 1",
        title="New",
        description="Words.",
        creditsMin="3",
        attributes={"hasLab": True, "tags": ["core"]},
        department="Newness",
    )

    changed = await send(
        UPDATE,
        id=made["course"]["id"],
        revision=1,
        title="Newer",
        department=None,
        attributes={"hasLab": None, "courseType": "SEMINAR"},
        clientMutationId="x",
    )

    assert changed["errors"] == []
    course = changed["course"]
    assert (course["title"], course["department"], course["description"]) == ("Newer", None, "Words.")
    assert (course["creditsMin"], course["creditsMax"]) == ("3.00", "3.00")
    assert course["attributes"] == {"hasLab": None, "courseType": "SEMINAR", "tags": ["core"]}
    assert course["revision"] == 2
    details = logged(stocked_url)[-1][3]
    assert details["before"]["title"] == "New"
    assert details["after"]["title"] == "Newer"
    assert set(details["after"]) == {"title", "department", "attributes"}


async def test_an_update_that_changes_nothing_is_no_change(send, world, stocked_url) -> None:
    before = everything(stocked_url)

    same = await send(UPDATE, id=world["algebra"], revision=1, title="College Algebra")

    assert (same["errors"], same["course"]["revision"]) == ([], 1)
    assert everything(stocked_url) == before


async def test_a_stale_update_is_refused_with_the_present_course(send, world, stocked_url) -> None:
    await send(UPDATE, id=world["algebra"], revision=1, title="Algebra")
    before = everything(stocked_url)

    late = await send(UPDATE, id=world["algebra"], revision=1, title="Late")

    (error,) = late["errors"]
    assert (error["__typename"], error["code"]) == ("StaleCourse", "STALE_REVISION")
    assert error["path"] == ["input", "revision"]
    assert (error["currentRevision"], error["course"]["title"]) == (2, "Algebra")
    assert everything(stocked_url) == before


async def test_of_equal_updates_at_once_one_wins(send, world) -> None:
    answers = await asyncio.gather(
        *[send(UPDATE, id=world["algebra"], revision=1, title=f"Algebra {place}") for place in range(6)]
    )

    assert sorted(len(one["errors"]) for one in answers) == [0, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"title": None}, "INVALID_INPUT", ["title"]),
        ({"code": None}, "INVALID_INPUT", ["code"]),
        ({"code": "BIO 104"}, "DUPLICATE", ["code"]),
        ({"creditsMin": 5}, "INVALID_INPUT", ["creditsMin"]),
        ({"creditsMin": None}, "INVALID_INPUT", ["creditsMin"]),
        ({"id": ids.encode("Course", 99999)}, "NOT_FOUND", ["id"]),
        ({"id": "nonsense"}, "INVALID_INPUT", ["id"]),
    ],
)
async def test_a_wrong_update_is_refused_and_nothing_changes(send, world, stocked_url, given, code, path) -> None:
    before = everything(stocked_url)

    answer = await send(UPDATE, **{"id": world["algebra"], "revision": 1, **given})

    assert said(answer) == [(code, ["input", *path])]
    assert everything(stocked_url) == before


async def test_a_new_prerequisite_text_drops_the_tree_parsed_from_the_old_one(send, world, stocked_url) -> None:
    with database.connect(stocked_url) as connection:
        connection.execute("UPDATE courses SET prerequisites = '{}' WHERE id = %s", [world.number("algebra")])

    await send(UPDATE, id=world["algebra"], revision=1, prerequisiteText="MATH 2")

    with database.connect(stocked_url) as connection:
        trees = connection.execute("SELECT prerequisites FROM courses WHERE id = %s", [world.number("algebra")])
        assert trees.fetchall() == [(None,)]


async def test_a_course_that_nobody_names_is_deleted_and_logged_whole(send, world, stocked_url) -> None:
    gone = await send(DELETE, id=world["studio"], clientMutationId="x")

    assert (gone["deletedId"], gone["errors"]) == (world["studio"], [])
    (actor, action, entity_id, details) = logged(stocked_url)[-1]
    assert (actor, action, entity_id) == ("administrator", "deleteCourse", world.number("studio"))
    assert details["before"]["code"] == "ART 400"
    assert said(await send(DELETE, id=world["studio"])) == [("NOT_FOUND", ["input", "id"])]


async def test_a_course_in_use_stays_and_its_users_are_counted(send, ask, world, stocked_url) -> None:
    opened = database.Database.open(stocked_url, pool_size=1)
    async with opened.writing() as connection:
        sources = [[world.number("algebra")], [world.number("biology")]]
        await catalog.rule(connection, world.number("here"), world.number("there"), sources, [world.number("studio")])
    await opened.close()
    plan = "mutation ($courses: [PlannedCourseInput!]!) { createPlan(input: {courses: $courses}) { code } }"
    await ask(plan, {"courses": [{"course": {"id": world["algebra"]}}]})
    before = everything(stocked_url)

    answer = await send(DELETE, id=world["algebra"])

    (error,) = answer["errors"]
    assert (error["__typename"], error["code"], error["path"]) == ("CourseInUse", "IN_USE", ["input", "id"])
    assert error["uses"] == [{"kind": "equivalency sources", "count": 1}, {"kind": "planned courses", "count": 1}]
    assert error["message"].startswith("MATH 101 is named by 1 equivalency source, 1 planned course. Remove those")
    assert answer["deletedId"] is None
    assert everything(stocked_url) == before


async def test_a_cross_listing_is_found_under_its_members_unless_a_course_has_the_code(send, world) -> None:
    here = {"institutionId": world["here"], "title": "Both"}
    both = await send(CREATE, code="STAT/MATH 431", **here)
    assert both["course"]["aliases"] == ["MATH 431", "STAT 431"]

    await send(CREATE, code="STAT 432", **here)
    moved = await send(UPDATE, id=both["course"]["id"], revision=1, code="STAT/MATH 432")
    assert moved["course"]["aliases"] == ["MATH 432"]


async def test_a_code_that_a_cross_listing_answers_to_is_taken(send, world, stocked_url) -> None:
    here = {"institutionId": world["here"], "title": "Both"}
    both = (await send(CREATE, code="CS/MATH 4300", **here))["course"]
    other = (await send(CREATE, code="CS 1", **here))["course"]
    before = everything(stocked_url)

    created = await send(CREATE, code="math-4300", institutionId=world["here"], title="Mine")
    updated = await send(UPDATE, id=other["id"], revision=1, code="MATH 4300")

    for answer in (created, updated):
        (error,) = answer["errors"]
        assert (error["__typename"], error["code"], error["path"]) == (
            "DuplicateCourse",
            "DUPLICATE",
            ["input", "code"],
        )
        assert error["course"] == {"id": both["id"], "title": "Both"}
        assert error["message"] == (
            "CS/MATH 4300 (Both) answers to MATH 4300 too. Change that course's code first, or give another code."
        )
    assert everything(stocked_url) == before


async def test_a_cross_listing_may_become_one_of_its_members(send, world) -> None:
    both = (await send(CREATE, code="CS/MATH 4300", institutionId=world["here"], title="Both"))["course"]

    alone = await send(UPDATE, id=both["id"], revision=1, code="MATH 4300")

    assert alone["errors"] == []
    assert (alone["course"]["code"], alone["course"]["aliases"]) == ("MATH 4300", [])


@pytest.mark.parametrize("name", ["Here College", "hc"])
async def test_the_institution_is_named_in_words_too(send, world, name) -> None:
    made = await send(CREATE, institution=name, code="NEW 1", title="New")

    assert made["errors"] == []
    assert made["course"]["institution"] == {"name": "Here College"}


@pytest.mark.parametrize(
    ("given", "code", "path", "message"),
    [
        ({}, "INVALID_INPUT", "institutionId", "Give either institutionId or institution."),
        (
            {"institution": "Nowhere"},
            "NOT_FOUND",
            "institution",
            "There is no institution called “Nowhere”. Give its name, an alias of it, or its abbreviation.",
        ),
    ],
)
async def test_the_institution_is_named_exactly_once_and_known(send, stocked_url, given, code, path, message) -> None:
    before = everything(stocked_url)

    made = await send(CREATE, code="NEW 1", title="New", **given)

    assert [(one["code"], one["path"], one["message"]) for one in made["errors"]] == [(code, ["input", path], message)]
    assert everything(stocked_url) == before


async def test_both_ways_to_name_the_institution_are_one_too_many(send, world) -> None:
    made = await send(CREATE, institutionId=world["here"], institution="HC", code="NEW 1", title="New")

    assert said(made) == [("INVALID_INPUT", ["input", "institutionId"])]


async def test_what_is_written_of_repetition_is_shown(send, ask, world) -> None:
    await send(CREATE, institution="HC", code="MUS 9", title="Band", repeatableTimes=4, repeatableCredits="6")
    document = '{ course(institution: "HC", code: "MUS 9") { repeatableTimes repeatableCredits } }'

    assert (await ask(document))["data"]["course"] == {"repeatableTimes": 4, "repeatableCredits": "6.00"}
