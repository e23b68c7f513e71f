"""Entries of a plan, below the API: what only a race can bring about."""

import pytest

from gql_api import errors
from gql_api.domain import entries, plan_codes
from gql_api.tables.plans import Plan
from gql_api.writes import planned_entries
from tests.catalog import inserted

pytestmark = pytest.mark.anyio


async def test_a_course_that_was_deleted_meanwhile_is_a_conflict(connection) -> None:
    plan = await inserted(connection, Plan, code_hmac=plan_codes.digest("ABCDE-FGHJK", b"key"), code_key_id="x")
    unlisted = planned_entries.Draft(course=entries.UnlistedCourse(title="T", credits=1))
    made = await planned_entries.ready(connection, [unlisted], [], [])
    row = made.rows[0] | {"course_id": 4711, "unlisted_title": None, "unlisted_credits": None}

    with pytest.raises(errors.Conflict) as refused:
        async with connection.begin_nested():
            await planned_entries.insert(connection, plan, [row])

    assert refused.value.path == ("courses",)
