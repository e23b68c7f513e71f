"""Foreign keys while hundreds of thousands of rows are written: proved all together instead of row by row.

PostgreSQL looks up each reference of each new row by itself, which takes as long as all the rest of writing it. A role
that may set `session_replication_role` (a superuser, or one that was granted it) writes without, and the adoption's
comparisons then look at every reference of these tables at once, before anything is committed. For other roles,
and where a table has triggers of somebody's own, PostgreSQL looks as it always does; what is compared afterwards is
the same.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from psycopg import sql

from gql_api.ingest import adoption_checks
from gql_api.reads import foreign_keys

TABLES = ("equivalencies", "equivalency_sources", "equivalency_awards", "choice_sets", "plans", "planned_courses")
"""Those that are written so."""
# Triggers that somebody made for himself would be passed over as well.
_MAY: LiteralString = """
SELECT has_parameter_privilege('session_replication_role', 'SET') AND NOT EXISTS (
    SELECT FROM pg_trigger WHERE NOT tgisinternal
        AND tgrelid = ANY (SELECT name::regclass FROM unnest(%s::text[]) AS named (name)))
"""


@contextmanager
def together(connection: psycopg.Connection) -> Generator[None]:
    """Write rows of `TABLES` whose references `check` will prove, in the transaction that is open.

    What they refer to is locked against being deleted by others until it ends.
    """
    row = connection.execute(_MAY, (list(TABLES),)).fetchone()
    if row is None or not row[0]:
        yield
        return
    for target in sorted({reference.target for reference in foreign_keys.every(connection, TABLES)}):
        lock = sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE")
        connection.execute(lock.format(sql.Identifier(target)))
    connection.execute("SET LOCAL session_replication_role = replica")
    yield
    connection.execute("SET LOCAL session_replication_role = origin")


def check(connection: psycopg.Connection) -> adoption_checks.Check:
    """Whether every reference of these tables leads to a row."""
    found = [foreign_keys.counts(connection, one) for one in foreign_keys.every(connection, TABLES)]
    total, led = sum(one.references for one in found), sum(one.found for one in found)
    return adoption_checks.Check("references: every one leads to its row", str(total), str(led))
