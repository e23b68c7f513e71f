"""What scenarios read: one list of courses against any number of versions, in a fixed number of statements."""

from dataclasses import replace

import pytest

from gql_api.domain import audit_exceptions, best_fit, entries, statuses, what_if
from gql_api.reads import audits
from gql_api.reads import best_fit as programs
from gql_api.reads import what_if as scenarios
from tests import catalog
from tests.reads import test_audits

pytestmark = pytest.mark.anyio

ON = test_audits.ON
STATEMENTS, OF_KEPT_TREES, WITHOUT_A_PLAN = 9, 6, 4


@pytest.fixture
async def world(connection):
    return await test_audits.World(connection).build()


async def one(world, version=None, **values):
    scenario = scenarios.Scenario(**values)
    [given] = await scenarios.inputs(world.connection, scenario, [version or world.version], on=ON)
    return given


async def test_a_scenario_that_changes_nothing_is_the_plan_itself(world) -> None:
    plan = await world.typical()
    await world.add(
        test_audits.PlanException, plan_id=plan, kind="WAIVER", requirement_key="arts", reason="r", granted_by="advisor"
    )

    [usual] = await audits.inputs(world.connection, [plan], on=ON)
    given = await one(world, plan_id=plan, excepted=frozenset({world.version}))

    assert given == usual
    assert given.exceptions == (audit_exceptions.Waiver(key="arts"),)


async def test_exceptions_are_left_out_for_other_programs(world) -> None:
    plan = await world.typical()
    await world.add(
        test_audits.PlanException, plan_id=plan, kind="WAIVER", requirement_key="arts", reason="r", granted_by="advisor"
    )

    assert (await one(world, plan_id=plan)).exceptions == ()


async def test_entries_are_added_with_their_rules_and_dropped_with_their_decisions(world) -> None:
    plan = await world.plan()
    dropped = await world.takes(plan, world.art, grade="B", year=2024, season="FALL")
    await world.add(
        test_audits.TransferDecision,
        planned_course_id=dropped,
        receiving_institution_id=world.here,
        course_id=world.bios,
        reason="seen",
        decided_by="advisor",
    )
    whole = await one(world, plan_id=plan)
    [series] = [entry for entry in whole.entries if entry.id == dropped]
    posted = what_if.added([replace(series, status=statuses.PlannedStatus.PLANNED)])

    given = await one(world, plan_id=plan, posted=posted, dropped=frozenset({dropped}))

    assert [entry.id for entry in given.entries] == [-1]
    assert len(whole.possibilities.decisions) == 1
    assert given.possibilities.decisions == ()
    assert given.possibilities.rules == whole.possibilities.rules
    assert whole.possibilities.rules != ()


async def test_posted_courses_need_no_plan(world) -> None:
    unlisted = entries.PlannedEntry(id=0, course=entries.UnlistedCourse(title="Pottery", credits=2))

    given = await one(world, posted=what_if.added([unlisted]))

    assert [entry.label for entry in given.entries] == ["Pottery"]
    assert given.plan_id == 0


async def test_an_unknown_version_has_no_scenario(world) -> None:
    assert await one(world, version=world.version + 1_000) is None


async def test_the_statements_do_not_grow_with_the_versions(world, statements) -> None:
    plan = await world.typical()
    others = []
    for number in range(30):
        program = await catalog.program(world.connection, world.here, f"Program {number}", "A.A.")
        others.append(await catalog.version(world.connection, program, is_current=True))
    scenario = scenarios.Scenario(plan_id=plan)

    with statements() as first:
        await scenarios.inputs(world.connection, scenario, others, on=ON)
    with statements() as again:
        await scenarios.inputs(world.connection, scenario, others, on=ON)
    with statements() as single:
        await scenarios.inputs(world.connection, scenario, others[:1], on=ON)
    with statements() as anonymous:
        await scenarios.inputs(world.connection, scenarios.Scenario(), others, on=ON)

    assert len(first) == STATEMENTS
    assert len(again) == len(single) == OF_KEPT_TREES
    assert len(anonymous) == WITHOUT_A_PLAN


async def test_programs_of_one_degree_type_are_offered_in_their_current_version_by_name(world) -> None:
    connection = world.connection
    other = await catalog.college(connection, "Other University")
    for owner, name, degree, current in (
        (world.here, "Zoology", "A.A.", True),
        (other, "Art", "a.a.", True),
        (world.here, "History", "A.A.", False),
        (world.here, "Music", "B.A.", True),
    ):
        program = await catalog.program(connection, owner, name, degree)
        await catalog.version(connection, program, is_current=current)

    everywhere = await programs.offered(connection, "A.A.", None)
    here = await programs.offered(connection, "A.A.", world.here)

    assert [one.name for one in everywhere] == ["Art", "Zoology"]
    assert [one.name for one in here] == ["Zoology"]


async def test_a_plan_is_ranked_over_programs_that_were_read_together(world) -> None:
    plan = await world.typical()
    given = await scenarios.inputs(
        world.connection, scenarios.Scenario(plan_id=plan), [world.version, world.older], on=ON
    )
    offers = [
        best_fit.Offer(program_id=place, name=name, given=value)
        for place, (name, value) in enumerate(zip("ba", given, strict=True))
        if value is not None
    ]

    found = best_fit.rank(offers, on=ON, first=2)

    assert [fit.offer.name for fit in found] == ["a", "b"]
    assert found[0].remaining == 0
    assert found[1].remaining == best_fit.remaining(given[0].tree, given[0].audit(ON))
