"""Use cases on courses, below the API: who may, and what aliases become."""

from datetime import UTC, datetime

import pytest

from gql_api import access, errors
from gql_api.reads import courses as reading
from gql_api.tables.courses import CourseAlias
from gql_api.writes import courses
from gql_api.writes.audit_log import Origin
from tests.catalog import college, course, inserted

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 9, 1, tzinfo=UTC)
ADMINISTRATOR = Origin(viewer=access.ADMINISTRATOR, now=NOW)
VALUES = {"code": "NEW 1", "title": "New"}


@pytest.fixture
async def here(connection) -> int:
    return await college(connection, "Here College")


async def aliases(connection, course_id: int) -> list[str]:
    (found,) = await reading.aliases(connection, [course_id])
    return found


@pytest.mark.parametrize(
    ("viewer", "refusal"),
    [
        (access.ANONYMOUS, errors.Unauthenticated),
        (access.plan_holder(1), errors.Forbidden),
        (access.Viewer(role=access.Role.ADVISOR, name="an advisor"), errors.Forbidden),
    ],
    ids=["nobody", "a plan's holder", "an advisor"],
)
@pytest.mark.parametrize("verb", ["create", "update", "delete"])
async def test_only_an_administrator_changes_courses_whoever_calls(connection, here, viewer, refusal, verb) -> None:
    held = await course(connection, here, "MATH 101")
    origin = Origin(viewer=viewer, now=NOW)
    work = {
        "create": lambda: courses.create(connection, here, VALUES, origin),
        "update": lambda: courses.update(connection, held, 1, {"title": "Mine"}, origin),
        "delete": lambda: courses.delete(connection, held, origin),
    }[verb]

    with pytest.raises(refusal):
        await work()

    (row,) = await reading.by_id(connection, [held])
    assert (row.title, row.revision) == ("A course", 1)
    assert await reading.by_code(connection, [(here, "NEW 1")]) == [None]


async def test_a_former_code_of_another_course_is_taken_too(connection, here) -> None:
    held = await course(connection, here, "MATH 431")
    await inserted(connection, CourseAlias, course_id=held, institution_id=here, code_key="MATH 31")

    with pytest.raises(courses.DuplicateCourse) as refused:
        await courses.create(connection, here, {"code": "MATH 31", "title": "Own"}, ADMINISTRATOR)

    assert refused.value.course_id == held
    assert await aliases(connection, held) == ["MATH 31"]


async def test_an_alias_comes_back_when_the_course_with_that_code_goes(connection, here) -> None:
    own = await courses.create(connection, here, {"code": "STAT 431", "title": "Own"}, ADMINISTRATOR)
    both = await courses.create(connection, here, {"code": "MATH/STAT 431", "title": "Both"}, ADMINISTRATOR)
    assert await aliases(connection, both.id) == ["MATH 431"]

    await courses.delete(connection, own.id, ADMINISTRATOR)

    assert await aliases(connection, both.id) == ["MATH 431", "STAT 431"]


async def test_an_alias_that_two_cross_listings_claim_is_neithers(connection, here) -> None:
    first = await courses.create(connection, here, {"code": "MATH/STAT 431", "title": "First"}, ADMINISTRATOR)

    second = await courses.create(connection, here, {"code": "STAT/CS 431", "title": "Second"}, ADMINISTRATOR)

    assert await aliases(connection, first.id) == ["MATH 431"]
    assert await aliases(connection, second.id) == ["CS 431"]


async def test_a_former_code_stays_when_the_course_is_renumbered(connection, here) -> None:
    held = await course(connection, here, "MATH/STAT 431")
    await inserted(connection, CourseAlias, course_id=held, institution_id=here, code_key="MATH 31")

    await courses.update(connection, held, 1, {"code": "MATH/STAT 432"}, ADMINISTRATOR)

    assert await aliases(connection, held) == ["MATH 31", "MATH 432", "STAT 432"]
