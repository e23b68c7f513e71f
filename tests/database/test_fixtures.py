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


async def test_statements_are_counted_without_those_of_the_transaction(fresh_database, statements):
    with statements() as executed:
        async with fresh_database.writing() as connection:
            async with connection.begin_nested():
                await connection.execute(sa.text("SELECT 1"))
            await connection.execute(sa.text("SELECT 2"))
    assert executed == ["SELECT 1", "SELECT 2"]


async def test_statements_that_pass_sqlalchemy_by_are_counted_too(connection, statements):
    driver = (await connection.get_raw_connection()).driver_connection
    with statements() as executed:
        await driver.execute(b"SELECT 3")
    assert executed == ["SELECT 3"]
