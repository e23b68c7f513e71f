"""Plain sums over plans: what they count, and what they read for any number of plans."""

from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlmodel import col

from gql_api.domain.entries import View
from gql_api.reads import plan_totals, plans, programs
from gql_api.tables.plans import Plan, PlannedCourse
from gql_api.tables.programs import ProgramVersion
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
    return plan, empty, aimless, version


async def totals(connection, plan_id, version_id=None):
    [held], courses = await plans.entries_with_courses(connection, [plan_id], frozenset({"totals"}))
    versions = await programs.versions_by_id(connection, [] if version_id is None else [version_id])
    listings = await plan_totals.listings(connection, versions)
    credits_of = {id: course.credits_min for id, course in courses.items()}
    return plan_totals.of_plan(held, credits_of, listings.get(version_id))


async def test_credits_and_courses_grow_from_view_to_view_and_withdrawn_ones_are_left_out(connection, world):
    plan, _, _, version = world
    found = await totals(connection, plan, version)
    assert [(one.view, one.credits, one.courses) for one in found] == [
        (View.COMPLETED, Decimal(3), 1),
        (View.IN_PROGRESS, Decimal("4.5"), 2),
        (View.PLANNED, Decimal("9.5"), 4),
    ]


async def test_a_requirement_is_touched_once_however_many_of_its_courses_there_are(connection, world):
    plan, _, _, version = world
    found = await totals(connection, plan, version)
    assert [(one.requirements_touched, one.requirements_listing) for one in found] == [(1, 2), (1, 2), (1, 2)]


async def test_plans_without_entries_or_without_a_target_have_zeros(connection, world):
    _, empty, aimless, version = world
    without_entries = await totals(connection, empty, version)
    without_target = await totals(connection, aimless)
    assert [one[1:] for one in without_entries] == [(Decimal(0), 0, 0, 2)] * 3
    assert [one[2:] for one in without_target] == [(1, 0, 0), (2, 0, 0), (4, 0, 0)]


async def test_the_entries_of_any_number_of_plans_take_one_statement_with_their_courses(connection, world, statements):
    plan, empty, aimless, _ = world
    for asked in ([plan], [plan, empty, aimless], [aimless, 999_999, plan]):
        with statements() as executed:
            found, courses = await plans.entries_with_courses(connection, asked, frozenset({"totals"}))
        assert len(executed) == 1
        assert [len(one) for one in found] == [{plan: 5, aimless: 5}.get(id, 0) for id in asked]
        assert len(courses) == 4


async def test_what_a_published_version_lists_is_read_once_and_again_after_a_change(connection, world, statements):
    async def executed(version_id):
        versions = await programs.versions_by_id(connection, [version_id])
        with statements() as sent:
            found = await plan_totals.listings(connection, versions)
        return found[version_id].total, len(sent)

    *_, version = world
    assert [await executed(version), await executed(version)] == [(2, 1), (2, 0)]
    later = sa.update(ProgramVersion).where(col(ProgramVersion.id) == version)
    await connection.execute(later.values(updated_at=sa.func.now() + sa.text("interval '1 second'")))
    assert [await executed(version), await executed(version)] == [(2, 1), (2, 0)]
    await connection.execute(later.values(state="DRAFT"))
    assert [await executed(version), await executed(version)] == [(2, 1), (2, 1)]
