"""Transactions, their limits, and what happens when the database is out of reach, busy or in conflict."""

import asyncio

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors as states

from gql_api import database, errors
from gql_api.database import failures
from tests import waiting

pytestmark = pytest.mark.anyio


@pytest.fixture
def table(database_url):
    with database.connect(database_url) as connection:
        connection.execute("CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL)")
        connection.execute("INSERT INTO counters VALUES (1, 0), (2, 0)")


def stored(url: str) -> list[int]:
    with database.connect(url) as connection:
        return [n for (n,) in connection.execute("SELECT n FROM counters ORDER BY id")]


async def run(connection, statement: str, *parameters: object):
    return await connection.exec_driver_sql(statement, parameters or None)


async def test_a_finished_write_is_kept(fresh_database, database_url, table):
    async with fresh_database.writing() as connection:
        await run(connection, "UPDATE counters SET n = 5 WHERE id = 1")
    assert stored(database_url) == [5, 0]


async def test_a_failed_write_leaves_nothing(fresh_database, database_url, table):
    async def write() -> None:
        async with fresh_database.writing() as connection:
            await run(connection, "UPDATE counters SET n = 5 WHERE id = 1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write()
    assert stored(database_url) == [0, 0]


async def test_a_cancelled_write_leaves_nothing_and_gives_its_connection_back(database_url, table):
    opened = database.Database.open(database_url, pool_size=1)
    with waiting.Held(database_url) as held:

        async def write() -> None:
            async with opened.writing() as connection:
                await run(connection, "UPDATE counters SET n = 5 WHERE id = 1")
                await run(connection, held.STATEMENT.sql.decode().replace("$1", "1"))

        task = asyncio.create_task(write())
        await waiting.soon(lambda: held.waiting == 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert stored(database_url) == [0, 0]
        await opened.ping()
    await opened.close()


async def test_a_write_cannot_be_committed_halfway(fresh_database, database_url, table):
    async def write() -> None:
        async with fresh_database.writing() as connection:
            await connection.commit()
            await run(connection, "UPDATE counters SET n = 5 WHERE id = 1")

    with pytest.raises(sa.exc.InvalidRequestError):
        await write()
    assert stored(database_url) == [0, 0]


async def test_a_swallowed_error_does_not_pass_for_a_commit(fresh_database, database_url, table):
    async def write() -> None:
        async with fresh_database.writing() as connection:
            await run(connection, "UPDATE counters SET n = 5 WHERE id = 1")
            with pytest.raises(sa.exc.IntegrityError):
                await run(connection, "INSERT INTO counters VALUES (1, 1)")

    with pytest.raises(states.InFailedSqlTransaction):
        await write()
    assert stored(database_url) == [0, 0]


async def test_a_savepoint_undoes_its_part_only(fresh_database, database_url, table):
    async with fresh_database.writing() as connection:
        await run(connection, "UPDATE counters SET n = 5 WHERE id = 1")
        with pytest.raises(sa.exc.IntegrityError):
            async with connection.begin_nested():
                await run(connection, "INSERT INTO counters VALUES (1, 1)")
    assert stored(database_url) == [5, 0]


async def test_reading_refuses_to_write(fresh_database, table):
    with pytest.raises(sa.exc.InternalError, match="read-only transaction"):
        async with fresh_database.reading() as connection:
            await run(connection, "UPDATE counters SET n = 5")


async def test_reading_sees_one_snapshot(fresh_database, database_url, table):
    async with fresh_database.reading() as connection:
        before = (await run(connection, "SELECT n FROM counters WHERE id = 1")).scalar_one()
        async with fresh_database.writing() as other:
            await run(other, "UPDATE counters SET n = 5 WHERE id = 1")
        after = (await run(connection, "SELECT n FROM counters WHERE id = 1")).scalar_one()
    assert (before, after) == (0, 0)
    assert stored(database_url) == [5, 0]


async def test_the_limits_hold_inside_a_transaction_and_leave_nothing_behind(database_url):
    limits = database.Timeouts(statement=50, lock=20, idle=100)
    opened = database.Database.open(database_url, pool_size=1, timeouts=limits)
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    query = "SELECT " + ", ".join(f"current_setting('{name}')" for name in names)
    async with opened.reading() as connection:
        inside = (await run(connection, query)).one()
        session = (await run(connection, "SELECT pg_backend_pid()")).scalar_one()
    async with opened.writing() as connection:
        assert (await run(connection, "SELECT pg_backend_pid()")).scalar_one() == session
        await run(connection, "COMMIT")  # behind the back of all that would end it
        outside = (await run(connection, query)).one()
        await run(connection, "BEGIN")
    await opened.close()
    assert tuple(inside) == ("50s", "20s", "100s")
    assert tuple(outside) == ("0", "0", "0")


async def test_a_statement_is_prepared_once_by_a_connection(database_url):
    opened = database.Database.open(database_url, pool_size=1)
    one = database.Statement("SELECT 1")
    for _ in range(8):
        async with opened.reading() as session:
            await session.every(one)
    async with opened.reading() as session:
        prepared = await session.every(database.Statement("SELECT statement FROM pg_prepared_statements"))
    await opened.close()
    texts = [text for (text,) in prepared]
    assert texts.count("SELECT 1") == 1
    assert len(texts) == len(set(texts))


async def test_without_prepared_statements_the_session_holds_none(database_url):
    opened = database.Database.open(f"{database_url}&prepare_threshold=none", pool_size=1)
    one = database.Statement("SELECT 1")
    for _ in range(8):
        async with opened.reading() as session:
            assert await session.every(one) == [(1,)]
            await run(session, "SELECT 1")
    async with opened.reading() as connection:
        count = (await run(connection, "SELECT count(*) FROM pg_prepared_statements")).scalar_one()
    await opened.close()
    assert count == 0


async def test_a_slow_statement_is_ended(database_url):
    opened = database.Database.open(database_url, timeouts=database.Timeouts(statement=0.1, pool=waiting.LIMIT))
    with pytest.raises(errors.Unavailable, match=r"^The database took too long\.$"):
        async with opened.reading() as connection:
            await run(connection, "SELECT pg_sleep(600)")
    await opened.close()


async def test_a_transaction_that_idles_is_ended(database_url, administration):
    limits = database.Timeouts(idle=0.1, pool=waiting.LIMIT)
    opened = database.Database.open(database_url, application_name="idling", timeouts=limits)
    sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'idling'"

    async def idle() -> None:
        async with opened.reading() as connection:
            await run(connection, "SELECT 1")
            await waiting.soon(lambda: administration.execute(sessions).fetchone() == (0,))
            await run(connection, "SELECT 1")

    with pytest.raises(errors.Unavailable):
        await idle()
    await opened.ping()
    await opened.close()


async def test_waiting_for_a_lock_is_ended(database_url):
    opened = database.Database.open(database_url, timeouts=database.Timeouts(lock=0.1, idle=0, pool=waiting.LIMIT))
    async with opened.writing() as first:
        await database.lock(first, "imports")
        with pytest.raises(errors.Unavailable, match=r"^Others are changing the same things right now\.$"):
            async with opened.writing() as second:
                await database.lock(second, "imports")
        async with opened.writing() as third:
            await database.lock(third, "something else")
    async with opened.writing() as second:
        await database.lock(second, "imports")
    await opened.close()


def test_the_key_of_a_lock_never_changes():
    assert database.lock_key("imports") == 3444959843020088744


async def test_an_exhausted_pool_is_unavailable_after_its_time(database_url, monkeypatch):
    opened = database.Database.open(database_url, pool_size=1)
    async with opened.reading() as session:
        await run(session, "SELECT 1")
        monkeypatch.setattr(opened._pool, "_seconds", 0.05)
        with pytest.raises(errors.Unavailable, match=r"^Every connection to the database is busy\.$") as refusal:
            async with opened.reading() as other:
                await run(other, "SELECT 1")
    await opened.close()
    assert refusal.value.retry_after == 1
    assert database.Timeouts().pool == 2


async def test_a_busy_pool_is_waited_for(database_url):
    opened = database.Database.open(database_url, pool_size=1)

    async def session(seconds: float) -> int:
        async with opened.reading() as connection:
            return (await run(connection, "SELECT pg_backend_pid() FROM pg_sleep(%s)", seconds)).scalar_one()

    first, second = await asyncio.gather(session(0.05), session(0))
    await opened.close()
    assert first == second


async def test_a_database_that_is_not_there_is_unavailable(tmp_path):
    opened = database.Database.open(f"postgresql://ann@/advising?host={tmp_path}")
    for use in (opened.reading, opened.changing, opened.writing):
        with pytest.raises(errors.Unavailable, match=r"^The database cannot be reached\.$"):
            async with use() as lent:
                await run(lent, "SELECT 1")
    with pytest.raises(errors.Unavailable):
        await opened.ping()
    await opened.close()


def end_sessions(administration: psycopg.Connection, name: str) -> None:
    administration.execute(
        "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = %s", [name]
    )


async def test_connections_that_died_in_the_pool_are_replaced_unseen(database_url, administration):
    opened = database.Database.open(database_url, pool_size=3, application_name="doomed")
    async with opened.writing(), opened.writing(), opened.writing():
        pass
    end_sessions(administration, "doomed")
    async with opened.reading() as connection:
        assert (await run(connection, "SELECT 1")).scalar_one() == 1
    await opened.close()


async def test_a_connection_that_dies_in_a_transaction_is_unavailable_once(database_url, administration):
    opened = database.Database.open(database_url, pool_size=1, application_name="doomed")

    async def write() -> None:
        async with opened.writing() as connection:
            await run(connection, "SELECT 1")
            end_sessions(administration, "doomed")
            await run(connection, "SELECT 1")

    with pytest.raises(errors.Unavailable, match=r"^The database cannot be reached\.$"):
        await write()
    await opened.ping()
    await opened.close()


async def test_a_database_that_hangs_is_unavailable_to_a_ping_in_time(database_url):
    opened = database.Database.open(database_url, pool_size=1)
    async with opened.writing():
        with pytest.raises(errors.Unavailable, match=r"^The database does not answer\.$"):
            await opened.ping(seconds=0.05)  # and not after the two minutes for which a test's pool lets it wait
    await opened.close()


async def test_a_deadlock_is_run_again_until_both_are_done(fresh_database, database_url, table):
    met = asyncio.Barrier(2)
    tries: list[int] = []
    add_one = "UPDATE counters SET n = n + 1 WHERE id = %s"

    async def add(first: int, second: int) -> None:
        async def work(connection) -> None:
            tries.append(first)
            await run(connection, add_one, first)
            if len(tries) <= 2:
                await met.wait()
            await run(connection, add_one, second)

        await fresh_database.retried(work)

    await asyncio.gather(add(1, 2), add(2, 1))
    assert stored(database_url) == [2, 2]
    assert len(tries) == 3


async def test_a_conflict_that_lasts_is_given_up_after_three_attempts(fresh_database):
    attempts = []

    async def work(connection) -> None:
        attempts.append((await run(connection, "SELECT pg_current_xact_id()::text")).scalar_one())
        await run(connection, "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$")

    with pytest.raises(errors.Unavailable, match=r"^Others changed the same things at the same time\.$") as refusal:
        await fresh_database.retried(work)
    assert len(set(attempts)) == 3
    assert isinstance(failures.driver_error(refusal.value.__cause__), states.SerializationFailure)


async def test_other_failures_are_not_run_again(fresh_database, table):
    attempts = []

    async def work(connection) -> None:
        attempts.append(1)
        await run(connection, "INSERT INTO counters VALUES (1, 1)")

    with pytest.raises(sa.exc.IntegrityError):
        await fresh_database.retried(work)
    assert attempts == [1]


async def test_retried_returns_what_the_work_returns(fresh_database):
    async def work(connection) -> int:
        return (await run(connection, "SELECT 42")).scalar_one()

    assert await fresh_database.retried(work) == 42


@pytest.mark.parametrize(
    ("error", "lost"),
    [
        (psycopg.OperationalError("server closed the connection unexpectedly"), True),
        (states.AdminShutdown(), True),
        (states.CannotConnectNow(), True),
        (states.ConnectionFailure(), True),
        (states.QueryCanceled(), False),
        (states.UniqueViolation(), False),
        (ValueError(), False),
    ],
)
def test_a_lost_connection_is_told_from_other_failures(error, lost):
    assert failures.is_lost(error) is lost
