"""What one request reads of plans and courses: each thing once, whoever asks and in whatever order."""

import asyncio

import pytest

from gql_api.reads import audit_plans, audits, plan_facts, prerequisites
from tests.reads.test_audits import ON, World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(connection):
    return await World(connection).build()


async def test_who_asks_at_the_same_time_shares_one_statement(world, statements) -> None:
    held, plan = plan_facts.Held(), await world.typical()

    with statements() as executed:
        first, second = await asyncio.gather(*[held.taken(world.connection, [plan]) for _ in range(2)])

    assert len(executed) == 1
    assert first.entries[plan] is second.entries[plan]


async def test_of_several_plans_each_sees_its_own_entries_only(world, statements) -> None:
    held, plans = plan_facts.Held(), [await world.typical() for _ in range(3)]
    every = await held.taken(world.connection, plans[:2])

    with statements() as executed:
        one = await held.taken(world.connection, plans[:1])
        more = await held.taken(world.connection, plans)

    assert len(executed) == 1
    assert set(every.entries) == set(plans[:2])
    assert set(one.entries) == {plans[0]}
    assert set(more.entries) == set(plans)
    assert one.course_ids == every.course_ids


async def test_rules_and_courses_that_are_known_are_not_read_again(world, statements) -> None:
    held, plan = plan_facts.Held(), await world.typical()
    ids = (await held.taken(world.connection, [plan])).course_ids
    rules = await held.rules(world.connection, ids, [world.here])
    known = await held.courses(world.connection, ids | plan_facts.awarded(rules))
    made = held.made(rules)[world.here]

    with statements() as executed:
        again = await held.rules(world.connection, ids, [world.here])
        courses = await held.courses(world.connection, ids)

    assert executed == []
    assert again == rules != []
    assert courses is known
    assert all(one is other for one, other in zip(held.made(again)[world.here], made, strict=True))


async def test_audits_and_prerequisites_of_a_plan_read_its_entries_and_courses_once(world, statements) -> None:
    held, plan = plan_facts.Held(), await world.typical()
    keys = [(plan, aim) for aim in audits.Aim]
    [expected] = await audits.inputs(world.connection, [plan], on=ON)

    with statements() as executed:
        given, _ = await audits.of_aims(world.connection, keys, held, on=ON)
        await prerequisites.issues(world.connection, [plan], held, on=ON)

    assert given == expected
    assert sum("FROM planned_courses" in text for text in executed) == 1
    assert sum("courses.repeatable_times" in text for text in executed) == 1


async def test_entries_as_they_would_be_are_not_mistaken_for_those_that_are_stored(world) -> None:
    held, plan = plan_facts.Held(), await world.typical()
    taken = await held.taken(world.connection, [plan])
    await held.courses(world.connection, taken.course_ids)
    stored = held.entries(taken)[plan]

    changed = [row._replace(pinned_key="arts") for row in taken.entries[plan]]
    would_be = held.entries(audit_plans.Taken(entries={plan: changed}, decisions={}))[plan]

    assert {entry.pinned_key for entry in would_be} == {"arts"}
    assert held.entries(taken)[plan] is stored
    assert {entry.pinned_key for entry in stored} != {"arts"}
