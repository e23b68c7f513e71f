"""Whether every foreign key leads to its row, on a plain connection.

PostgreSQL sees to that itself, except for what was written while it was told not to look: by a superuser, by
`pg_restore --disable-triggers`, or by an adoption, which looks at everything at once afterwards.
"""

from collections.abc import Sequence
from typing import LiteralString, NamedTuple

import psycopg
from psycopg import sql

_KEYS: LiteralString = """
SELECT source.relname::text, column_of.attname::text, target.relname::text, key_of.attname::text
FROM pg_constraint AS held
JOIN pg_class AS source ON source.oid = held.conrelid JOIN pg_class AS target ON target.oid = held.confrelid
JOIN pg_attribute AS column_of ON column_of.attrelid = held.conrelid AND column_of.attnum = held.conkey[1]
JOIN pg_attribute AS key_of ON key_of.attrelid = held.confrelid AND key_of.attnum = held.confkey[1]
WHERE held.contype = 'f' AND cardinality(held.conkey) = 1 AND source.relnamespace = 'public'::regnamespace
    AND (%(tables)s::text[] IS NULL OR source.relname = ANY (%(tables)s))
ORDER BY 1, 2
"""
_COUNT: LiteralString = (
    "SELECT count(here.{column}), count(there.{key}) FROM {table} AS here "
    "LEFT JOIN {target} AS there ON there.{key} = here.{column} WHERE here.{column} IS NOT NULL"
)


class Reference(NamedTuple):
    """A foreign key: a column, and the column of another table that must have its value."""

    table: str
    column: str
    target: str
    key: str


class Counts(NamedTuple):
    """How many rows of a table refer to another, and how many of them lead to a row of it."""

    references: int
    found: int


def every(connection: psycopg.Connection, tables: Sequence[str] | None = None) -> list[Reference]:
    """The foreign keys of these tables, or of all; none of ours has more than one column."""
    named = None if tables is None else list(tables)
    return [Reference(*row) for row in connection.execute(_KEYS, {"tables": named}).fetchall()]


def counts(connection: psycopg.Connection, reference: Reference) -> Counts:
    """What of the reference leads to a row."""
    table, column, target, key = (sql.Identifier(name) for name in reference)
    query = sql.SQL(_COUNT).format(table=table, column=column, target=target, key=key)
    row = connection.execute(query).fetchone()
    if row is None:
        raise AssertionError  # an aggregate without groups answers one row
    return Counts(*row)
