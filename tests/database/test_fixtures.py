"""The fixtures every other test stands on."""

import pytest
import sqlalchemy as sa

pytestmark = pytest.mark.anyio
CREATE = "CREATE TABLE left_behind (id int)"
COUNT = sa.text("SELECT count(*) FROM pg_class WHERE relname = 'left_behind'")


@pytest.mark.parametrize("run", [1, 2])
async def test_what_a_test_writes_is_gone_in_the_next(connection, run):
    assert (await connection.execute(COUNT)).scalar_one() == 0
    await connection.execute(sa.text(CREATE))


@pytest.mark.parametrize("run", [1, 2])
async def test_what_a_test_commits_is_gone_in_the_next(fresh_database, run):
    async with fresh_database.writing() as connection:
        assert (await connection.execute(COUNT)).scalar_one() == 0
        await connection.execute(sa.text(CREATE))


async def test_databases_are_built_by_the_migrations(connection):
    assert (await connection.execute(sa.text("SELECT count(*) FROM alembic_version"))).scalar_one() == 1


@pytest.mark.parametrize("narrow", [True, False])
async def test_statements_are_counted_without_those_of_the_transaction(fresh_database, statements, narrow):
    with statements(*([fresh_database] if narrow else [])) as executed:
        async with fresh_database.writing() as connection:
            async with connection.begin_nested():
                await connection.execute(sa.text("SELECT 1"))
            await connection.execute(sa.text("SELECT 2"))
    assert executed == ["SELECT 1", "SELECT 2"]


async def test_statements_of_another_database_are_not_counted(fresh_database, connection, statements):
    with statements(fresh_database) as executed:
        await connection.execute(sa.text("SELECT 1"))
    assert executed == []


async def test_a_fixture_and_its_test_share_a_connection_that_counts_too(connection, statements):
    with statements(connection) as executed:
        await connection.execute(sa.text("SELECT 3"))
    assert executed == ["SELECT 3"]
