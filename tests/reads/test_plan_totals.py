"""Plain sums over plans: what they count, and one statement for any number of plans."""

from decimal import Decimal

import pytest

from gql_api.domain.entries import View
from gql_api.reads import plan_totals
from gql_api.tables.plans import Plan, PlannedCourse
from gql_api.tables.requirements import Requirement, RequirementOption
from tests import catalog

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(connection):
    """A program with two requirements that list courses and one that does not, and a plan of five entries."""

    async def add(table, **values):
        return await catalog.inserted(connection, table, **values)

    here = await catalog.college(connection, "Here University")
    art, bio, chem, law = [
        await catalog.course(connection, here, code) for code in ("ART 1", "BIO 1", "CHEM 1", "LAW 1")
    ]
    version = await catalog.version(connection, await catalog.program(connection, here, "Biology"))
    first, second, other = [
        await add(Requirement, version_id=version, key=key, name=key, position=0)
        for key in ("first", "second", "other")
    ]
    for position, (requirement, course) in enumerate([(first, art), (first, bio), (second, chem)]):
        option = {"requirement_id": requirement, "position": position, "course_id": course, "course_code": "X 1"}
        await add(RequirementOption, **option)
    await add(RequirementOption, requirement_id=second, course_id=law, course_code="X 2", is_excluded=True)
    await add(RequirementOption, requirement_id=other, subject="ART")
    plan, empty = [
        await add(Plan, code_hmac=code * 32, code_key_id="k", target_version_id=version) for code in (b"a", b"b")
    ]
    aimless = await add(Plan, code_hmac=b"c" * 32, code_key_id="k")
    for plan_id in (plan, aimless):
        await add(PlannedCourse, plan_id=plan_id, course_id=art, status="COMPLETED", grade="F")
        await add(PlannedCourse, plan_id=plan_id, course_id=bio, status="IN_PROGRESS", credits=Decimal("1.5"))
        await add(PlannedCourse, plan_id=plan_id, course_id=law, status="PLANNED")
        await add(PlannedCourse, plan_id=plan_id, course_id=chem, status="WITHDRAWN")
        await add(PlannedCourse, plan_id=plan_id, unlisted_title="Sailing", unlisted_credits=Decimal(2))
    return plan, empty, aimless


async def test_credits_and_courses_grow_from_view_to_view_and_withdrawn_ones_are_left_out(connection, world):
    plan, _, _ = world
    [found] = await plan_totals.by_plan(connection, [plan])
    assert [(one.view, one.credits, one.courses) for one in found] == [
        (View.COMPLETED, Decimal(3), 1),
        (View.IN_PROGRESS, Decimal("4.5"), 2),
        (View.PLANNED, Decimal("9.5"), 4),
    ]


async def test_a_requirement_is_touched_once_however_many_of_its_courses_there_are(connection, world):
    plan, _, _ = world
    [found] = await plan_totals.by_plan(connection, [plan])
    assert [(one.requirements_touched, one.requirements_listing) for one in found] == [(1, 2), (1, 2), (1, 2)]


async def test_plans_without_entries_or_without_a_target_have_zeros(connection, world):
    _, empty, aimless = world
    without_entries, without_target = await plan_totals.by_plan(connection, [empty, aimless])
    assert [one[1:] for one in without_entries] == [(Decimal(0), 0, 0, 2)] * 3
    assert [one[2:] for one in without_target] == [(1, 0, 0), (2, 0, 0), (4, 0, 0)]


async def test_any_number_of_plans_takes_one_statement(connection, world, statements):
    for asked in (world[:1], world, [*world, 999_999]):
        with statements() as executed:
            found = await plan_totals.by_plan(connection, list(asked))
        assert len(executed) == 1
        assert len(found) == len(asked)
    assert found[-1] == []
