"""Sessions and the pool behind them: many tasks at once, cancellation, dead connections, fairness, proxies."""

import asyncio
import contextlib
import itertools
import random

import psycopg
import pytest
from psycopg import errors as states

from gql_api import database, errors
from gql_api.database import lending, preparing, wires
from tests import waiting

pytestmark = pytest.mark.anyio
CHANCE = random.Random(11)  # noqa: S311 - reproducible
NUMBER = database.Statement("SELECT $1::int")
SLEEP = database.Statement("SELECT $1::int FROM pg_sleep($2::float)")
SESSION = database.Statement("SELECT pg_backend_pid()")
WRONG = database.Statement("SELECT 1 / $1::int")
ADD = database.Statement("INSERT INTO notes VALUES ($1::int)")
ADD_LAST = database.Statement("INSERT INTO notes VALUES ($1::int) RETURNING n", is_last=True)
OPEN = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND backend_xid IS NULL AND state = 'idle in transaction'"
)


@pytest.fixture
def notes(database_url):
    with database.connect(database_url) as connection:
        connection.execute("CREATE TABLE notes (n int PRIMARY KEY)")


def kept(url: str) -> list[int]:
    with database.connect(url) as connection:
        return [n for (n,) in connection.execute("SELECT n FROM notes ORDER BY n")]


def number(value: int) -> list[bytes]:
    return [str(value).encode()]


@contextlib.asynccontextmanager
async def opening(url: str, **options):
    opened = database.Database.open(url, **options)
    try:
        yield opened
    finally:
        await opened.close()


def end_sessions(administration: psycopg.Connection, name: str) -> None:
    administration.execute(
        "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = %s", [name]
    )


async def test_each_of_many_tasks_gets_its_own_answer(database_url):
    async with opening(database_url, pool_size=1) as opened, opened.reading() as session:

        async def ask(value: int) -> None:
            await asyncio.sleep(CHANCE.random() / 100)
            assert await session.every(NUMBER, number(value)) == [(value,)]

        await asyncio.gather(*[ask(value) for value in range(300)])


async def test_statements_of_several_tasks_are_sent_without_waiting_for_each_other(database_url):
    async with opening(database_url, pool_size=1) as opened, opened.reading() as session:
        with waiting.Held(database_url) as held:
            answers = asyncio.gather(*[session.every(held.STATEMENT, number(value)) for value in range(3)])
            await waiting.soon(lambda: session._wire is not None and session._wire.unanswered == 3)
            held.release()
        assert await answers == [[(0,)], [(1,)], [(2,)]]


async def test_a_transaction_begins_in_the_message_of_its_first_statement(database_url, monkeypatch):
    messages = []
    asked = wires.Wire.asked
    monkeypatch.setattr(
        wires.Wire, "asked", lambda wire, steps, *more: messages.append(len(steps)) or asked(wire, steps, *more)
    )
    async with opening(database_url, pool_size=1) as opened, opened.reading() as session:
        await session.every(NUMBER, number(1))
        await session.every(NUMBER, number(2))
    assert messages == [3, 1]


async def test_what_sqlalchemy_executes_is_of_the_same_snapshot(database_url, notes):
    count = database.Statement("SELECT count(*) FROM notes")
    async with opening(database_url) as opened, opened.reading() as session:
        assert await session.every(count) == [(0,)]
        async with opened.changing() as other:
            await other.every(ADD, number(1))
        counted = await session.exec_driver_sql("SELECT count(*) FROM notes")
        assert counted.scalar_one() == 0
        assert await session.every(count) == [(0,)]
    assert kept(database_url) == [1]


async def test_prepared_statements_and_those_of_sqlalchemy_may_be_mixed_by_many_tasks(database_url):
    async with opening(database_url, pool_size=1) as opened, opened.reading() as session:

        async def ask(value: int) -> None:
            if value % 3:
                assert await session.every(NUMBER, number(value)) == [(value,)]
            else:
                assert (await session.exec_driver_sql("SELECT %s::int", (value,))).scalar_one() == value

        await asyncio.gather(*[ask(value) for value in range(60)])


async def test_several_statements_of_one_message_have_their_own_answers(database_url, monkeypatch):
    messages: list[int] = []
    asked = wires.Wire.asked
    monkeypatch.setattr(
        wires.Wire, "asked", lambda wire, steps, *more: messages.append(len(steps)) or asked(wire, steps, *more)
    )
    two = [(NUMBER, number(1), tuple), (SLEEP, [b"2", b"0"], list)]
    async with opening(database_url, pool_size=1) as opened, opened.reading() as session:
        assert await session.several(two) == [[(1,)], [[2]]]
        assert await session.several(two[:1]) == [[(1,)]]
        with pytest.raises(states.DivisionByZero):
            await session.several([(NUMBER, number(1), tuple), (WRONG, number(0), tuple)])
    assert messages == [4, 1, 2]


async def test_several_statements_are_sent_again_where_the_connection_was_dead(database_url, administration):
    async with opening(database_url, pool_size=1, application_name="several") as opened:
        await opened.ping()
        end_sessions(administration, "several")
        async with opened.reading() as session:
            assert await session.several([(NUMBER, number(1), tuple), (NUMBER, number(2), tuple)]) == [[(1,)], [(2,)]]


async def test_an_error_is_told_to_its_task_and_ends_the_transaction_for_the_others(database_url):
    async with opening(database_url, pool_size=1) as opened:
        async with opened.reading() as session:
            found = await asyncio.gather(
                session.every(NUMBER, number(1)),
                session.every(WRONG, number(0)),
                session.every(NUMBER, number(2)),
                return_exceptions=True,
            )
        assert found[0] == [(1,)]
        assert isinstance(found[1], states.DivisionByZero)
        assert found[2] is found[1]  # what follows from an error is told as that error
        async with opened.reading() as session:
            assert await session.every(WRONG, number(1)) == [(1,)]


async def test_an_error_in_the_first_message_leaves_a_connection_that_serves(database_url):
    async with opening(database_url, pool_size=1) as opened:

        async def fail() -> None:
            async with opened.reading() as session:
                await session.every(WRONG, number(0))

        for _ in range(3):
            with pytest.raises(states.DivisionByZero):
                await fail()
        async with opened.reading() as session:
            assert await session.every(NUMBER, number(7)) == [(7,)]


async def test_a_change_is_kept_when_its_block_ends_and_undone_when_it_raises(database_url, notes):
    async with opening(database_url, pool_size=1) as opened:

        async def change(*values: int, fails: bool) -> None:
            async with opened.changing() as session:
                await session.every(ADD, number(values[0]))
                for value in values[1:]:
                    await session.exec_driver_sql("INSERT INTO notes VALUES (%s)", (value,))
                if fails:
                    raise ZeroDivisionError

        for values in ((1,), (3, 4)):
            await change(*values, fails=False)
            with pytest.raises(ZeroDivisionError):
                await change(*[value + 10 for value in values], fails=True)
    assert kept(database_url) == [1, 3, 4]


async def test_a_change_that_swallowed_an_error_does_not_pass_for_a_commit(database_url, notes):
    async with opening(database_url, pool_size=1) as opened:

        async def change() -> None:
            async with opened.changing() as session:
                await session.every(ADD, number(1))
                with pytest.raises(states.UniqueViolation):
                    await session.every(ADD, number(1))

        with pytest.raises(states.InFailedSqlTransaction):
            await change()
        await opened.ping()
    assert kept(database_url) == []


async def test_the_end_of_a_read_travels_with_the_next_message_while_others_read(database_url, monkeypatch):
    monkeypatch.setattr(wires, "OWED_SECONDS", waiting.LIMIT)
    async with opening(database_url, pool_size=2) as opened, opened.reading() as other:
        await other.every(NUMBER, number(1))
        for value in range(3):
            async with opened.reading() as session:
                assert await session.every(NUMBER, number(value)) == [(value,)]
                wire = session._wire
            assert wire is not None
            assert wire.unanswered == 0
            assert wire._owed is wires.COMMIT
        async with opened.writing() as connection:
            assert (await connection.exec_driver_sql("SHOW transaction_read_only")).scalar_one() == "off"


async def test_the_end_of_a_read_waits_only_for_a_moment(database_url):
    async with opening(database_url, pool_size=2) as opened:
        with database.connect(database_url) as connection:
            async with opened.reading() as other:
                await other.every(NUMBER, number(1))
                async with opened.reading() as session:
                    await session.every(NUMBER, number(2))
                    assert connection.execute(OPEN).fetchall() == [(2,)]
                    connection.commit()
                await waiting.soon(lambda: connection.execute(OPEN).fetchall() == [(1,)] or connection.commit())


async def test_a_statement_that_is_the_last_commits_in_its_own_message(database_url, notes, monkeypatch):
    messages = []
    asked = wires.Wire.asked
    monkeypatch.setattr(wires.Wire, "asked", lambda wire, steps: messages.append(len(steps)) or asked(wire, steps))
    async with opening(database_url, pool_size=1) as opened:
        async with opened.changing() as session:
            assert await session.every(ADD_LAST, number(1)) == [(1,)]
            assert kept(database_url) == [1]
        assert messages == [4]
        async with opened.changing() as session:
            await session.every(ADD_LAST, number(2))
            await session.every(ADD, number(3))
            assert kept(database_url) == [1, 2]

        async def fail() -> None:
            async with opened.changing() as session:
                await session.every(ADD_LAST, number(4))
                await session.every(ADD, number(5))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()
    assert kept(database_url) == [1, 2, 3, 4]


async def test_a_last_statement_that_fails_leaves_nothing_and_a_connection_that_serves(database_url, notes):
    async with opening(database_url, pool_size=1) as opened:

        async def change() -> None:
            async with opened.changing() as session:
                await session.every(ADD, number(1))
                await session.every(ADD_LAST, number(1))

        with pytest.raises(states.UniqueViolation):
            await change()
        assert kept(database_url) == []
        async with opened.changing() as session:
            await session.every(ADD_LAST, number(1))
    assert kept(database_url) == [1]


async def test_a_last_statement_whose_connection_dies_is_not_sent_again(database_url, administration, notes):
    held_last = database.Statement(waiting.Held.STATEMENT.sql.decode(), is_last=True)
    sent = []
    async with opening(database_url, pool_size=1, application_name="killed") as opened:
        with waiting.Held(database_url) as held:

            async def change() -> None:
                async with opened.changing() as session:
                    sent.append(session)
                    await session.every(held_last, number(1))

            task = asyncio.create_task(change())
            await waiting.soon(lambda: held.waiting == 1)
            end_sessions(administration, "killed")
            with pytest.raises(errors.Unavailable, match=r"^The database cannot be reached\.$"):
                await task
        await opened.ping()
    assert len(sent) == 1


async def test_a_deadlock_of_prepared_changes_is_run_again(database_url, notes):
    tries = []

    async def work(session: database.Session) -> int:
        tries.append(1)
        await session.every(ADD, number(len(tries)))
        if len(tries) == 1:
            await session.every(database.Statement("DO $$ BEGIN RAISE EXCEPTION '' USING ERRCODE = '40P01'; END $$"))
        return len(tries)

    async with opening(database_url, pool_size=1) as opened:
        assert await opened.changed(work) == 2
    assert kept(database_url) == [2]


async def test_a_cancelled_task_leaves_its_answer_to_nobody(database_url):
    async with opening(database_url, pool_size=1) as opened:
        for _ in range(20):
            async with opened.reading() as session:
                lost = asyncio.create_task(session.every(SLEEP, [b"1", b"0.01"]))
                await asyncio.sleep(CHANCE.random() / 100)
                lost.cancel()
                found = await session.every(NUMBER, number(2))
            assert found == [(2,)]
        assert opened._pool._count == 1


async def test_a_cancelled_request_leaves_a_connection_that_is_read_to_its_end(database_url, monkeypatch):
    monkeypatch.setattr(lending, "GRACE", waiting.LIMIT)
    async with opening(database_url, pool_size=1) as opened:

        async def request() -> None:
            async with opened.reading() as session:
                await asyncio.gather(*[session.every(SLEEP, [b"%d" % one, b"0.03"]) for one in range(3)])

        async with opened.reading() as session:
            before = await session.every(SESSION)
        for _ in range(10):
            task = asyncio.create_task(request())
            await asyncio.sleep(CHANCE.random() / 20)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            async with opened.reading() as session:
                assert await session.every(NUMBER, number(5)) == [(5,)]
                assert await session.every(SESSION) == before  # quick statements are waited for, not torn down


async def test_a_long_statement_that_nobody_waits_for_is_cancelled_and_its_connection_closed(database_url, monkeypatch):
    monkeypatch.setattr(lending, "_CANCELLING", waiting.LIMIT)
    endless = database.Timeouts(statement=0, lock=0, idle=0, pool=waiting.LIMIT)
    async with opening(database_url, pool_size=1, timeouts=endless) as opened:
        with waiting.Held(database_url) as held:
            async with opened.reading() as session:
                lost = asyncio.create_task(session.every(held.STATEMENT, number(1)))
                await waiting.soon(lambda: held.waiting == 1)
                lost.cancel()
            await opened.ping()  # by another connection, the first one's place being free again
            await waiting.soon(lambda: held.waiting == 0)


async def test_a_cancelled_change_is_undone(database_url, notes):
    async with opening(database_url, pool_size=1) as opened:
        with waiting.Held(database_url) as held:

            async def change() -> None:
                async with opened.changing() as session:
                    await session.every(ADD, number(1))
                    await session.every(held.STATEMENT, number(1))

            task = asyncio.create_task(change())
            await waiting.soon(lambda: held.waiting == 1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await opened.ping()
    assert kept(database_url) == []


async def test_who_is_cancelled_while_waiting_for_a_connection_takes_none_along(database_url):
    async with opening(database_url, pool_size=1) as opened:
        for delay in (0, 0.01, 0.02):
            async with opened.reading() as session:
                await session.every(NUMBER, number(1))
                asking = asyncio.create_task(opened.ping())
                await asyncio.sleep(delay)
                asking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asking
        await opened.ping()
        assert len(opened._pool._idle) == 1


@pytest.fixture
def lent(monkeypatch):
    """Of every connection lent, in this order: the name of the task, and how many were lent while it waited."""
    each: list[tuple[str, int]] = []
    take = lending.Pool.take

    async def recorded(pool: lending.Pool) -> wires.Wire:
        before = len(each)
        wire = await take(pool)
        each.append((asyncio.current_task().get_name(), len(each) - before))
        return wire

    monkeypatch.setattr(lending.Pool, "take", recorded)
    return each


async def test_connections_are_lent_in_the_order_they_were_asked_for(database_url, lent):
    async with opening(database_url, pool_size=2) as opened:

        async def request() -> None:
            async with opened.reading() as session:
                await session.every(SLEEP, [b"1", b"%f" % (CHANCE.random() / 200)])

        await asyncio.gather(*[asyncio.create_task(request(), name=str(one)) for one in range(40)])
    assert [name for name, _ in lent] == [str(one) for one in range(40)]


async def test_nobody_waits_in_vain_while_others_are_served_again_and_again(database_url, lent):
    async with opening(database_url, pool_size=2) as opened:
        done = itertools.count()

        async def client() -> None:
            while next(done) < 600:
                async with opened.reading() as session:
                    await session.every(SLEEP, [b"1", b"%f" % (CHANCE.random() / 500)])

        await asyncio.gather(*[asyncio.create_task(client(), name=str(one)) for one in range(32)])
    assert len({name for name, _ in lent}) == 32
    assert max(waited for _, waited in lent) < 32  # every other client once, at the most


async def test_a_connection_that_dies_between_two_requests_is_not_noticed_by_the_next(database_url, administration):
    async with opening(database_url, pool_size=3, application_name="killed") as opened:
        async with opened.writing(), opened.writing(), opened.writing():
            pass
        end_sessions(administration, "killed")
        async with opened.reading() as session:
            answers = await asyncio.gather(*[session.every(NUMBER, number(one)) for one in range(3)])
    assert answers == [[(0,)], [(1,)], [(2,)]]


async def test_a_killed_server_process_is_not_noticed_by_a_read_that_has_seen_nothing(database_url, administration):
    async with opening(database_url, pool_size=3, application_name="killed") as opened:
        async with opened.writing(), opened.writing(), opened.writing():
            pass
        with waiting.Held(database_url) as held:
            async with opened.reading() as session:
                answers = asyncio.gather(*[session.every(held.STATEMENT, number(one)) for one in range(3)])
                await waiting.soon(lambda: held.waiting == 1)
                end_sessions(administration, "killed")
                held.release()
                assert await answers == [[(0,)], [(1,)], [(2,)]]


async def test_a_read_whose_snapshot_is_gone_is_unavailable_and_the_next_is_served(database_url, administration):
    async with opening(database_url, pool_size=1, application_name="killed") as opened:

        async def read() -> None:
            async with opened.reading() as session:
                await session.every(NUMBER, number(1))
                end_sessions(administration, "killed")
                await session.every(NUMBER, number(2))

        with pytest.raises(errors.Unavailable, match=r"^The database cannot be reached\.$"):
            await read()
        await opened.ping()


async def test_a_change_is_not_repeated_once_something_of_it_was_answered(database_url, administration, notes):
    async with opening(database_url, pool_size=1, application_name="killed") as opened:

        async def change() -> None:
            async with opened.changing() as session:
                await session.every(ADD, number(1))
                end_sessions(administration, "killed")

        with pytest.raises(errors.Unavailable):
            await change()
        async with opened.changing() as session:
            await session.every(ADD, number(2))
    assert kept(database_url) == [2]


async def test_an_idle_connection_that_dies_is_noticed_when_it_does(database_url, administration):
    async with opening(database_url, pool_size=2, application_name="killed") as opened:
        async with opened.writing(), opened.writing():
            pass
        assert len(opened._pool._idle) == 2
        end_sessions(administration, "killed")
        await waiting.soon(lambda: not opened._pool._idle)
        assert opened._pool._count == 0


async def test_statements_that_a_proxy_forgot_are_prepared_again(database_url):
    async with opening(database_url, pool_size=1) as opened:
        async with opened.reading() as session:
            await session.every(NUMBER, number(1))
        async with opened.writing() as connection:
            await connection.exec_driver_sql("DEALLOCATE ALL")
        async with opened.reading() as session:
            assert await session.every(NUMBER, number(2)) == [(2,)]


async def test_a_statement_whose_columns_changed_is_prepared_again(database_url, notes):
    everything = database.Statement("SELECT * FROM notes")
    async with opening(database_url, pool_size=1) as opened:
        async with opened.changing() as session:
            await session.every(ADD, number(1))
        async with opened.reading() as session:
            assert await session.every(everything) == [(1,)]
        with database.connect(database_url) as connection:
            connection.execute("ALTER TABLE notes ADD COLUMN text text")
        async with opened.reading() as session:
            assert await session.every(everything) == [(1, None)]


PREPARED = database.Statement("SELECT statement FROM pg_prepared_statements ORDER BY prepare_time")


async def test_of_more_statements_than_a_connection_keeps_that_which_was_not_used_for_longest_is_forgotten(
    database_url, monkeypatch
):
    monkeypatch.setattr(preparing, "MOST_PREPARED", 8)
    several = [database.Statement(f"SELECT {one}") for one in range(20)]
    async with opening(database_url, pool_size=1) as opened, opened.reading() as session:
        for _ in range(2):
            assert [await session.every(one) for one in several] == [[(one,)] for one in range(20)]
        await session.every(several[12])  # the one in turn
        await session.every(several[0])
        texts = {text for (text,) in await session.every(PREPARED)}
    assert {"SELECT 12", "SELECT 19", "SELECT 0"} < texts
    assert texts.isdisjoint({"SELECT 13", "SELECT 14", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"})
    assert len(texts) == 8


async def test_without_a_message_that_forgets_statements_in_excess_are_sent_as_text(database_url, monkeypatch):
    monkeypatch.setattr(preparing, "MOST_PREPARED", 8)
    monkeypatch.setattr(preparing, "CAN_FORGET", False)
    async with opening(database_url, pool_size=1) as opened, opened.reading() as session:
        several = [database.Statement(f"SELECT {one}") for one in range(20)]
        for _ in range(2):
            assert [await session.every(one) for one in several] == [[(one,)] for one in range(20)]
        (count,) = await session.every(database.Statement("SELECT count(*) FROM pg_prepared_statements"))
    assert count == (8,)


async def test_a_statement_forgotten_in_a_message_that_fails_is_prepared_again(database_url, monkeypatch):
    monkeypatch.setattr(preparing, "MOST_PREPARED", 3)  # those that begin a transaction, and one more
    async with opening(database_url, pool_size=1) as opened:
        async with opened.reading() as session:
            await session.every(NUMBER, number(1))
        for _ in range(2):
            async with opened.reading() as session:
                with pytest.raises(states.DivisionByZero):
                    await session.every(WRONG, number(0))
            async with opened.reading() as session:
                assert await session.every(NUMBER, number(2)) == [(2,)]


async def test_answers_larger_than_any_buffer_arrive_whole(database_url):
    long = database.Statement("SELECT repeat('x', $1::int), $2::text FROM generate_series(1, 20)")
    text = "y" * 3_000_000
    async with opening(database_url, pool_size=1) as opened, opened.reading() as session:
        found = await asyncio.gather(*[session.every(long, [b"100000", text.encode()]) for _ in range(3)])
    assert all(rows == [("x" * 100_000, text)] * 20 for rows in found)


async def test_a_session_that_has_ended_serves_nobody(database_url):
    async with opening(database_url, pool_size=1) as opened:
        async with opened.reading() as session:
            await session.every(NUMBER, number(1))
        with pytest.raises(psycopg.OperationalError, match="has ended"):
            await session.every(NUMBER, number(2))
        with pytest.raises((psycopg.OperationalError, errors.Unavailable)):
            await session.exec_driver_sql("SELECT 1")
        assert len(opened._pool._idle) == 1


async def test_a_pool_that_is_closed_while_lent_closes_what_comes_back(database_url, administration):
    opened = database.Database.open(database_url, pool_size=1, application_name="closing")
    async with opened.reading() as session:
        await session.every(NUMBER, number(1))
        await opened.close()
    await opened.close()
    left = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'closing'"
    await waiting.soon(lambda: administration.execute(left).fetchone() is None)


async def test_random_requests_with_cancellations_and_errors_never_see_the_answer_of_another(database_url):
    async with opening(database_url, pool_size=3) as opened:

        async def batch(session: database.Session, value: int) -> None:
            kind = CHANCE.random()
            if kind < 0.05:
                await session.every(WRONG, number(0))
            elif kind < 0.15:
                assert (await session.exec_driver_sql("SELECT %s::int", (value,))).scalar_one() == value
            elif kind < 0.3:
                assert await session.every(SLEEP, [b"%d" % value, b"0.003"]) == [(value,)]
            else:
                assert await session.every(NUMBER, number(value)) == [(value,)]

        async def request(one: int) -> None:
            async with opened.reading() as session:
                for wave in range(3):
                    await asyncio.gather(*[batch(session, one * 100 + wave * 10 + part) for part in range(4)])

        async def client(one: int) -> None:
            task = asyncio.create_task(request(one))
            if CHANCE.random() < 0.3:
                await asyncio.sleep(CHANCE.random() / 20)
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError, states.DivisionByZero, psycopg.OperationalError):
                await task

        for start in range(0, 300, 30):
            await asyncio.gather(*[client(start + one) for one in range(30)])
        await opened.ping()
        assert opened._pool._count <= 3
