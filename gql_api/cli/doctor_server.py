"""`gql-api doctor`: can the database be reached, is it the right kind, and is it in order?"""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gql_api.cli import examination
from gql_api.domain import wording

if TYPE_CHECKING:
    import psycopg

OLDEST_MAJOR = 15
EXTENSIONS = ("citext", "pg_trgm")
MOST_CLOCK_SECONDS = 2
SLOW_MILLISECONDS = 50
LEAST_FREE = 0.1
"""The share of a disk that should be free."""


def told(examined: examination.Examined) -> Iterator[examination.Told]:
    """Connection, server, driver, extensions, text, migrations, connections, clock, disk."""
    from gql_api import database, errors

    began = time.perf_counter()
    try:
        connection = database.connect(examined.url, autocommit=True)
    except errors.Unavailable as error:
        lines = [" ".join(line.split()) for line in str(error.__cause__).splitlines()]
        text = f"The database cannot be reached: {wording.ended('. '.join(filter(None, lines)))}"
        yield examination.Told(examination.Level.ERROR, f"{text} Remedy: check DATABASE_URL, the server, the network.")
        return
    with connection:
        yield _reached(time.perf_counter() - began)
        yield _version(connection)
        yield _driver()
        yield from _extensions(connection)
        yield _text(connection)
        yield _migrations(examined.url)
        yield _connections(connection, examined)
        yield _clock(connection)
        yield _disk(connection, examined)


def _reached(seconds: float) -> examination.Told:
    text = f"The database answers; connecting took {seconds * 1000:.0f} ms."
    if seconds * 1000 > SLOW_MILLISECONDS:
        return examination.Told(examination.Level.NOTE, f"{text} Remedy: run the service near its database.")
    return examination.Told(examination.Level.OK, text)


def _version(connection: "psycopg.Connection") -> examination.Told:
    major, minor = divmod(connection.info.server_version, 10_000)
    if major < OLDEST_MAJOR:
        text = f"PostgreSQL {major} is too old. Remedy: use PostgreSQL {OLDEST_MAJOR} or newer."
        return examination.Told(examination.Level.ERROR, text)
    return examination.Told(examination.Level.OK, f"PostgreSQL {major}.{minor}.")


def _driver() -> examination.Told:
    import psycopg

    text = f"psycopg {psycopg.__version__} ({psycopg.pq.__impl__}), libpq {psycopg.pq.version() // 10_000}."
    if psycopg.pq.__impl__ == "python":
        remedy = 'Remedy: pip install "psycopg[binary]"; without its compiled part it is several times slower.'
        return examination.Told(examination.Level.WARNING, f"{text} {remedy}")
    return examination.Told(examination.Level.OK, text)


def _extensions(connection: "psycopg.Connection") -> Iterator[examination.Told]:
    found = {str(name) for (name,) in connection.execute("SELECT extname FROM pg_extension").fetchall()}
    for name in EXTENSIONS:
        if name in found:
            yield examination.Told(examination.Level.OK, f"The extension {name} is there.")
        else:
            text = f"The extension {name} is missing. Remedy: CREATE EXTENSION {name}; or gql-api migrate."
            yield examination.Told(examination.Level.ERROR, text)


def _text(connection: "psycopg.Connection") -> examination.Told:
    """Whether letters beyond ASCII have a lower case: in the locale C they have none, and searches miss them."""
    row = connection.execute("SELECT lower('É') = 'é', current_setting('server_encoding')").fetchone()
    is_folded, encoding = row or (False, "")
    if encoding == "UTF8" and is_folded:
        return examination.Told(
            examination.Level.OK, "Text is UTF-8, and upper and lower case are told apart in every script."
        )
    text = "Searches would miss names such as “École”. Remedy: a database with ENCODING UTF8 and a locale other than C."
    return examination.Told(examination.Level.ERROR, text)


def _migrations(url: str) -> examination.Told:
    from gql_api import database

    current, head = database.current_revision(url), database.head_revision()
    if current == head:
        return examination.Told(examination.Level.OK, f"The migrations are at {head}, the newest.")
    state = "has no tables of ours" if current is None else f"is at revision {current}, this version needs {head}"
    return examination.Told(examination.Level.ERROR, f"The database {state}. Remedy: gql-api migrate.")


def _connections(connection: "psycopg.Connection", examined: examination.Examined) -> examination.Told:
    query = """
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
        (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
    """
    most, used = connection.execute(query).fetchone() or (0, 0)
    pool = examined.pool_size
    text = f"{used} of {most} connections are in use; each process of this service takes up to {pool}."
    if most - used < pool:
        return examination.Told(
            examination.Level.WARNING, f"{text} Remedy: fewer processes, PgBouncer, or more connections."
        )
    return examination.Told(examination.Level.OK, text)


def _clock(connection: "psycopg.Connection") -> examination.Told:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    apart = abs((row[0] - datetime.now(UTC)).total_seconds()) if row else 0.0
    if apart > MOST_CLOCK_SECONDS:
        text = f"The clocks of database and service are {apart:.0f} s apart: tokens expire wrongly. Remedy: use NTP."
        return examination.Told(examination.Level.WARNING, text)
    return examination.Told(examination.Level.OK, "The clocks of database and service agree.")


def _disk(connection: "psycopg.Connection", examined: examination.Examined) -> examination.Told:
    row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    size = f"The database holds {(row[0] if row else 0) / 1e6:,.0f} MB"
    if not examined.is_embedded:
        return examination.Told(
            examination.Level.OK, f"{size}; the free space of its disk is seen by its own monitoring only."
        )
    disk = shutil.disk_usage(examined.configuration.home)
    text = f"{size}; {disk.free / 1e9:,.1f} GB of its disk are free."
    if disk.free < disk.total * LEAST_FREE:
        return examination.Told(examination.Level.WARNING, f"{text} Remedy: free some, or move GQL_API_HOME.")
    return examination.Told(examination.Level.OK, text)
