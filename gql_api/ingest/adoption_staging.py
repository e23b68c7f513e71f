"""The schema `adoption`: the old tables as text, as they came, filled batch by batch and gone after the adoption.

Every batch is committed with the row id up to which it came, so that a load that was cut short goes on from there.
The tables are unlogged: they are a copy, and after a crash of the server they are empty and are filled again. Plan
codes are sealed (`adoption_codes`) before they are written.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import psycopg
from psycopg import sql

from gql_api import errors
from gql_api.ingest import adoption_shapes, adoption_sqlite

SCHEMA = "adoption"
BATCH = 20_000
"""Rows of one COPY and one commit."""
_LIMITS = "SET LOCAL statement_timeout = '10min'; SET LOCAL lock_timeout = '60s'; SET LOCAL synchronous_commit = off"
_PROGRESS = """
CREATE UNLOGGED TABLE IF NOT EXISTS adoption.progress (
    table_name text PRIMARY KEY, last_id bigint NOT NULL, is_complete boolean NOT NULL
);
CREATE UNLOGGED TABLE IF NOT EXISTS adoption.origin (fingerprint text NOT NULL, name text NOT NULL);
CREATE UNLOGGED TABLE IF NOT EXISTS adoption.present (table_name text NOT NULL, column_name text NOT NULL);
"""

Row = tuple[int, list[adoption_sqlite.Cell]]
Seal = Callable[[str], str]
"""What is stored in place of a plan code."""
Told = Callable[[int], None]
"""Told how many rows were written in all."""


def create(connection: psycopg.Connection) -> None:
    """Make the schema and its tables, empty where they did not exist.

    Raises:
        ConfigurationError: the role may not make a schema in this database.
    """
    try:
        with connection.transaction():
            connection.execute("CREATE SCHEMA IF NOT EXISTS adoption")
            connection.execute(_PROGRESS)
            for table in adoption_shapes.TABLES:
                connection.execute(_definition(table))
    except psycopg.errors.InsufficientPrivilege as error:
        raise errors.ConfigurationError(
            "The role of DATABASE_URL may not create the schema “adoption”. "
            "Remedy: GRANT CREATE ON DATABASE … TO …, or run the adoption as the owner of the database."
        ) from error


def drop(connection: psycopg.Connection) -> None:
    """Remove everything that was staged."""
    with connection.transaction():
        connection.execute("SET LOCAL lock_timeout = '60s'; SET LOCAL client_min_messages = warning")
        connection.execute("DROP SCHEMA IF EXISTS adoption CASCADE")


def exists(connection: psycopg.Connection) -> bool:
    """Whether something is staged."""
    with connection.transaction():
        row = connection.execute("SELECT to_regclass('adoption.origin') IS NOT NULL").fetchone()
    return bool(row and row[0])


def fill(
    connection: psycopg.Connection,
    old: adoption_sqlite.OldDatabase,
    fingerprint: str,
    seal: Seal,
    told: Told,
) -> None:
    """Copy what the file has and the staging tables have not yet. What was staged of another file is dropped first."""
    if exists(connection) and _origin(connection) != fingerprint:
        drop(connection)
    create(connection)
    _remember(connection, old, fingerprint)
    done = 0
    for table in adoption_shapes.TABLES:
        last, is_complete = _reached(connection, table.name)
        if is_complete:
            done += old.count(table.name)
            told(done)
            continue
        done += _count_staged(connection, table.name)
        columns = old.shape.columns(table)
        rows = _sealed(table.name, columns, old.rows(table.name, columns, last), seal)
        for batch in _batches(rows):
            _write(connection, table.name, columns, batch)
            done += len(batch)
            told(done)
        _complete(connection, table.name)


def clean_loaded(connection: psycopg.Connection, seal: Seal) -> None:
    """After another tool has filled the tables: blank text becomes NULL, and plan codes are sealed."""
    with connection.transaction():
        connection.execute(_LIMITS)
        for table in adoption_shapes.TABLES:
            connection.execute(_trimming(table))
        found = connection.execute(
            "SELECT id, plan_code FROM adoption.plans WHERE plan_code IS NOT NULL AND plan_code NOT LIKE 'sealed:%'"
        ).fetchall()
        connection.cursor().executemany(
            "UPDATE adoption.plans SET plan_code = %s WHERE id = %s", [(seal(code), id) for id, code in found]
        )
        connection.execute("DELETE FROM adoption.present")
        for table in adoption_shapes.TABLES:
            for column in table.columns:
                connection.execute(_presence(table.name, column))


def _definition(table: adoption_shapes.Table) -> sql.Composed:
    columns = sql.SQL(", ").join(
        sql.SQL("{} text").format(sql.Identifier(column)) for column in (*table.columns, *table.unread)
    )
    return sql.SQL("CREATE UNLOGGED TABLE IF NOT EXISTS adoption.{} (id bigint PRIMARY KEY, {})").format(
        sql.Identifier(table.name), columns
    )


def _trimming(table: adoption_shapes.Table) -> sql.Composed:
    changes = [sql.SQL("{0} = nullif(btrim({0}), '')").format(sql.Identifier(one)) for one in table.columns]
    tests = [sql.SQL("{0} = '' OR {0} <> btrim({0})").format(sql.Identifier(one)) for one in table.columns]
    return sql.SQL("UPDATE adoption.{} SET {} WHERE {}").format(
        sql.Identifier(table.name), sql.SQL(", ").join(changes), sql.SQL(" OR ").join(tests)
    )


def _presence(table: str, column: str) -> sql.Composed:
    return sql.SQL(
        "INSERT INTO adoption.present SELECT {}, {} WHERE EXISTS (SELECT FROM adoption.{} WHERE {} IS NOT NULL)"
    ).format(sql.Literal(table), sql.Literal(column), sql.Identifier(table), sql.Identifier(column))


def _origin(connection: psycopg.Connection) -> str | None:
    with connection.transaction():
        row = connection.execute("SELECT fingerprint FROM adoption.origin").fetchone()
    return None if row is None else str(row[0])


def _remember(connection: psycopg.Connection, old: adoption_sqlite.OldDatabase, fingerprint: str) -> None:
    """Say whose rows these are; a server that crashed has forgotten it together with the rows."""
    if _origin(connection) is not None:
        return
    with connection.transaction():
        for table in adoption_shapes.TABLES:
            connection.execute(sql.SQL("TRUNCATE adoption.{}").format(sql.Identifier(table.name)))
        connection.execute("TRUNCATE adoption.progress, adoption.present")
        connection.execute("INSERT INTO adoption.origin VALUES (%s, %s)", (fingerprint, old.name))
        present = [(table.name, column) for table in adoption_shapes.TABLES for column in old.shape.columns(table)]
        connection.cursor().executemany("INSERT INTO adoption.present VALUES (%s, %s)", present)


def _reached(connection: psycopg.Connection, table: str) -> tuple[int, bool]:
    with connection.transaction():
        row = connection.execute(
            "SELECT last_id, is_complete FROM adoption.progress WHERE table_name = %s", (table,)
        ).fetchone()
    return (adoption_sqlite.FIRST, False) if row is None else (int(row[0]), bool(row[1]))


def _count_staged(connection: psycopg.Connection, table: str) -> int:
    with connection.transaction():
        row = connection.execute(sql.SQL("SELECT count(*) FROM adoption.{}").format(sql.Identifier(table))).fetchone()
    return 0 if row is None else int(row[0])


def _sealed(table: str, columns: tuple[str, ...], rows: Iterator[Row], seal: Seal) -> Iterator[Row]:
    if table != "plans" or "plan_code" not in columns:
        yield from rows
        return
    at = columns.index("plan_code")
    for id, values in rows:
        code = values[at]
        if code is not None:
            values[at] = seal(str(code))
        yield id, values


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _write(connection: psycopg.Connection, table: str, columns: tuple[str, ...], batch: list[Row]) -> None:
    statement = sql.SQL("COPY adoption.{} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, ("id", *columns)))
    )
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_LIMITS)
        try:
            with cursor.copy(statement) as copy:
                for id, values in batch:
                    copy.write_row((id, *values))
        except (psycopg.errors.UniqueViolation, psycopg.errors.DataError) as error:
            raise errors.InvalidInput(
                f"The table {table} has two rows with one id, or an id that is no whole number "
                f"({error.diag.message_detail or error.diag.message_primary}). Name the original file: copies made "
                "table by table lose their keys."
            ) from error
        _advance(cursor, table, batch[-1][0], is_complete=False)


def _complete(connection: psycopg.Connection, table: str) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        _advance(cursor, table, 0, is_complete=True)
        columns = sql.SQL(", ").join(map(sql.Identifier, ("id", *adoption_shapes.BY_NAME[table].compared)))
        cursor.execute(sql.SQL("ANALYZE adoption.{} ({})").format(sql.Identifier(table), columns))


def _advance(cursor: psycopg.Cursor, table: str, last: int, *, is_complete: bool) -> None:
    cursor.execute(
        "INSERT INTO adoption.progress VALUES (%s, %s, %s) "
        "ON CONFLICT (table_name) DO UPDATE SET last_id = excluded.last_id, is_complete = excluded.is_complete",
        (table, last, is_complete),
    )


def digest(connection: psycopg.Connection) -> bytes:
    """What tells the staged rows from any others."""
    parts: list[str] = []
    with connection.transaction():
        for table in adoption_shapes.TABLES:
            query = sql.SQL("SELECT count(*), sum(hashtextextended(old::text, 0)) FROM adoption.{} AS old")
            row = connection.execute(query.format(sql.Identifier(table.name))).fetchone()
            parts.append(f"{table.name} {row}")
    return "\n".join(parts).encode()
