"""createPlan and openPlan: what they pin, who gets in, and what a repeated request answers."""

import secrets

import pytest

from gql_api import database
from gql_api.domain import plan_codes
from gql_api.schema import ids

pytestmark = pytest.mark.anyio

CREATE = """
mutation ($input: CreatePlanInput!) {
  createPlan(input: $input) {
    plan {
      id name studentName studentEmail revision status catalogTerm { label }
      target { id } current { id } courses { id isRepeat course { code } unlisted { title credits } }
    }
    code token clientMutationId
    warnings { kind inputIndex plannedCourseId ref message }
    errors { __typename code message path }
  }
}
"""
OPEN = """
mutation ($input: OpenPlanInput!) {
  openPlan(input: $input) { plan { id name courses { id } } token clientMutationId errors { code message path } }
}
"""
TOO_EARLY = {"year": 2019, "season": "FALL"}
READ = "query ($id: ID!) { plan(id: $id) { id name } }"


async def create(ask, **given):
    return (await ask(CREATE, {"input": given}))["data"]["createPlan"]


async def open_(ask, code, **options):
    return (await ask(OPEN, {"input": {"code": code}}, **options))["data"]["openPlan"]


def stored(url: str, statement: str = "SELECT count(*) FROM plans"):
    with database.connect(url) as connection:
        return connection.execute(statement).fetchone()[0]


async def test_anybody_creates_a_plan_and_reads_it_in_the_same_answer(ask, world) -> None:
    made = await create(
        ask,
        name="  My plan ",
        studentName="Ada",
        studentEmail="Ada@Example.edu",
        targetProgramId=world["program"],
        courses=[{"course": {"key": {"institution": "hc", "code": "math-101"}}}],
        clientMutationId="7",
    )

    assert made["errors"] == []
    assert made["clientMutationId"] == "7"
    assert made["plan"]["name"] == "My plan"
    assert made["plan"]["target"]["id"] == world["new"]
    assert [one["course"]["code"] for one in made["plan"]["courses"]] == ["MATH 101"]


async def test_the_token_reads_the_plan_and_nothing_less_does(ask, world) -> None:
    made = await create(ask, name="Mine")
    other = await create(ask, name="Another's")

    assert (await ask(READ, {"id": made["plan"]["id"]}, token=made["token"]))["data"]["plan"]["name"] == "Mine"
    assert (await ask(READ, {"id": made["plan"]["id"]}))["data"]["plan"] is None
    assert (await ask(READ, {"id": made["plan"]["id"]}, token=other["token"]))["data"]["plan"] is None


async def test_the_code_is_shown_in_groups_and_stored_only_as_a_hash(ask, world, stocked_url) -> None:
    made = await create(ask)

    code = plan_codes.normalise(made["code"])
    assert plan_codes.displayed(code) == made["code"]
    row = stored(stocked_url, "SELECT plans::text FROM plans")
    assert code not in row
    assert made["code"] not in row


@pytest.mark.parametrize(
    ("term", "pinned"),
    [({"year": 2025, "season": "FALL"}, "new"), ({"year": 2025, "season": "SUMMER"}, "old"), (None, "new")],
)
async def test_a_plan_follows_the_latest_version_not_after_its_catalog_term(ask, world, term, pinned) -> None:
    made = await create(ask, catalogTerm=term, targetProgramId=world["program"], currentProgramId=world["program"])

    assert made["plan"]["target"]["id"] == world[pinned]
    assert made["plan"]["current"]["id"] == world[pinned]


async def test_a_chosen_version_is_pinned_itself(ask, world) -> None:
    made = await create(ask, targetVersionId=world["old"])

    assert made["plan"]["target"]["id"] == world["old"]


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"targetProgramId": "program", "catalogTerm": TOO_EARLY}, "INVALID_INPUT", "catalogTerm"),
        ({"targetVersionId": "new", "catalogTerm": TOO_EARLY}, "INVALID_INPUT", "catalogTerm"),
        ({"targetVersionId": "new", "targetProgramId": "program"}, "INVALID_INPUT", "targetVersionId"),
        ({"targetProgramId": "nothing"}, "NOT_FOUND", "targetProgramId"),
        ({"currentProgramId": "new"}, "INVALID_INPUT", "currentProgramId"),
        ({"studentEmail": "nobody"}, "INVALID_INPUT", "studentEmail"),
        ({"name": "x" * 201}, "INVALID_INPUT", "name"),
        ({"idempotencyKey": "short"}, "INVALID_INPUT", "idempotencyKey"),
        ({"idempotencyKey": "a" * 40}, "INVALID_INPUT", "idempotencyKey"),
    ],
)
async def test_a_wrong_plan_is_refused_with_its_path_and_nothing_is_made(
    ask, world, stocked_url, given, code, path
) -> None:
    names = world.ids | {"nothing": ids.encode("Program", 999)}
    sent = {name: names.get(value, value) if isinstance(value, str) else value for name, value in given.items()}

    made = await create(ask, **sent)

    assert [(one["code"], one["path"]) for one in made["errors"]] == [(code, ["input", path])]
    assert (made["plan"], made["code"], made["token"]) == (None, None, None)
    assert stored(stocked_url) == 0


async def test_everything_that_is_wrong_with_a_plan_is_told_together(ask, world, stocked_url) -> None:
    unknown, missing = ids.encode("Program", 999), {"course": {"key": {"institution": "HC", "code": "NONE 1"}}}
    unread = await create(
        ask,
        targetProgramId="nonsense",
        currentProgramId=ids.encode("Course", 1),
        catalogTerm={"year": 3000, "season": "FALL"},
        courses=[{"course": {"id": "nonsense"}, "term": {"year": 1, "season": "FALL"}}, missing],
    )
    refused = await create(
        ask,
        studentEmail="nobody",
        targetProgramId=unknown,
        currentProgramId=unknown,
        courses=[missing, {**missing, "pinnedRequirement": "core"}],
    )

    assert [one["path"][1:] for one in unread["errors"]] == [
        ["targetProgramId"],
        ["currentProgramId"],
        ["catalogTerm", "year"],
        ["courses", "0", "course", "id"],
        ["courses", "0", "term", "year"],
    ]
    assert [(one["code"], one["path"][1:]) for one in refused["errors"]] == [
        ("INVALID_INPUT", ["studentEmail"]),
        ("NOT_FOUND", ["targetProgramId"]),
        ("NOT_FOUND", ["currentProgramId"]),
        ("NOT_FOUND", ["courses", "0", "course", "key", "code"]),
        ("NOT_FOUND", ["courses", "1", "course", "key", "code"]),
    ]
    assert stored(stocked_url) == 0


async def test_a_wrong_first_entry_keeps_the_plan_from_being_made(ask, world, stocked_url) -> None:
    made = await create(ask, courses=[{"course": {"key": {"institution": "HC", "code": "NONE 1"}}}])

    assert [one["path"] for one in made["errors"]] == [["input", "courses", "0", "course", "key", "code"]]
    assert stored(stocked_url) == 0


async def test_who_holds_a_plan_creates_another_one_and_sees_that(ask, world, stocked_url) -> None:
    made = await create(ask, name="First")

    again = (await ask(CREATE, {"input": {"name": "Second"}}, token=made["token"]))["data"]["createPlan"]

    assert again["errors"] == []
    assert again["plan"]["name"] == "Second"
    assert (await ask(READ, {"id": again["plan"]["id"]}, token=again["token"]))["data"]["plan"]["name"] == "Second"
    assert stored(stocked_url) == 2


async def test_a_key_gives_the_same_plan_whatever_token_comes_with_it(ask, world, stocked_url) -> None:
    given = {"name": "Mine", "idempotencyKey": secrets.token_urlsafe(16)}
    first = await create(ask, **given)

    second = (await ask(CREATE, {"input": given}, token=first["token"]))["data"]["createPlan"]

    assert second["errors"] == []
    assert (second["plan"]["id"], second["code"]) == (first["plan"]["id"], first["code"])
    assert stored(stocked_url) == 1


async def test_a_long_name_is_told_with_its_length_and_the_longest(ask, world) -> None:
    made = await create(ask, studentName="x" * 250)

    assert [(one["message"], one["path"]) for one in made["errors"]] == [
        ("studentName may have at most 200 characters; it has 250.", ["input", "studentName"])
    ]


async def test_an_administrator_creates_a_plan_and_the_log_says_so(ask, world, stocked_url) -> None:
    made = (await ask(CREATE, {"input": {"studentName": "Ada"}}, admin=True))["data"]["createPlan"]

    assert made["plan"]["studentName"] == "Ada"
    assert stored(stocked_url, "SELECT actor || ' ' || action FROM audit_log") == "administrator createPlan"
    assert "Ada" not in stored(stocked_url, "SELECT audit_log::text FROM audit_log")


async def test_the_same_key_and_input_give_the_same_plan_and_code_again(ask, world, stocked_url) -> None:
    given = {"name": "Mine", "idempotencyKey": secrets.token_urlsafe(16)}
    first = await create(ask, **given)

    second = await create(ask, **given)

    assert second["errors"] == []
    assert (second["plan"]["id"], second["code"]) == (first["plan"]["id"], first["code"])
    assert (await open_(ask, second["code"]))["plan"]["id"] == first["plan"]["id"]
    assert stored(stocked_url) == 1


async def test_the_same_key_with_another_input_is_a_conflict(ask, world, stocked_url) -> None:
    key = secrets.token_urlsafe(16)
    await create(ask, name="Mine", idempotencyKey=key)

    second = await create(ask, name="Other", idempotencyKey=key)

    assert [(one["code"], one["path"]) for one in second["errors"]] == [("CONFLICT", ["input", "idempotencyKey"])]
    assert second["code"] is None
    assert stored(stocked_url) == 1


async def test_a_key_is_forgotten_after_a_day(ask, world, stocked_url) -> None:
    given = {"idempotencyKey": secrets.token_urlsafe(16)}
    first = await create(ask, **given)
    with database.connect(stocked_url) as connection:
        connection.execute("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'")
        connection.execute("DELETE FROM plans")

    second = await create(ask, **given)

    assert second["errors"] == []
    assert second["plan"]["id"] != first["plan"]["id"]


async def test_a_replay_after_the_code_was_changed_is_a_conflict(ask, world, stocked_url) -> None:
    given = {"idempotencyKey": secrets.token_urlsafe(16)}
    await create(ask, **given)
    with database.connect(stocked_url) as connection:
        connection.execute("UPDATE plans SET code_hmac = sha256('another')")

    second = await create(ask, **given)

    assert [one["code"] for one in second["errors"]] == ["CONFLICT"]
    assert second["code"] is None


@pytest.mark.parametrize(
    "spelling",
    [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "],
    ids=["lower case", "a space", "space around"],
)
async def test_a_code_opens_its_plan_in_any_spelling(ask, world, spelling) -> None:
    made = await create(ask, name="Mine")

    opened = await open_(ask, spelling(made["code"]))

    assert opened["errors"] == []
    assert opened["plan"]["name"] == "Mine"
    assert (await ask(READ, {"id": made["plan"]["id"]}, token=opened["token"]))["data"]["plan"]["name"] == "Mine"


@pytest.mark.parametrize(
    ("code", "answer"), [("ABCDE-FGHJK", "NOT_FOUND"), ("short", "INVALID_INPUT"), ("ABCDE-FGHJ0", "INVALID_INPUT")]
)
async def test_a_wrong_code_opens_nothing(ask, world, code, answer) -> None:
    await create(ask)

    opened = await open_(ask, code)

    assert [(one["code"], one["path"]) for one in opened["errors"]] == [(answer, ["input", "code"])]
    assert (opened["plan"], opened["token"]) == (None, None)
    assert code not in opened["errors"][0]["message"]


async def test_a_deleted_plan_is_opened_by_nobody(ask, world, stocked_url) -> None:
    made = await create(ask)
    with database.connect(stocked_url) as connection:
        connection.execute("UPDATE plans SET deleted_at = now()")

    assert [one["code"] for one in (await open_(ask, made["code"]))["errors"]] == ["NOT_FOUND"]


async def test_who_holds_a_plan_opens_another_one_and_acts_for_that(ask, world) -> None:
    first, second = await create(ask, name="First"), await create(ask, name="Second")
    document = """mutation ($code: String!, $first: ID!, $second: ID!) {
      openPlan(input: {code: $code}) { plan { name } token errors { message } }
      there: addCourses(input: {planId: $second, courses: [{course: {unlisted: {title: "Art", credits: 3}}}]}) {
        plan { name courses { id } } errors { code } }
      back: addCourses(input: {planId: $first, courses: [{course: {unlisted: {title: "Art", credits: 3}}}]}) {
        plan { name } errors { code } }
    }"""
    given = {"code": second["code"], "first": first["plan"]["id"], "second": second["plan"]["id"]}

    done = (await ask(document, given, token=first["token"]))["data"]

    assert (done["openPlan"]["plan"], done["openPlan"]["errors"]) == ({"name": "Second"}, [])
    assert (done["there"]["plan"]["name"], len(done["there"]["plan"]["courses"])) == ("Second", 1)
    assert (done["back"]["plan"], done["back"]["errors"]) == (None, [{"code": "NOT_FOUND"}])
    reading = await ask(READ, {"id": second["plan"]["id"]}, token=done["openPlan"]["token"])
    assert reading["data"]["plan"]["name"] == "Second"


async def test_a_code_beside_the_token_of_another_plan_is_an_error_of_the_field(ask, world) -> None:
    first, second = await create(ask), await create(ask)
    document = "query ($code: String!) { plan(code: $code) { id } serverInfo { profile } }"

    answer = await ask(document, {"code": second["code"]}, token=first["token"])

    assert answer["data"] == {"plan": None, "serverInfo": {"profile": "TEST"}}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]) == (["plan"], {"code": "INVALID_INPUT", "inputPath": ["code"]})


WRONG = "22222-2222"


async def test_after_thirty_wrong_codes_even_the_right_one_has_to_wait(ask, world) -> None:
    made = await create(ask, name="Mine")
    document = "query ($code: String!) { plan(code: $code) { name } }"
    for letter in "ABCDEFGHJKMNPQR":
        assert (await ask(document, {"code": WRONG + letter}))["data"] == {"plan": None}
        assert (await open_(ask, WRONG + letter))["errors"][0]["code"] == "NOT_FOUND"

    by_argument = await ask(document, {"code": made["code"]})
    by_opening = await ask(OPEN, {"input": {"code": made["code"]}})

    for answer, path in ((by_argument, ["plan"]), (by_opening, ["openPlan"])):
        (error,) = answer["errors"]
        wait = error["extensions"]["retryAfter"]
        assert (error["path"], error["extensions"]["code"]) == (path, "RATE_LIMITED")
        assert 1 <= wait <= 60
        assert error["message"] == f"Too many wrong plan codes; try again in {wait} s."
    assert (await ask(READ, {"id": made["plan"]["id"]}, token=made["token"]))["data"]["plan"]["name"] == "Mine"


async def test_each_alias_of_a_document_is_an_attempt(ask, world) -> None:
    letters = "ABCDEFGHJKMNPQRS"
    document = "{ " + " ".join(f'{one}: plan(code: "{WRONG}{one}") {{ id }}' for one in letters) + " }"

    first, second = await ask(document), await ask(document)

    assert first == {"data": dict.fromkeys(letters)}
    assert [error["path"] for error in second["errors"]] == [["R"], ["S"]]
    assert {error["extensions"]["code"] for error in second["errors"]} == {"RATE_LIMITED"}


async def test_opening_marks_the_plan_as_used(ask, world, stocked_url) -> None:
    made = await create(ask)
    with database.connect(stocked_url) as connection:
        connection.execute("UPDATE plans SET last_used_at = now() - interval '1 year'")

    await open_(ask, made["code"])

    assert stored(stocked_url, "SELECT last_used_at > now() - interval '1 minute' FROM plans") is True


async def test_a_code_hashed_with_the_previous_secret_opens_and_is_hashed_anew(serve, world, stocked_url) -> None:
    made = await create(serve())
    new = "the-next-secret-key-of-the-schema-tests"
    before = stored(stocked_url, "SELECT code_key_id FROM plans")

    rotated = serve(SECRET_KEY=new, SECRET_KEY_PREVIOUS="test-secret-key-of-the-schema-tests")
    assert (await open_(rotated, made["code"]))["errors"] == []

    assert stored(stocked_url, "SELECT code_key_id FROM plans") == plan_codes.key_id(new) != before
    assert (await open_(serve(SECRET_KEY=new), made["code"]))["errors"] == []
    assert (await open_(serve(), made["code"]))["errors"][0]["code"] == "NOT_FOUND"


async def test_a_replay_after_the_secret_was_rotated_and_the_plan_opened_gives_the_code_again(serve, world) -> None:
    given = {"idempotencyKey": secrets.token_urlsafe(16)}
    first = await create(serve(), **given)
    rotated = serve(
        SECRET_KEY="the-next-secret-key-of-the-schema-tests",
        SECRET_KEY_PREVIOUS="test-secret-key-of-the-schema-tests",
    )
    await open_(rotated, first["code"])

    assert (await create(rotated, **given))["code"] == first["code"]
