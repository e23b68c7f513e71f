"""Runs the migrations: where to, under which limits, one process at a time.

The URL comes from code (the attribute "url" of the configuration), from `-x url=…`, or from DATABASE_URL. Code may
instead hand over an open "connection".
"""

import contextlib
import logging.config
import os
import time
from collections.abc import Iterator

import sqlalchemy as sa
import sqlmodel

import gql_api.tables  # noqa: F401 - defines the tables
from alembic import context
from gql_api import database, errors

LIMITS = "SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = '10min'"
"""A migration that waits for a lock makes every later statement on that table wait behind it: so it gives up soon."""

PATIENCE, PAUSE = 120.0, 0.1
"""Seconds to wait until another process has finished migrating, asking so often. Waiting for the lock itself would hold
a snapshot, for which an index that the other builds concurrently waits in turn: for ever."""
ENDLESS = "SET LOCAL idle_in_transaction_session_timeout = 0"

OPTIONS = {
    "target_metadata": sqlmodel.SQLModel.metadata,
    "compare_type": True,
}


def url_from_outside() -> str | sa.URL:
    """The URL, from the first place that has one."""
    url = (
        context.config.attributes.get("url")
        or context.get_x_argument(as_dictionary=True).get("url")
        or os.environ.get("DATABASE_URL")
    )
    if not url:
        raise errors.ConfigurationError("No database is named. Remedy: use -x url=postgresql://… or set DATABASE_URL.")
    return url


@contextlib.contextmanager
def alone(connection: sa.Connection) -> Iterator[None]:
    """Hold the migration lock in a transaction of this connection; the migrations run on another one.

    Its own connection, so that the lock spans migrations that commit in between and works through PgBouncer.
    """
    with connection.begin():
        connection.exec_driver_sql(ENDLESS)
        # Without parameters it is a simple query, which leaves no snapshot behind.
        asked = f"SELECT pg_try_advisory_xact_lock({database.lock_key('migrations')})"
        deadline = time.monotonic() + PATIENCE
        while not connection.exec_driver_sql(asked).scalar_one():
            if time.monotonic() > deadline:
                raise errors.Unavailable("Another process has been migrating this database for minutes; try again.")
            time.sleep(PAUSE)
        yield


def run_on(connection: sa.Connection) -> None:
    """Run the migrations on the connection."""
    context.configure(connection=connection, transaction_per_migration=True, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Run the migrations in a database."""
    if (given := context.config.attributes.get("connection")) is not None:
        run_on(given)
        return
    engine = database.sync_engine(url_from_outside(), application_name="gql_api migrations")

    @sa.event.listens_for(engine, "begin")
    def limit(connection: sa.Connection) -> None:
        connection.exec_driver_sql(LIMITS)

    with engine.connect() as guard, alone(guard), engine.connect() as connection:
        run_on(connection)


def run_offline() -> None:
    """Print the SQL instead of running it."""
    named = {"paramstyle": "named"}  # the others double every percent sign
    context.configure(dialect_name="postgresql", dialect_opts=named, literal_binds=True, **OPTIONS)
    with context.begin_transaction():
        context.execute(LIMITS)
        context.run_migrations()


if context.config.config_file_name is not None:
    logging.config.fileConfig(context.config.config_file_name, disable_existing_loggers=False)
if context.is_offline_mode():
    run_offline()
else:
    run_online()
