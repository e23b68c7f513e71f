"""Reading ahead: when it happens, that its answers are the snapshot's own, and what is read in vain."""

import asyncio

import psycopg
import pytest

from gql_api import database
from gql_api.database import ahead

pytestmark = pytest.mark.anyio
FIRST = database.Statement("SELECT 1, $1::int FROM notes")
SECOND = database.Statement("SELECT 2, $1::int FROM notes")
THIRD = database.Statement("SELECT 3, $1::int FROM notes")
COUNTED = database.Statement("SELECT count(*), $1::int FROM notes")
ALONE = database.Statement("SELECT 4, $1::int", is_planned_each_time=True)
WRONG = database.Statement("SELECT 1 / (count(*) - $1::int) FROM notes")
ADD = database.Statement("INSERT INTO notes VALUES ($1::int)")


@pytest.fixture
async def opened(database_url):
    with database.connect(database_url) as connection:
        connection.execute("CREATE TABLE notes (n int PRIMARY KEY)")
        connection.execute("INSERT INTO notes VALUES (0)")
    one = database.Database.open(database_url, pool_size=2)
    yield one
    await one.close()


async def asked(opened, *statements, value=7):
    async with opened.reading() as session:
        return [await session.every(statement, [b"%d" % value]) for statement in statements]


async def test_what_was_asked_the_same_twice_is_asked_in_one_message(opened, messages):
    with messages() as sent:
        answers = [await asked(opened, FIRST, SECOND, THIRD) for _ in range(4)]

    assert sent == [1, 1, 1, 1, 1, 1, 3, 3]
    assert answers == [[[(1, 7)], [(2, 7)], [(3, 7)]]] * 4


async def test_other_parameters_are_another_chain(opened, messages):
    for _ in range(2):
        await asked(opened, FIRST, SECOND)
    with messages() as sent:
        assert await asked(opened, FIRST, SECOND, value=8) == [[(1, 8)], [(2, 8)]]
        assert await asked(opened, FIRST, SECOND) == [[(1, 7)], [(2, 7)]]

    assert sent == [1, 1, 2]


async def test_chains_of_another_purpose_are_not_followed(opened, messages):
    for _ in range(2):
        await asked(opened, FIRST, SECOND)
    with messages() as sent:
        async with opened.reading("something else") as session:
            assert await session.every(FIRST, [b"7"]) == [(1, 7)]

    assert sent == [1]


async def test_an_answer_is_of_the_snapshot_that_asks(opened):
    for _ in range(3):
        assert (await asked(opened, FIRST, COUNTED))[1] == [(1, 7)]
    async with opened.changing() as session:
        await session.every(ADD, [b"1"])

    assert (await asked(opened, FIRST, COUNTED))[1] == [(2, 7)]


async def test_who_asks_something_else_gets_that_and_is_followed_from_then_on(opened, messages):
    for _ in range(3):
        await asked(opened, FIRST, SECOND)
    with messages() as sent:
        for _ in range(3):
            assert await asked(opened, FIRST, THIRD) == [[(1, 7)], [(3, 7)]]

    assert sent == [2, 1, 1, 1, 2]  # once in vain; then learned, then trusted


async def test_who_asks_in_turns_is_never_read_ahead_for(opened, messages):
    with messages() as sent:
        for _ in range(3):
            await asked(opened, FIRST, SECOND)
            await asked(opened, FIRST, THIRD)

    assert sent == [1] * 12


async def test_tasks_that_ask_meanwhile_wait_for_what_is_coming(opened, messages):
    async def every(session, statement):
        return await session.every(statement, [b"7"])

    with messages() as sent:
        for _ in range(3):
            async with opened.reading() as session:
                found = await asyncio.gather(*[every(session, one) for one in (FIRST, SECOND, THIRD)])
            assert found == [[(1, 7)], [(2, 7)], [(3, 7)]]

    assert sent == [1, 1, 1, 1, 1, 1, 3]


async def test_several_together_begin_a_chain_and_are_answered_from_one(opened, messages):
    with messages() as sent:
        for _ in range(3):
            async with opened.reading() as session:
                first = await session.several([(FIRST, [b"7"], tuple), (SECOND, [b"7"], tuple)])
                second = await session.several([(SECOND, [b"7"], tuple), (THIRD, [b"7"], tuple)])
            assert (first, second) == ([[(1, 7)], [(2, 7)]], [[(2, 7)], [(3, 7)]])

    assert sent == [2, 2, 2, 2, 3, 1]  # an answer that was asked for is not kept


async def test_a_statement_that_is_planned_otherwise_is_sent_for_itself(opened, messages):
    with messages() as sent:
        for _ in range(3):
            assert await asked(opened, FIRST, ALONE) == [[(1, 7)], [(4, 7)]]

    assert sent == [1, 1] * 3


async def test_what_fails_ahead_is_undone_and_fails_only_where_it_is_asked(opened, messages):
    for _ in range(2):
        await asked(opened, FIRST, WRONG)
    async with opened.changing() as session:
        for value in range(1, 7):
            await session.every(ADD, [b"%d" % value])

    with messages() as sent:
        assert await asked(opened, FIRST, COUNTED) == [[(1, 7)] * 7, [(7, 7)]]
        with pytest.raises(psycopg.errors.DivisionByZero):
            await asked(opened, FIRST, WRONG)
    assert sent == [2, 1, 1, 1, 1]
    assert opened.usage.lent == 0


def test_chains_are_bounded_in_number_and_size():
    chains = ahead.Chains()
    for number in range(ahead.MOST_CHAINS + 1):
        for _ in range(2):
            chains.learn((None, (FIRST, (b"%d" % number,))), ((SECOND, (b"1",)),))
    assert chains.after((None, (FIRST, (b"0",)))) == ()
    assert chains.after((None, (FIRST, (b"1",)))) == ((SECOND, (b"1",)),)

    for keys in (((SECOND, (b"1" * (ahead.MOST_BYTES + 1),)),), ((SECOND, (None,)),) * (ahead.MOST_STATEMENTS + 1)):
        for _ in range(2):
            chains.learn((None, (FIRST, (b"1",))), keys)
        assert chains.after((None, (FIRST, (b"1",)))) == ()
